"""File formats: CSV, Parquet and Feather in, checked columns out."""
