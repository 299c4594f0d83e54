"""OpenAI's Responses API."""

from chat.engine.providers.dialects.base import NOTHING, Delta, Event, Facts, Reading

_TEXT = "response.output_text.delta"
_REASONING = "response.reasoning_summary_text.delta"
_OTHER_REASONING = "response.reasoning_text.delta"
_REFUSAL = "response.refusal.delta"
_COMPLETED, _INCOMPLETE = "response.completed", "response.incomplete"
#: Events that lm15 needs, besides text.
_FOR_LM15 = ("response.created", "response.output_item.added", "response.output_item.done")


class OpenAIResponses:
    def read(self, event: Event, facts: Facts) -> Reading:
        kind = event.get("type")
        if kind in (_TEXT, _REASONING, _OTHER_REASONING):
            text, part = event.get("delta") or "", event.get("output_index") or 0
            delta = Delta("text" if kind == _TEXT else "reasoning", text, part)
            return Reading([delta] if text else (), None)
        if kind == _REFUSAL:
            facts.refusal += event.get("delta") or ""
            return NOTHING
        if kind in (_COMPLETED, _INCOMPLETE):
            return Reading((), _end(event, facts))
        if kind in _FOR_LM15 or "function_call" in str(kind):
            return Reading((), event)
        return NOTHING

    def event_of(self, delta: Delta) -> Event:
        kind = _TEXT if delta.kind == "text" else _REASONING
        return {"type": kind, "output_index": delta.part, "delta": delta.text}


def _end(event: Event, facts: Facts) -> Event:
    """lm15 knows only one kind of end, the complete one."""
    response = event.get("response") or {}
    usage = response.get("usage") or {}
    facts.count(usage.get("input_tokens"), usage.get("output_tokens"))
    facts.reason = (response.get("incomplete_details") or {}).get("reason") or "stop"
    return {**event, "type": _COMPLETED, "response": {**response, "usage": usage}}
