"""``AnswerPrinter``: prints an answer's chunks in a terminal, for ``manage.py ask``.

Printed text cannot be taken back: a field that is replaced (``metadata.replace``) is printed again
under its heading.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.core.management.base import OutputWrapper
from django.core.management.color import Style

from chat.engine.worker.turn_timing import TurnClock
from chat.kernel.answer import Answer
from chat.kernel.chunks import TEXT_FIELDS, StreamChunk, StreamError
from chat.kernel.items import Artifact, CitationState, Finding, Item
from chat.kernel.passages import Passage
from chat.kernel.verdict import checked_citations, verdict_on

#: Control characters except tab and line feed: model output must not control the terminal.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    return _CONTROL.sub("", text)


class AnswerPrinter:
    """Call ``show`` for each chunk, then ``finish`` once."""

    def __init__(self, out: OutputWrapper, style: Style) -> None:
        self._out = out
        self._paint: Any = style  # its methods are created at run time
        self._answer = Answer()
        self._section = ""
        self._ending = ""  # trailing line feeds written so far, two at most

    @property
    def error(self) -> StreamError | None:
        return self._answer.error

    def show(self, chunk: StreamChunk) -> None:
        self._answer.apply(chunk)
        match chunk.content:
            case str() as text if chunk.type == "status":
                self._open("status", heading="")
                self._say(self._paint.HTTP_NOT_MODIFIED(f"· {printable(text)}") + "\n")
            case str() as text if chunk.field in TEXT_FIELDS:
                self._open(chunk.field, heading=chunk.field.capitalize(), again=chunk.replaces)
                self._say(printable(text))
            case list() as items if chunk.field in ("findings", "artifacts"):
                self._open(chunk.field, heading=chunk.field.capitalize())
                self._say("".join(map(self._item, items)))
        self._out.flush()

    def finish(self, clock: TurnClock) -> None:
        if self._answer.passages:
            self._open("sources", heading="Sources")
            self._say("".join(self._sources()))
        if verdict := verdict_on(self._answer).sentence:
            self._open("verdict", heading="Checked")
            self._say(printable(verdict) + "\n")
        self._open("stats", heading="Stats")
        self._say("".join(f"{name:<22}{value}\n" for name, value in self._numbers(clock).items()))

    def _open(self, section: str, *, heading: str, again: bool = False) -> None:
        if section == self._section and not again:
            return
        if self._section:
            self._say("\n" * (2 - len(self._ending)))
        self._section = section
        if heading:
            self._say(self._paint.MIGRATE_HEADING(heading) + "\n")

    def _item(self, item: Item) -> str:
        match item:
            case Finding():
                label, text = f"[{item.severity}] {item.title}", item.explanation
            case Artifact():
                label, text = f"[{item.kind}] {item.title}", item.content
            case _:
                return ""
        head = self._paint.MIGRATE_LABEL(printable(label))
        body = "".join(f"  {line}\n" for line in printable(text).splitlines())
        return f"{head}\n{body}"

    def _sources(self) -> Iterator[str]:
        states = defaultdict(list)
        for citation in checked_citations(self._answer):
            states[citation.passage].append(citation.state)
        for number, passage in enumerate(self._answer.passages, start=1):
            yield _source(number, passage, states[passage.id])

    def _numbers(self, clock: TurnClock) -> dict[str, str]:
        facts, times = self._answer.metadata, clock.summary()
        return {
            "first status": _ms_since(clock.queued_at, clock.first_status_at),
            "first token": _ms(times["first_token_ms"]),
            "total": _ms(times["total_ms"]),
            "tokens in / out": f"{_known(facts, 'tokens_in')} / {_known(facts, 'tokens_out')}",
            "model": facts.get("model") or "none; the library is quoted",
            "engine / adapter": f"{_known(facts, 'engine')} / {_known(facts, 'adapter')}",
        }

    def _say(self, text: str) -> None:
        self._out.write(text, ending="")
        said = self._ending + text
        self._ending = said[len(said.rstrip("\n")) :][-2:]


def _source(number: int, passage: Passage, states: list[CitationState]) -> str:
    quoted = f" ({', '.join(states)})" if states else ""
    return printable(
        f"{number}. {passage.title}: {passage.heading}{quoted}\n"
        f"   {passage.authority}, {passage.section}; checked {passage.checked}\n"
        f"   {passage.url}\n"
    )


def _known(facts: Mapping[str, object], name: str) -> str:
    value = facts.get(name)
    return "unknown" if value is None else str(value)


def _ms(value: int | None) -> str:
    return "none" if value is None else f"{value:,} ms"


def _ms_since(start: datetime, moment: datetime | None) -> str:
    return _ms(None if moment is None else int((moment - start).total_seconds() * 1000))
