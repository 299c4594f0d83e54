"""Intent: which kinds of passage would answer a question.

"how long do we have" asks for a deadline, "can I tell him" for a prohibition or an exception.
Called by ``search``; ``ranking`` boosts passages of these kinds.
"""

import re
from collections.abc import Mapping

from chat.kernel.passages import PassageKind

_CLEAR, _VAGUE = 2.0, 1.2

#: A bare name ("ctr", "travel rule") asks what it is and when it applies.
_BARE_WORDS = 2
_BARE: Mapping[PassageKind, float] = {
    "definition": _CLEAR,
    "threshold": _CLEAR,
    "scope": _VAGUE,
    "duty": _VAGUE,
}

#: Wordings that clearly ask for one kind of passage.
_CLEARLY: tuple[tuple[str, tuple[PassageKind, ...]], ...] = (
    (
        r"\b(keep|kept|hold|hang|store|retain|save)\b.*\b(copies|copy|records?|files?|papers?)"
        r"|how (long|many years).*\b(keep|kept|hold|hang|store|stored|retain|save|archive)"
        r"|\bretention\b|\b(throw|toss|shred|get rid)\b|what .*\b(write|note|put) down",
        ("record",),
    ),
    (
        r"\bhow (long|soon|quick|quickly|fast|often|frequently|much (more )?time)\b"
        r"|\bhow many (\w+ )?(days|hours|weeks|months)|^when\b|\bwhen (is|are|do|does|must|should"
        r"|will|can)\b|deadline|\bdue\b|\bby when\b|time limit|extra time|\bclock\b|\bexpires?\b",
        ("deadline",),
    ),
    (
        r"\bhow (much|big|many)\b(?!.* (days|hours|weeks|years|months|time))|\bminimum\b|\blimit\b"
        r"|\bthreshold|\b(what|which|dollar) (amount|percent|balance|sum|size)|from what|at what"
        r"|\btriggers?\b|cut ?off|\benough to\b",
        ("threshold",),
    ),
    (r"\b(when|which|what|who)\b.*\b(not|no longer|need no|never)\b", ("exception",)),
    (
        r"\b(penalty|penalties|fined?|punish\w*|prison|jail|consequences?|felony)\b"
        r"|what happens (if|to)|in trouble|how bad",
        ("penalty",),
    ),
    (
        r"\bsigns?\b (of|that|an?|the)\b|warning signs?|red flags?|look out for|what to look for"
        r"|\bspot\b|should worry|make me suspect|\blooks? (fake|odd|fishy|strange|off)",
        ("red-flag",),
    ),
    (
        r"^what('s| is| are) (an? |the )?[\w' -]{2,30}\??$|what does .* mean|\bdefin(e|ition)"
        r"|meaning|difference between|counts? as\b",
        ("definition",),
    ),
)
#: Wordings that suggest some kinds.
_VAGUELY: tuple[tuple[str, tuple[PassageKind, ...]], ...] = (
    (
        r"^(can|may|could)\b|\b(can|may) (i|we|they|he|she|you|our|a|an|the)\b|allowed|permitted"
        r"|is it (ok|okay|legal|fine)|\bam i\b|must not",
        ("prohibition", "exception"),
    ),
    (
        r"exempt|exception|without|don'?t need|do not need|\bskip\b|waive|left out|\bnot\b"
        r"|\bnever\b",
        ("exception",),
    ),
    (r"\bnot\b|\bnever\b", ("prohibition",)),
    (
        r"^(do|does|must|should)\b|\b(do|must|should) (i|we|they|he|she|you)\b|have to|required",
        ("duty", "scope"),
    ),
    (
        r"^who\b|\bwho (must|has|is|are|needs)\b|\bappl(y|ies)\b|which (companies|customers|firms)"
        r"|\bcover(s|ed)?\b",
        ("scope", "duty"),
    ),
    (
        r"^how (do|can|should|would)\b|\bsteps\b|what (do|should|must) (i|we) do|what now"
        r"|where do i start|help me",
        ("step", "guidance"),
    ),
    (r"\b(every|each) (year|month)\b|annually|yearly|how often", ("guidance",)),
)


def _compiled(
    table: tuple[tuple[str, tuple[PassageKind, ...]], ...],
) -> tuple[tuple[re.Pattern[str], tuple[PassageKind, ...]], ...]:
    return tuple((re.compile(pattern), kinds) for pattern, kinds in table)


_HOW_LONG_KEPT = re.compile(r"\bhow (?:long|many years)\b.*\b(?:keep|kept|store|retain|save)")
_WORDINGS = ((_compiled(_VAGUELY), _VAGUE), (_compiled(_CLEARLY), _CLEAR))


def kinds_for_a_name(question: str) -> Mapping[PassageKind, float]:
    """For a question that is only a name; empty for others."""
    return _BARE if 0 < len(question.split()) <= _BARE_WORDS else {}


def wanted_kinds(question: str) -> Mapping[PassageKind, float]:
    """How much to boost each kind: "how long do we have" -> {"deadline": 2.0}."""
    asked = question.lower().strip()
    found: dict[PassageKind, float] = {
        kind: lift
        for wordings, lift in _WORDINGS
        for pattern, kinds in wordings
        if pattern.search(asked)
        for kind in kinds
    }
    if "record" in found and _HOW_LONG_KEPT.search(asked):
        found.pop("deadline", None)  # "how long" then asks for no other time
    return found
