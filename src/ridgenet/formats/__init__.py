"""Tables in files: formats, kinds of columns, reading and writing."""
