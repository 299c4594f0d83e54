"""Pages: parse, one use case, render."""
