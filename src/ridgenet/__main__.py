"""Run the command line as ``python -m ridgenet``."""

from ridgenet.cli import main

main()
