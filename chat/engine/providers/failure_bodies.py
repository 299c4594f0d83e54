"""Reads a provider's error, in any of these shapes:

{"error": {"message": "…", "type": "…", "code": "…"}}      OpenAI and most others
{"error": "model 'x' not found"}                            Ollama, LM Studio
{"object": "error", "message": "…", "code": 400}            vLLM, Mistral
{"type": "error", "error": {"type": "overloaded_error", …}} Anthropic
{"type": "response.failed", "response": {"error": {…}}}     OpenAI's Responses
[{"error": {"status": "RESOURCE_EXHAUSTED", "details": […]}}]  Gemini
{"detail": "Not Found"}                                     FastAPI
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

#: How much of an error is read.
_MOST_CHARS = 4_000
_HTTP_ERRORS = range(400, 600)
#: Statuses that errors inside a stream give by name only.
_STATUS_OF = {
    "overloaded_error": 529,
    "rate_limit_error": 429,
    "rate_limit_exceeded": 429,
    "resource_exhausted": 429,
    "insufficient_quota": 402,
    "billing_error": 402,
    "authentication_error": 401,
    "unauthenticated": 401,
    "permission_error": 403,
    "permission_denied": 403,
    "not_found_error": 404,
    "not_found": 404,
    "request_too_large": 413,
    "timeout_error": 504,
    "deadline_exceeded": 504,
    "unavailable": 503,
    "service_unavailable": 503,
    "api_error": 500,
    "server_error": 500,
    "internal_server_error": 500,
    "internal": 500,
}
_RETRY_DELAY = re.compile(r'"retryDelay":"([\d.]+)s"')  # Gemini


@dataclass(frozen=True)
class Said:
    """``words``: the message; ``whole``: the whole error; ``status``: the one it states, if any."""

    words: str
    whole: str
    status: int | None = None
    is_error: bool = False

    @property
    def retry_after_s(self) -> float | None:
        delay = _RETRY_DELAY.search(self.whole)
        return float(delay[1]) if delay else None


def is_error(event: object) -> bool:
    return isinstance(event, dict) and bool(
        event.get("error")
        or event.get("object") == "error"
        or event.get("type") in ("error", "response.failed")
        or (event.get("promptFeedback") or {}).get("blockReason")
    )


def read_body(body: bytes) -> Said:
    """An HTML page does not come from the provider, so its text is ignored."""
    try:
        return read_error(orjson.loads(body))
    except orjson.JSONDecodeError:
        words = " ".join(body.decode(errors="replace").split())[:_MOST_CHARS]
        return Said(words, "" if words.startswith("<") else words)


def read_error(event: Any) -> Said:
    event = event[0] if isinstance(event, list) and event else event
    error = _innermost(event)
    whole = orjson.dumps(event).decode()[:_MOST_CHARS]
    if not isinstance(error, dict):
        return Said(str(error), whole, None, is_error(event))
    words = error.get("message") or error.get("detail") or whole
    named = [error.get(name) for name in ("code", "status", "type")]
    status = next((found for each in named if (found := _status(each))), None)
    return Said(str(words), whole, status, is_error(event))


def _innermost(event: Any) -> Any:
    if not isinstance(event, dict):
        return event
    failed = event.get("response") or {}
    return event.get("error") or failed.get("error") or event


def _status(named: object) -> int | None:
    word = str(named).lower()
    if word.isdigit() and int(word) in _HTTP_ERRORS:
        return int(word)
    return _STATUS_OF.get(word)


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Accepts seconds, a date, or milliseconds."""
    if "retry-after-ms" in headers:
        ms = _number(headers["retry-after-ms"])
        return None if ms is None else ms / 1000
    value = headers.get("retry-after", "")
    seconds = _number(value)
    if seconds is not None or not value:
        return seconds
    try:
        wait = parsedate_to_datetime(value).replace(tzinfo=UTC) - datetime.now(UTC)
    except ValueError:
        return None
    return max(0.0, wait.total_seconds())


def _number(value: str) -> float | None:
    return float(value) if re.fullmatch(r"\d+(\.\d+)?", value) else None
