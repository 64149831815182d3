"""Data in partitions: Dask's arrays and data frames, trained on where they are."""
