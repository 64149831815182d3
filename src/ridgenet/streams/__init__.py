"""Data larger than memory: read, shuffled within a bound, and learned from as they pass."""
