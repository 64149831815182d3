"""The interactive page, the playground and the report."""
