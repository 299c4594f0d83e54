"""The words around an answer: its progress, how it ended, and its numbers.

Plain text from the answer's data, in the reader's language; templates place it.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chat.engine.rendering.status_wording import Wording
from chat.kernel.answer import Answer
from chat.kernel.token_rate import tokens_per_second


def status_line(answer: Answer, wording: Wording) -> SafeString:
    """``Reading 4 passages…``, ``Answered in 8.4 s``."""
    if answer.outcome is None:
        return format_html("{}", wording.of(answer.steps[-1]) if answer.steps else _("Starting…"))
    return format_html(
        '<span data-outcome="{}" data-kind="{}" data-announcement="{}">{}</span>',
        answer.outcome,
        answer.outcome.kind,
        answer.outcome.announcement,
        answer.outcome.after(duration(answer.metadata.get("total_ms"))),
    )


def duration(ms: Any) -> str:
    """``840`` -> ``0.8 s``, ``12345`` -> ``12 s``, ``90000`` -> ``1 min 30 s``; "" if unknown."""
    if not isinstance(ms, int | float):
        return ""
    seconds = ms / 1000
    if seconds < 10:
        return _("{seconds} s").format(seconds=number_format(round(seconds, 1), 1))
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return _("{seconds} s").format(seconds=rest)
    return _("{minutes} min {seconds} s").format(minutes=minutes, seconds=rest)


def kept(answer: Answer) -> str:
    if has_content(answer):
        return _("The partial answer is kept above.")
    return _("No part of the answer arrived. Your question is kept.")


def has_content(answer: Answer) -> bool:
    return any(
        (answer.reasoning, answer.analysis, answer.response, answer.findings, answer.artifacts)
    )


def notes(answer: Answer) -> list[str]:
    found = []
    if answer.metadata.get("sourced") is False and answer.metadata.get("model"):
        found.append(_("No passage in the library supports this answer. Verify it elsewhere."))
    if answer.metadata.get("copied_example"):
        found.append(_("The model copied an example instead of answering. Use a larger model."))
    return [*found, *_cuts(answer.metadata)]


def _cuts(facts: dict[str, Any]) -> list[str]:
    """What the model did not get to read."""
    found = []
    if facts.get("question_shortened"):
        found.append(_("The question is too long for the model: its middle was left out."))
    if count := facts.get("passages_cut"):
        words = ngettext(
            "{count} passage was left out: the model cannot read more.",
            "{count} passages were left out: the model cannot read more.",
            count,
        )
        found.append(words.format(count=number_format(count, force_grouping=True)))
    if count := facts.get("history_cut"):
        words = ngettext(
            "This conversation is long: {count} earlier question and its answer were left out.",
            "This conversation is long: {count} earlier questions and their answers were left out.",
            count,
        )
        found.append(words.format(count=number_format(count, force_grouping=True)))
    if facts.get("history_shortened"):
        found.append(_("The conversation is long: parts of earlier messages were left out."))
    if facts.get("prompt_cut"):
        found.append(
            _(
                "The model read only a part of what it was sent. Ask your administrator to "
                "check OLIVER_CONTEXT_TOKENS."
            )
        )
    return found


def numbers(answer: Answer) -> list[str]:
    facts = answer.metadata
    found = []
    if facts.get("model"):
        found.append(str(facts["model"]))
    elif facts.get("engine") == "quote":
        found.append(_("Quoted from the library"))
    if first := duration(facts.get("first_token_ms")):
        found.append(_("first words after {time}").format(time=first))
    if speed := _speed(facts):
        rounded = round(speed)
        words = ngettext("{count} token per second", "{count} tokens per second", rounded)
        found.append(words.format(count=number_format(rounded, force_grouping=True)))
    return found


def _speed(facts: Mapping[str, Any]) -> float | None:
    names = ("first_token_ms", "total_ms")
    return tokens_per_second(facts.get("tokens_out"), **{name: facts.get(name) for name in names})
