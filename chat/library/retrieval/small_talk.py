"""Small talk: greetings, thanks and questions about Oliver, which ask nothing of the library."""

import re
from functools import cache
from typing import get_args

from chat.kernel.passages import SmallTalk
from chat.library.retrieval.lexicon import lines

_LONGEST_WORDS = 12


def small_talk(message: str) -> SmallTalk | None:
    """The whole message must be small talk: "hi, when is a CTR due?" is a question."""
    said = re.findall(r"[^\W_]+", message.lower())
    if not 0 < len(said) <= _LONGEST_WORDS:
        return None
    plain = " ".join(said)
    return next((kind for kind, pattern in _patterns() if pattern.fullmatch(plain)), None)


@cache
def _patterns() -> list[tuple[SmallTalk, re.Pattern[str]]]:
    split = [line.split("\t") for line in lines("small_talk.txt")]
    kinds: tuple[SmallTalk, ...] = get_args(SmallTalk)
    return [(kinds[kinds.index(kind)], re.compile(pattern)) for kind, pattern in split]
