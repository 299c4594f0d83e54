"""Reads a model's raw output, arriving in any pieces, into the fields of a signature."""
