"""How an answer ended, as reported by the provider, never guessed from the text.

The transport reports it (``tell``) and ``LastEnd`` keeps it for the turn. litellm has its own
transport; there the listener reports it.
"""

import logging
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from chat.engine.providers.dialects.base import Facts
from chat.kernel.outcomes import Outcome

logger = logging.getLogger(__name__)

#: complete: the model finished. length: cut at a token limit. filtered: withheld by the provider's
#: content filter. refused: the model declined. broken: the provider reported a failure midway.
#: unknown: the connection ended without a reason.
EndKind = Literal["complete", "length", "filtered", "refused", "broken", "unknown"]

#: Reasons of all providers, in lower case. Any other means complete, and is logged.
_KINDS: dict[str, EndKind] = {
    "stop": "complete",
    "end_turn": "complete",  # Anthropic, as the next three
    "stop_sequence": "complete",
    "tool_use": "complete",
    "pause_turn": "complete",
    "tool_calls": "complete",
    "tool_call": "complete",  # lm15, for any provider
    "function_call": "complete",
    "complete": "complete",  # Cohere
    "eos": "complete",  # Together, Hugging Face, as the next
    "eos_token": "complete",
    "finish_reason_unspecified": "complete",  # Gemini
    "length": "length",
    "max_tokens": "length",  # Anthropic, Gemini
    "max_output_tokens": "length",  # OpenAI's Responses
    "model_length": "length",  # Mistral
    "model_context_window_exceeded": "length",  # Anthropic
    "max_length": "length",
    "content_filter": "filtered",
    "content_filtered": "filtered",
    "guardrail_intervened": "filtered",  # Bedrock
    "sensitive": "filtered",  # Z.AI
    "safety": "filtered",  # Gemini, as the next five
    "recitation": "filtered",
    "blocklist": "filtered",
    "prohibited_content": "filtered",
    "spii": "filtered",
    "language": "filtered",
    "refusal": "refused",  # Anthropic
    "error": "broken",  # OpenRouter, Mistral
    "abort": "broken",  # vLLM
    "network_error": "broken",  # Z.AI
    "insufficient_system_resource": "broken",  # DeepSeek
    "malformed_function_call": "broken",  # Gemini, as the next three
    "unexpected_tool_call": "broken",
    "malformed_response": "broken",
    "other": "broken",
}
#: Of the kinds that end an answer before it is complete.
_OUTCOMES: dict[EndKind, Outcome] = {
    "length": Outcome.CUT,
    "filtered": Outcome.FILTERED,
    "refused": Outcome.REFUSED,
}
#: Of a reason, in the operator's log.
_LONGEST_WORD = 60


@dataclass(frozen=True, slots=True)
class EndOfAnswer:
    kind: EndKind
    reason: str = ""  # the provider's own word, for the operator
    words: str = ""  # the model's own, when it refuses
    tokens_in: int | None = None
    tokens_out: int | None = None

    @property
    def outcome(self) -> Outcome | None:
        """None if the provider did not cut the answer short."""
        return _OUTCOMES.get(self.kind)

    def tokens(self) -> dict[str, int]:
        counted = {"tokens_in": self.tokens_in, "tokens_out": self.tokens_out}
        return {name: count for name, count in counted.items() if count is not None}


def end_of(facts: Facts, *, whole: bool) -> EndOfAnswer:
    """``whole``: the stream ended properly. Many servers end one without a reason."""
    kind = _kind_of(facts.reason)
    if kind == "complete" and facts.refusal:
        kind = "refused"
    if not facts.reason and not whole:
        kind = "unknown"
    return EndOfAnswer(kind, facts.reason, facts.refusal, facts.tokens_in, facts.tokens_out)


class LastEnd:
    """Keeps the end of a turn's answer; after several calls, the last one's."""

    def __init__(self, model: str = "") -> None:
        self.end = EndOfAnswer("unknown")
        self._model = model

    def open(self) -> None:
        """Applies to requests made in this context."""
        _open.set(self)

    def keep(self, end: EndOfAnswer) -> None:
        self.end = end
        if end.reason and end.reason.lower() not in _KINDS:
            _warn_of_unlisted(self._model, end.reason[:_LONGEST_WORD])


@lru_cache(maxsize=100)
def _warn_of_unlisted(model: str, reason: str) -> None:
    """Once for each reason."""
    logger.warning(
        "%s ended an answer with %r, which is not listed; taken as complete.", model, reason
    )


_open: ContextVar[LastEnd | None] = ContextVar("last_end", default=None)


def tell(end: EndOfAnswer) -> None:
    if keeper := _open.get():
        keeper.keep(end)


def tell_reason(reason: str) -> None:
    """For litellm's streams, which bypass our transport. An end told earlier takes precedence."""
    keeper = _open.get()
    if keeper is not None and keeper.end.kind == "unknown":
        keeper.keep(EndOfAnswer(_kind_of(reason), reason))


def _kind_of(reason: str) -> EndKind:
    return _KINDS.get(reason.lower(), "complete")
