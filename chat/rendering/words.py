"""The words around an answer: how it goes, how it ended, and its numbers, for people to read.

Pure text from the answer's facts; templates put it in its place.
"""

from typing import Any, assert_never

from django.utils.html import format_html
from django.utils.safestring import SafeString

from chat.answer import Answer, Outcome
from chat.rendering.wording import Wording

_KEPT = "What had arrived is kept above."
_NOTHING_YET = "Nothing of the answer had arrived. Your question is kept."


def status_line(answer: Answer, wording: Wording) -> SafeString:
    """What happens now, or how it ended: ``Reading 4 passages…``, ``Answered in 8.4 s``."""
    if answer.outcome is None:
        return format_html("{}", wording.of(answer.steps[-1]) if answer.steps else "Starting…")
    return format_html(
        '<span data-outcome="{}">{}</span>', answer.outcome, _ending(answer.outcome, answer)
    )


def _ending(outcome: Outcome, answer: Answer) -> str:
    spent = duration(answer.metadata.get("total_ms"))
    match outcome:
        case "done":
            return f"Answered in {spent}" if spent else "Answered"
        case "stopped":
            return f"Stopped after {spent}" if spent else "Stopped"
        case "failed":
            return f"Failed after {spent}" if spent else "Failed"
        case "interrupted":
            return "Interrupted"
        case _:
            assert_never(outcome)


def duration(ms: Any) -> str:
    """``840`` -> ``0.8 s``, ``12345`` -> ``12 s``, ``90000`` -> ``1 min 30 s``; "" if unknown."""
    if not isinstance(ms, int | float):
        return ""
    seconds = ms / 1000
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def kept(answer: Answer) -> str:
    """What is left of an answer that did not come to its end."""
    return _KEPT if has_content(answer) else _NOTHING_YET


def has_content(answer: Answer) -> bool:
    """Whether the reader got something to read."""
    return any(
        (answer.reasoning, answer.analysis, answer.response, answer.findings, answer.artifacts)
    )


def notes(answer: Answer) -> list[str]:
    """What a reader should know about an answer before relying on it."""
    found = []
    if answer.metadata.get("sourced") is False and answer.metadata.get("model"):
        found.append("No passage of the library stands behind this answer. Check it elsewhere.")
    if cut := answer.metadata.get("history_cut"):
        messages = "1 message" if cut == 1 else f"{cut} messages"
        found.append(f"This conversation is long: its {messages} furthest back were left out.")
    return found


def numbers(answer: Answer) -> list[str]:
    """The quiet line: who answered, how soon, how fast."""
    facts = answer.metadata
    found = []
    if facts.get("model"):
        found.append(str(facts["model"]))
    elif facts.get("engine") == "quote":
        found.append("Quoted from the library")
    if first := duration(facts.get("first_token_ms")):
        found.append(f"first words after {first}")
    if speed := tokens_per_second(facts):
        found.append(f"{speed:.0f} tokens per second")
    return found


def tokens_per_second(facts: dict[str, Any]) -> float | None:
    """Output tokens over the time from the first token to the end; None if unknown."""
    tokens, first_ms, total_ms = (
        facts.get(name) for name in ("tokens_out", "first_token_ms", "total_ms")
    )
    if not tokens or first_ms is None or total_ms is None or total_ms <= first_ms:
        return None
    return float(tokens * 1000 / (total_ms - first_ms))


def checked(citations: list[dict[str, Any]]) -> str:
    """``3 quotes checked: all are word for word in their passages.``; "" if nothing was quoted."""
    states = [citation.get("state") for citation in citations]
    verified, unverified = states.count("verified"), states.count("unverified")
    if unverified:
        return (
            f"{unverified} of {len(states)} citations could not be verified: "
            "the quote or its passage is not in what was read."
        )
    if verified == 1:
        return "1 quote checked: it is word for word in its passage."
    return (
        f"{verified} quotes checked: all are word for word in their passages." if verified else ""
    )
