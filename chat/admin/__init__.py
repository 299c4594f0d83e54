"""What staff see: conversations, turns and streaming statistics. Nothing here edits history."""
