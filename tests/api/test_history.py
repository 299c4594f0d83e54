"""The messages of a request as exchanges and a question."""

from collections.abc import Callable

import pytest

from chat.api.schemas import SentMessage
from chat.conversations.api.message_history import split_messages
from chat.engine.assistant.history import Exchange
from chat.kernel.errors import InvalidInput


def messages(line: str) -> list[SentMessage]:
    """``"u:Hi a:Hello u:Bye"`` -> three messages."""
    senders = {"u": "user", "a": "assistant"}
    return [
        SentMessage.model_validate({"sender": senders[part[0]], "content": part[2:]})
        for part in line.split()
    ]


@pytest.mark.parametrize(
    ("line", "exchanges", "question"),
    [
        ("u:Q", [], "Q"),
        ("u:1 a:2 u:Q", [("1", "2")], "Q"),
        ("u:1 a:2 u:3 a:4 u:Q", [("1", "2"), ("3", "4")], "Q"),
        ("a:Hello u:Q", [], "Q"),
        ("a:Hello u:1 a:2 u:Q", [("1", "2")], "Q"),
        ("u:1 u:2 a:3 a:4 u:Q", [("1\n\n2", "3\n\n4")], "Q"),
        ("u:1 a:2 u:3 u:Q", [("1", "2")], "3\n\nQ"),
    ],
)
def test_messages_become_exchanges_and_a_question(
    line: str, exchanges: list[tuple[str, str]], question: str
) -> None:
    expected = [Exchange(query=said, response=answered) for said, answered in exchanges]
    assert split_messages(messages(line)) == (expected, question)


def test_the_assistant_cannot_have_the_last_word() -> None:
    with pytest.raises(InvalidInput) as refused:
        split_messages(messages("u:1 a:2"))
    assert refused.value.field == "messages.1.sender"


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("u:12345678901 a:2 u:Q", "messages.0.content"),
        ("u:1 a:12345678901 u:Q", "messages.1.content"),
        ("u:1 a:12345 a:12345 u:Q", "messages.2.content"),
        ("u:1 a:2 u:12345678901", "messages.2.content"),
        ("a:12345678901 u:Q", "messages.0.content"),
    ],
)
def test_no_side_may_say_more_at_once_than_a_question_may(
    line: str, field: str, configure: Callable[..., None]
) -> None:
    configure(question_max_chars=10)
    with pytest.raises(InvalidInput) as refused:
        split_messages(messages(line))
    assert refused.value.field == field


def test_both_sides_may_say_as_much_as_a_question(configure: Callable[..., None]) -> None:
    configure(question_max_chars=10)
    exchanges, question = split_messages(messages("u:1234 a:1234567890 u:1234 u:1234"))
    assert exchanges == [Exchange(query="1234", response="1234567890")]
    assert question == "1234\n\n1234"
