"""Figures that one can move in: the report and the page show the same ones."""
