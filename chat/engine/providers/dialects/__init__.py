"""Wire dialects: how each kind of provider says text, thinking, the end and what it counted."""
