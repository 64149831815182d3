"""Files written whole or not at all, and Ctrl-C answered at the right moment."""
