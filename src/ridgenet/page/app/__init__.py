"""The page: move λ, watch the network."""
