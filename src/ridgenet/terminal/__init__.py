"""What the commands print: colour and progress on a terminal, plain text in a pipe."""
