"""Parses the prompt: the quote engine gets the same one as any model and extracts its inputs."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from dspy.lm15 import Request

from chat.kernel.passages import Passage

_OUTPUT_FIELD = re.compile(r"`\[\[ ## (\w+) ## \]\]`")


@dataclass(frozen=True)
class Prompt:
    """Inputs of the current question and the requested fields, in order."""

    passages: Sequence[Passage]
    related: Sequence[str]
    query: str
    fields: Sequence[str]
    missing: Sequence[str] = ()
    small_talk: str = ""


def read_prompt(request: Request) -> Prompt:
    """Extract the inputs from the last user message, as written by ChatAdapter.

    Passages come on one line before anything a user typed, so nothing in the query, the last input,
    is ever read as a passage.
    """
    _, _, text = (request.messages[-1].text or "").partition("[[ ## passages ## ]]\n")
    passages, _, rest = text.partition("\n\n[[ ## related ## ]]\n")
    related, _, rest = rest.partition("\n\n[[ ## missing ## ]]\n")
    missing, _, rest = rest.partition("\n\n[[ ## small_talk ## ]]\n")
    small_talk, _, rest = rest.partition("\n\n[[ ## query ## ]]\n")
    query, _, orders = rest.rpartition("\n\nRespond with the corresponding output fields")
    listed = json.loads(passages)
    return Prompt(
        passages=[Passage.model_validate(passage) for passage in listed],
        related=json.loads(related),
        query=query,
        missing=json.loads(missing),
        small_talk=small_talk.strip(),
        fields=[name for name in _OUTPUT_FIELD.findall(orders) if name != "completed"],
    )
