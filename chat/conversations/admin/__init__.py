"""Read-only admin of conversations, turns and their records."""

from chat.conversations.admin import conversation, turn
from chat.conversations.feedback import admin as feedback
from chat.conversations.prompts import admin as prompts
from chat.conversations.status_texts import admin as status_texts

__all__ = ["conversation", "feedback", "prompts", "status_texts", "turn"]
