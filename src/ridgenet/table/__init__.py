"""From a table to a model: what each column is used for, the path, an honest test, and predictions."""
