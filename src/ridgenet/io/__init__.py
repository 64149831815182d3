"""Files of results and models: written whole or not at all, read without running their code."""
