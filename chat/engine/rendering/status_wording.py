"""Wording: the words in which one reader is told the stages of an answer.

Its language is the active one, its style the reader's choice: detailed (every stage with its
counts) or plain (few, calm ones). ``texts`` are those that staff wrote; what they left out is said
in Oliver's own words. Like a language, a wording is active for a while:

    with reading(Wording(style="plain")):
        turn_html(turn)
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Literal

from django.utils.translation import get_language

from chat.kernel.items import Step
from chat.kernel.stages import filled, key_of, sentence

Style = Literal["plain", "detailed"]
#: (stage, analysis type or "" for all, language or "" for all) -> text with placeholders.
Texts = Mapping[tuple[str, str, str], str]


@dataclass(frozen=True)
class Wording:
    """See the module."""

    style: Style = "detailed"
    texts: Texts = field(default_factory=dict)
    analysis_type: str = ""

    def of(self, step: Step) -> str:
        """What this reader reads for a step. A stage that is not known keeps its own words."""
        key = key_of(step.stage, step.facts, plain=self.style == "plain")
        if written := self._written(key):
            return filled(written, step.facts)
        return sentence(key, step.facts) or step.text

    def steps(self, steps: Iterable[Step]) -> list[tuple[str, int | None]]:
        """The lines of a turn with their times; several stages in the same words are one line.

        The count of a silence is for the status line alone.
        """
        lines: list[tuple[str, int | None]] = []
        for step in steps:
            if step.stage == "thinking":
                continue
            words = self.of(step)
            if not lines or lines[-1][0] != words:
                lines.append((words, step.at_ms))
        return lines

    def _written(self, key: str) -> str:
        """Staff's text: one for the reader's language before one for all, then by analysis type."""
        if not self.texts:
            return ""
        language = (get_language() or "").partition("-")[0]
        places = ((kind, spoken) for spoken in (language, "") for kind in (self.analysis_type, ""))
        return next((text for place in places if (text := self.texts.get((key, *place)))), "")


_active: ContextVar[Wording] = ContextVar("wording", default=Wording())  # noqa: B039  (frozen)


def active_wording(analysis_type: str = "") -> Wording:
    """The wording in force here, for answers of this type."""
    return replace(_active.get(), analysis_type=analysis_type)


@contextmanager
def reading(wording: Wording) -> Iterator[None]:
    """Render for a reader with this wording."""
    token = _active.set(wording)
    try:
        yield
    finally:
        _active.reset(token)
