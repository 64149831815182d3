"""The λ path: the grid of λ, training along it, cross-validation and selection."""
