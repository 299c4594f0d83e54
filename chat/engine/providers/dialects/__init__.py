"""Wire dialects: how each kind of provider sends text, thinking, the end and token counts."""
