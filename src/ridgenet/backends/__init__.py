"""Backends that evaluate and train networks: local threads, Dask, a GPU, a stream of files."""
