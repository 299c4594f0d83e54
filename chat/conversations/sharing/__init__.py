"""Read-only links to a conversation."""
