"""What a bug report needs: what is installed, and whether it works.

These modules import only the standard library until something is tried, so that they can say what is broken.
"""
