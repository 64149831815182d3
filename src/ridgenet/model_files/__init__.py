"""Model files: written whole, checked when read, and no code of theirs is run."""
