"""Tables out of files: CSV, Parquet and Feather in, checked columns out."""
