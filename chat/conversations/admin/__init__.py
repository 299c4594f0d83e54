"""Conversations, turns and what is kept beside them, to look at. Nothing here changes history."""

from chat.conversations.admin import conversations, turns
from chat.conversations.admin.names import give_names
from chat.conversations.feedback import admin as feedback
from chat.conversations.prompts import admin as prompts
from chat.conversations.status_texts import admin as status_texts

give_names()

__all__ = ["conversations", "feedback", "prompts", "status_texts", "turns"]
