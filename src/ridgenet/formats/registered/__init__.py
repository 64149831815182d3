"""File formats, one module for each, which holds all that the rest asks of it in one record named ``FORMAT``."""
