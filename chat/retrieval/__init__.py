"""Finds the passages of the reference library that fit a question."""
