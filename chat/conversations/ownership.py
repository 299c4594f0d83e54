"""Whose is it? The one place where the page decides; the API and the streams ask the same.

A stranger gets the same 404 as somebody who asks for what does not exist.
"""

from django.contrib.auth.models import User
from django.shortcuts import get_object_or_404

from chat.conversations.models import Conversation, Turn


def conversation_of(user: User, conversation_id: int) -> Conversation:
    """The user's conversation, or ``Http404``."""
    return get_object_or_404(Conversation.objects.owned_by(user), pk=conversation_id)


def turn_of(user: User, turn_id: int) -> Turn:
    """The user's turn with its question and conversation, or ``Http404``."""
    turns = Turn.objects.owned_by(user).select_related("question", "conversation__owner")
    return get_object_or_404(turns, pk=turn_id)


def followed_turn_of(user: User, turn_id: int) -> Turn:
    """The user's turn, with no more than its stream must know, or ``Http404``."""
    return get_object_or_404(Turn.objects.owned_by(user).only("analysis_type"), pk=turn_id)
