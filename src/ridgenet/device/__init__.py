"""The equations for many networks at once, in the array API: for GPUs, through CuPy or PyTorch's tensors."""
