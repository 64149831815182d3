"""One page that says everything about a model, and needs nothing but a browser to be read."""
