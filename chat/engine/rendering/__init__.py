"""Chunks to HTML fragments and SSE frames. Takes events, never querysets."""
