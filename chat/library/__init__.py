"""The reference library: its notes and passages, their pages, and retrieval."""
