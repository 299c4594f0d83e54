"""Wording: how the stages of an answer are described to one reader.

The language is the active one; the reader chooses the style: detailed (every stage with its
counts) or plain (a few short messages). ``texts`` are custom texts by staff; built-in ones fill the
gaps. A wording is active within a context, like a language:

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
    style: Style = "detailed"
    texts: Texts = field(default_factory=dict)
    analysis_type: str = ""

    def of(self, step: Step) -> str:
        """Text for a step. An unknown stage keeps its own text."""
        key = key_of(step.stage, step.facts, plain=self.style == "plain")
        if written := self._written(key):
            return filled(written, step.facts)
        return sentence(key, step.facts) or step.text

    def steps(self, steps: Iterable[Step]) -> list[tuple[str, int | None]]:
        """The lines of a turn with their times; consecutive stages with the same text share a line.

        How long the model has been silent appears in the status line only.
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
        """The staff's text: first by the reader's language, then by analysis type."""
        if not self.texts:
            return ""
        language = (get_language() or "").partition("-")[0]
        places = ((kind, spoken) for spoken in (language, "") for kind in (self.analysis_type, ""))
        return next((text for place in places if (text := self.texts.get((key, *place)))), "")


_active: ContextVar[Wording] = ContextVar("wording", default=Wording())  # noqa: B039  (frozen)


def active_wording(analysis_type: str = "") -> Wording:
    return replace(_active.get(), analysis_type=analysis_type)


@contextmanager
def reading(wording: Wording) -> Iterator[None]:
    token = _active.set(wording)
    try:
        yield
    finally:
        _active.reset(token)
