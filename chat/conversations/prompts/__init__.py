"""The prompt library."""
