"""Ownership checks, for pages, API and streams.

Conversations and turns of other users raise the same ``Http404`` as unknown ids.
"""

from django.contrib.auth.models import User
from django.shortcuts import get_object_or_404

from chat.conversations.models import Conversation, Turn


def conversation_of(user: User, conversation_id: int) -> Conversation:
    return get_object_or_404(Conversation.objects.owned_by(user), pk=conversation_id)


def turn_of(user: User, turn_id: int) -> Turn:
    """With question, conversation and owner loaded."""
    turns = Turn.objects.owned_by(user).select_related("question", "conversation__owner")
    return get_object_or_404(turns, pk=turn_id)


def followed_turn_of(user: User, turn_id: int) -> Turn:
    """With only the fields its stream needs."""
    return get_object_or_404(Turn.objects.owned_by(user).only("analysis_type"), pk=turn_id)
