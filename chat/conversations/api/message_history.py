"""The messages of a request as a question and the exchanges before it."""

from collections.abc import Sequence
from itertools import groupby, pairwise

from django.utils.translation import gettext as _

from chat.api.schemas import SentMessage
from chat.engine.assistant.history import Exchange
from chat.kernel.errors import InvalidInput


def split(messages: Sequence[SentMessage]) -> tuple[list[Exchange], str]:
    """What was said before, oldest first, and the question at the end.

    Messages in a row by one side are read as one. An assistant's greeting at the start, which
    answers nothing, is left out.
    """
    check_last(messages)
    runs = [
        (sender, "\n\n".join(message.content for message in run))
        for sender, run in groupby(messages, key=lambda message: message.sender)
    ]
    *earlier, (_, question) = runs
    exchanges = [
        Exchange(query=said, response=answered)
        for (sender, said), (_, answered) in pairwise(earlier)
        if sender == "user"
    ]
    return exchanges, question


def check_last(messages: Sequence[SentMessage]) -> None:
    """The last message must be the user's. Raises ``InvalidInput``."""
    if messages[-1].sender != "user":
        raise InvalidInput(
            _("The last message must be the question, with sender user."),
            field=f"messages.{len(messages) - 1}.sender",
        )
