"""Hostile inputs for everything that ridgenet takes: estimators, files, model files, and processes that are ended."""
