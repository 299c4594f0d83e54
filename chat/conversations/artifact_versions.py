"""Versions of an artifact: those in the same conversation with the same kind and title.

Titles are compared without case, spacing and revision marks ("Letter (v2)", "letter, revised"). If
an answer has several, the nth is a version of the nth. An untitled artifact has no versions.
"""

import re
from collections import Counter
from dataclasses import dataclass

from chat.conversations.models import StoredArtifact, Turn
from chat.kernel import items

_LATER = re.compile(
    r"[\s,:(\[–—-]*\b(?:v(?:ersion)?\.?\s*\d+|(?:revised|updated|final|new|corrected)"
    r"(?:\s+(?:version|draft))?|draft\s+\d+)[)\]\s]*\Z"
)


@dataclass(frozen=True)
class Version:
    """``number`` counts from 1, the oldest."""

    number: int
    turn_id: int
    position: int
    is_shown: bool


def versions_of(turn: Turn, position: int, shown: items.Artifact) -> list[Version]:
    """Oldest first, including the artifact itself."""
    title = same_title(shown.title)
    here = (turn.pk, position)
    places = [here]
    if title:
        places = _places(turn, kind=shown.kind, title=title, here=here)
    return [Version(at, *place, place == here) for at, place in enumerate(places, start=1)]


def _places(turn: Turn, *, kind: str, title: str, here: tuple[int, int]) -> list[tuple[int, int]]:
    stored = StoredArtifact.objects.filter(turn__conversation_id=turn.conversation_id, kind=kind)
    found = {
        (turn_id, position)
        for turn_id, position, text in stored.values_list("turn_id", "position", "title")
        if same_title(text) == title
    } | {here}  # a live answer has stored none yet
    seen: Counter[int] = Counter()
    nth = {}
    for place in sorted(found):
        nth[place] = seen[place[0]]
        seen[place[0]] += 1
    return [place for place in sorted(found) if nth[place] == nth[here]]


def same_title(title: str) -> str:
    """``"Customer  Letter (v2)"`` -> ``"customer letter"``."""
    words = " ".join(title.casefold().split())
    return _LATER.sub("", words) or words
