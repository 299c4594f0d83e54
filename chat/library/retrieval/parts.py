"""Splits a message into what is asked and what is told: each question is searched for itself.

"We filed in March. It goes on. When is the next report due, and who may know?" asks two things,
about what the sentences before them tell. A request to change the form ("make that a table") asks
nothing new. Called by ``search``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=\S)|\n+")
_ASKING = (
    r"(?:when|how|what|which|who|whom|whose|where|why|is|are|does|do|did|can|could|may|must|should"
    r"|shall|will|would|by when|to whom|from what|from which|within)"
)
#: "…, and how long do we keep it", "…; what is the fine", ", when must I …".
_NEXT_QUESTION = re.compile(rf"(?:[,;]\s*(?:(?:and|or|but)\s+)?|\s+and\s+)(?={_ASKING}\b)", re.I)
_ASKS = re.compile(
    rf"(?:\?\s*$)|^(?:(?:and|but|so|or|also|then|please)\s+)*{_ASKING}\b"
    r"|^(?:please )?(?:explain|tell|list|describe|compare|summarize|summarise|show|give|review"
    r"|draft|name|define|check|advise|help)\b",
    re.I,
)
_FORM_ONLY = re.compile(
    r"(?:please |can you |could you |now )*(?:make|put|turn|show|give|write|format|list"
    r"|summari[sz]e|shorten|repeat|rephrase|explain)(?: me)?(?: (?:that|this|it|them|the answer))?"
    r"(?: (?:as|in|into|to|a|an|the|one|simple|plain|short|shorter|english|again|words|more|simply"
    r"|briefly|table|list|checklist|memo|bullets?|points?|sentences?|email|paragraph))*\W*",
    re.I,
)
_FEWEST_WORDS = 3  # of a part that can be asked for itself
_MOST_PARTS = 4


@dataclass(frozen=True)
class Message:
    asked: tuple[str, ...]  # the questions, at least one
    told: str = ""  # the narrative around them


def parts_of(message: str) -> Message:
    sentences = [s.strip() for s in _SENTENCE.split(message) if s.strip()]
    asking = [s for s in sentences if _ASKS.search(s)]
    if not asking:
        return Message((message,))
    told = " ".join(s for s in sentences if s not in asking)
    asked = [part for sentence in asking for part in _questions(sentence)]
    return Message(tuple(asked[:_MOST_PARTS]), told)


def asks_for_form_only(message: str) -> bool:
    """ "Make that a table": the question before, in another form."""
    return bool(_FORM_ONLY.fullmatch(message.strip()))


def _questions(sentence: str) -> Iterator[str]:
    """The questions of one sentence; one that is too short stays with the one before it."""
    parts: list[str] = []
    for part in _NEXT_QUESTION.split(sentence):
        if parts and (len(part.split()) < _FEWEST_WORDS or not _ASKS.search(parts[0])):
            parts[-1] = f"{parts[-1]}, {part}"
        else:
            parts.append(part.strip())
    yield from parts
