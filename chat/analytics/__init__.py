"""Streaming statistics, for staff."""
