"""The interactive page: change λ and watch the network."""
