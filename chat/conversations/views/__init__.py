"""Pages of conversations and turns: parse, one use case, render."""
