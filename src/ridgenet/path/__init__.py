"""The λ path: where it begins, how it is followed, and how a strength is chosen from it."""
