"""Where networks are evaluated: local threads, Dask, a GPU, a stream."""
