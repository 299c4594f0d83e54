"""Conversations: their turns, and what people do with them."""
