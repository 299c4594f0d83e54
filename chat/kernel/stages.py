"""The stages of an answer as facts, and Oliver's own wording for each.

The assistant announces a stage (``Said``), the log stores its name and facts, and each reader gets
a sentence for it: in their language, plain or detailed, or as staff wrote it (see
``chat.engine.rendering.status_wording``).

    Said.of("passages", count=4)  ->  "Reading 4 passages…", with stage "passages", count 4
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

Facts = Mapping[str, str | int]

#: The stages in order, with their names in the admin.
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
#: The stages shown to readers who chose plain messages.
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
#: Placeholders that a stage's text may contain, with sample values.
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
    "thinking": _("Thinking, {seconds} s"),
    "written": _("Answer written."),
    "check": _("Checking the quotes…"),
    "looking": _("Looking in the library…"),
    "writing": _("Writing the answer…"),
    "checking": _("Checking the quotes…"),
}


class Said(str):
    """A sentence that knows its stage. DSPy passes it on as a status message."""

    stage: str = ""
    facts: Facts = {}

    @classmethod
    def of(cls, stage: str, **facts: str | int) -> "Said":
        said = cls(sentence(stage, facts))
        said.stage, said.facts = stage, facts
        return said


def sentence(stage: str, facts: Facts) -> str:
    """Oliver's own wording of a stage in the active language; "" for an unknown stage."""
    count = facts.get("count", 1)
    if stage in ("passage", "passages"):
        text = ngettext("Reading {count} passage…", "Reading {count} passages…", int(count))
        return filled(text, {"count": count})
    return filled(str(_WORDS[stage]), facts) if stage in _WORDS else ""


def filled(text: str, facts: Facts) -> str:
    """Fill in facts. Not ``str.format``, with which a text written by staff could reach
    attributes.
    """
    for name, value in facts.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


def key_of(stage: str, facts: Facts, *, plain: bool) -> str:
    """The key of a stage's wording: singular and plural differ."""
    if stage == "passages" and facts.get("count") == 1:
        stage = "passage"
    return _PLAIN_OF.get(stage, stage) if plain else stage
