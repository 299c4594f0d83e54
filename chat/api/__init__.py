"""JSON and SSE for programs."""
