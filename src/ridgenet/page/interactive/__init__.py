"""Interactive figures, shared by the page and the report."""
