"""The reference library: notes, their passages, and finding those that answer a question."""
