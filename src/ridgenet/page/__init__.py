"""The page and the report: pictures that one can move in, in a browser."""
