"""The prompt library: prompts that people keep to ask with again."""
