"""Splits a request's messages into the question and the exchanges before it."""

from collections.abc import Sequence
from itertools import groupby, pairwise

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from chat.api.schemas import SentMessage
from chat.engine.assistant.history import Exchange
from chat.kernel.conf import conf
from chat.kernel.errors import InvalidInput


def split_messages(messages: Sequence[SentMessage]) -> tuple[list[Exchange], str]:
    """Returns earlier exchanges, oldest first, and the question.

    Consecutive messages of one sender are joined. A leading assistant message, which answers
    nothing, is dropped. Raises ``InvalidInput``.
    """
    check_last(messages)
    _check_lengths(messages)
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
    """Raises ``InvalidInput`` unless the last message is the user's."""
    if messages[-1].sender != "user":
        raise InvalidInput(
            _("The last message must be the question, with sender user."),
            field=f"messages.{len(messages) - 1}.sender",
        )


def _check_lengths(messages: Sequence[SentMessage]) -> None:
    most = conf().question_max_chars
    length = 0
    for number, message in enumerate(messages):
        continues = number > 0 and messages[number - 1].sender == message.sender
        length = len(message.content) + (length + len("\n\n") if continues else 0)
        if length > most:
            raise InvalidInput(
                _("The message has {length} characters. The limit is {most}.").format(
                    length=number_format(length, force_grouping=True),
                    most=number_format(most, force_grouping=True),
                ),
                field=f"messages.{number}.content",
            )
