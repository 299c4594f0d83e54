"""Google's Gemini, also on Vertex."""

from typing import Any

from chat.engine.providers.dialects.base import NOTHING, Delta, Event, Facts, Reading, sum_of


class Gemini:
    def read(self, event: Event, facts: Facts) -> Reading:
        usage = event.get("usageMetadata") or {}
        if usage:  # a running total; comes with every event
            written = sum_of(usage.get("candidatesTokenCount"), usage.get("thoughtsTokenCount"))
            facts.count(usage.get("promptTokenCount"), written)
        candidates = event.get("candidates")
        if not candidates:
            return Reading((), event) if usage else NOTHING
        candidate = candidates[0]
        parts = (candidate.get("content") or {}).get("parts") or []
        deltas = [
            Delta("reasoning" if part.get("thought") else "text", part["text"])
            for part in parts
            if part.get("text")
        ]
        others = [part for part in parts if "text" not in part]
        reason = candidate.get("finishReason")
        if not (reason or others or (usage and not parts)):
            return Reading(deltas, None)
        if reason:
            facts.reason = reason
        return Reading(deltas, _without_text(event, candidate, others))

    def event_of(self, delta: Delta) -> Event:
        part: dict[str, Any] = {"text": delta.text}
        if delta.kind == "reasoning":
            part["thought"] = True
        return {"candidates": [{"content": {"role": "model", "parts": [part]}}]}


def _without_text(event: Event, candidate: dict[str, Any], parts: list[dict[str, Any]]) -> Event:
    """lm15 treats every end except STOP and MAX_TOKENS as a failed request."""
    left = {**candidate, "content": {"role": "model", "parts": parts}}
    if candidate.get("finishReason"):
        left["finishReason"] = "STOP"
    return {**event, "candidates": [left]}
