"""Follow-up questions: "and for casinos?" needs the question before it. Called by ``search``."""

import re
from collections.abc import Sequence

from chat.library.retrieval.question import Concept

_OPENS_A_FOLLOW_UP = re.compile(
    r"(?:ok(?:ay)?|so|thanks?|thank you|yes|no|right|good|and|but|or|then)?[,. ]*"
    r"(?:(?:and|but|or|also)\b|(?:what|how) about\b|what if\b|why\b(?: not)?\W*$|who\W*$|when\W*$"
    r"|how (?:long|much|soon|often)\W*$|by when\W*$|where\W*$|for (?:example|instance)\b"
    r"|same (?:for|with|question)\b|is (?:that|it|this)\b|does (?:that|it|this)\b"
    r"|(?:can|may|must|should|do|are) (?:they|those|these)\b|in (?:that|this) case\b)"
)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|that|this|they|them|their|those|these|there|one|ones|same|he|him|she|her)\b|\bthen\W*$"
)
#: Weight of the earlier question's words, relative to the new ones.
_EARLIER = 0.6


def begins_like_follow_up(question: str) -> bool:
    return bool(_OPENS_A_FOLLOW_UP.match(question.lower().strip()))


def refers_back(question: str) -> bool:
    return bool(_POINTS_BACK.search(question.lower()))


def add_earlier_concepts(asked: Sequence[Concept], earlier: Sequence[Concept]) -> list[Concept]:
    said = {concept.synonyms for concept in asked}
    return [*asked, *(c.times(_EARLIER) for c in earlier if c.synonyms not in said)]
