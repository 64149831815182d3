"""Atomic writing of files, and handling of Ctrl-C."""
