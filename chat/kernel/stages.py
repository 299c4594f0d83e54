"""Stages: what an answer goes through while it is made, as facts, and Oliver's own words for each.

The assistant says which stage begins (``Said``), the log keeps its name and facts, and each reader
gets words for it: in the reader's language, plain or detailed, or as staff wrote them (see
``chat.engine.rendering.wording``). Nothing here knows a reader.

    Said.of("passages", count=4)  ->  "Reading 4 passages…", with stage "passages", count 4
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

Facts = Mapping[str, str | int]

#: The stages as they happen, with what they are called where staff write texts for them.
DETAILED: dict[str, Promise] = {
    "question": _("Reading the question"),
    "search": _("Searching the library"),
    "nothing": _("Nothing found"),
    "passage": _("One passage found"),
    "passages": _("Several passages found"),
    "quote": _("Choosing quotes, without a language model"),
    "model": _("Asking the language model"),
    "written": _("Answer written"),
    "check": _("Checking the quotes"),
}
#: The few that a reader of plain messages sees.
PLAIN: dict[str, Promise] = {
    "looking": _("Plain: searching the library"),
    "writing": _("Plain: writing the answer"),
    "checking": _("Plain: checking the quotes"),
}
_PLAIN_OF = {
    **dict.fromkeys(("question", "search"), "looking"),
    **dict.fromkeys(("nothing", "passage", "passages", "quote", "model"), "writing"),
    **dict.fromkeys(("written", "check"), "checking"),
}
#: What a text for a stage may name in braces, with an example.
PLACEHOLDERS: dict[str, dict[str, str | int]] = {
    "passages": {"count": 4},
    "model": {"model": "openai/gpt-5-mini"},
}
_WORDS = {
    "question": _("Reading the question…"),
    "search": _("Searching the library…"),
    "nothing": _("Nothing in the library matches this question."),
    "quote": _("Choosing quotes…"),
    "model": _("Asking {model}…"),
    "written": _("Answer written."),
    "check": _("Checking the quotes…"),
    "looking": _("Looking in the library…"),
    "writing": _("Writing the answer…"),
    "checking": _("Checking the quotes…"),
}


class Said(str):
    """A sentence that remembers its stage: what DSPy passes on as a status message."""

    stage: str = ""
    facts: Facts = {}

    @classmethod
    def of(cls, stage: str, **facts: str | int) -> "Said":
        said = cls(sentence(stage, facts))
        said.stage, said.facts = stage, facts
        return said


def sentence(stage: str, facts: Facts) -> str:
    """Oliver's own words for a stage, in the active language; "" for one that is not known."""
    count = facts.get("count", 1)
    if stage in ("passage", "passages"):
        text = ngettext("Reading {count} passage…", "Reading {count} passages…", int(count))
        return filled(text, {"count": count})
    return filled(str(_WORDS[stage]), facts) if stage in _WORDS else ""


def filled(text: str, facts: Facts) -> str:
    """Put facts in their places. No ``str.format``: a text of staff must reach no attribute."""
    for name, value in facts.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


def key_of(stage: str, facts: Facts, *, plain: bool) -> str:
    """The stage whose words a reader gets: one passage is told apart from several."""
    if stage == "passages" and facts.get("count") == 1:
        stage = "passage"
    return _PLAIN_OF.get(stage, stage) if plain else stage
