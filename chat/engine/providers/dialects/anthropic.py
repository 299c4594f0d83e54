"""Anthropic's Messages API."""

from typing import Any

from chat.engine.providers.dialects.base import NOTHING, Delta, Event, Facts, Reading, sum_of


class Anthropic:
    def read(self, event: Event, facts: Facts) -> Reading:
        match event.get("type"):
            case "content_block_delta":
                return _read_block(event, event.get("delta") or {})
            case "content_block_start":  # empty, except from servers that begin with text
                return _read_block(event, event.get("content_block") or {})
            case "message_start":
                _count(facts, (event.get("message") or {}).get("usage") or {})
                return Reading((), event)
            case "message_delta":
                return Reading((), _end(event, facts))
            case "message_stop":
                return Reading((), event)
        return NOTHING

    def event_of(self, delta: Delta) -> Event:
        block = (
            {"type": "text_delta", "text": delta.text}
            if delta.kind == "text"
            else {"type": "thinking_delta", "thinking": delta.text}
        )
        return {"type": "content_block_delta", "index": delta.part, "delta": block}


def _read_block(event: Event, block: dict[str, Any]) -> Reading:
    part = event.get("index") or 0
    match block.get("type"):
        case "text_delta" | "text":
            text = block.get("text")
            return Reading([Delta("text", text, part)], None) if text else NOTHING
        case "thinking_delta" | "thinking":
            text = block.get("thinking")
            return Reading([Delta("reasoning", text, part)], None) if text else NOTHING
    return Reading((), event)


def _end(event: Event, facts: Facts) -> Event:
    """The end event does not repeat counts from the start."""
    delta, usage = event.get("delta") or {}, event.get("usage") or {}
    facts.reason = delta.get("stop_reason") or facts.reason
    facts.refusal = (delta.get("stop_details") or {}).get("explanation") or facts.refusal
    _count(facts, usage)
    return {**event, "usage": {"input_tokens": facts.tokens_in, **usage}}


def _count(facts: Facts, usage: dict[str, Any]) -> None:
    read = sum_of(
        usage.get("input_tokens"),
        usage.get("cache_read_input_tokens"),
        usage.get("cache_creation_input_tokens"),
    )
    facts.count(read, usage.get("output_tokens"))
