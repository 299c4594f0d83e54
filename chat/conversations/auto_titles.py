"""Automatic titles: after the first answer the model names the conversation.

The worker runs this when a turn has ended; no answer waits for it. A compare-and-set never
overwrites a title given by a person. Without a model the title stays the first question's words
(``chat.kernel.title_text``).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from chat.conversations.models import Conversation, Turn
from chat.kernel.conf import conf
from chat.kernel.database import in_database
from chat.kernel.outcomes import Outcome
from chat.kernel.title_text import title_of

logger = logging.getLogger(__name__)

#: (question, answer) -> a title, or "".
WriteTitle = Callable[[str, str], Awaitable[str]]
#: Extra time to store a title that arrives at the time-out.
_STORING_S = 3


@dataclass(frozen=True)
class UntitledConversation:
    """Its title is still the words of its first question."""

    conversation_id: int
    title: str
    question: str
    answer: str


async def generate_title(turn_id: int, write: WriteTitle) -> None:
    """Only for the first answer of a conversation. Failures are logged, never raised."""
    if not titles_are_generated():
        return
    try:
        nameless = await in_database(_nameless, turn_id)
        if nameless is None:
            return
        async with asyncio.timeout(conf().title_timeout_s):
            title = await write(nameless.question, nameless.answer)
        if title:
            await in_database(_store, nameless, title)
    except Exception as exc:  # of any kind: titles are optional
        # Not the message: it may quote the question or answer.
        logger.warning("The conversation of turn %s got no title: %s", turn_id, type(exc).__name__)


def titles_are_generated() -> bool:
    return conf().model is not None and conf().model_titles


def title_is_pending(conversation: Conversation) -> bool:
    if not titles_are_generated():
        return False
    first = conversation.turns.filter(parent=None).select_related("question", "stats").last()
    if first is None or conversation.title != title_of(first.question.text):
        return False
    ended_at = first.stats.ended_at if hasattr(first, "stats") else None
    patience = timedelta(seconds=conf().title_timeout_s + _STORING_S)
    return first.is_live or (ended_at is not None and timezone.now() < ended_at + patience)


def _nameless(turn_id: int) -> UntitledConversation | None:
    turn = Turn.objects.select_related("question", "reply", "conversation").get(pk=turn_id)
    title = title_of(turn.question.text)
    is_first = turn.parent_id is None and turn.status == Outcome.DONE
    if not is_first or turn.conversation.title != title or turn.reply is None:
        return None
    return UntitledConversation(turn.conversation_id, title, turn.question.text, turn.reply.text)


def _store(nameless: UntitledConversation, title: str) -> None:
    """``save()`` would overwrite a rename and move the conversation to the top of the list."""
    still = Conversation.objects.filter(pk=nameless.conversation_id, title=nameless.title)
    still.update(title=title)
