"""OpenAI's chat completions, also spoken by Azure, Ollama, vLLM, llama.cpp, DeepSeek, OpenRouter,
Mistral, Groq, Together, Fireworks, LM Studio, xAI and many more.

Each adds its own fields to every delta (``role``, nulls, ``token_id``, ``obfuscation``,
``x_groq``, filter results, running usage). None of them affects the text.
"""

from collections.abc import Iterator
from typing import Any

from chat.engine.providers.dialects.base import NOTHING, Delta, Event, Facts, Reading


class OpenAIChat:
    def read(self, event: Event, facts: Facts) -> Reading:
        usage = event.get("usage")
        if usage:
            facts.count(usage.get("prompt_tokens"), usage.get("completion_tokens"))
        choices = event.get("choices")
        if not choices:  # Azure begins with its verdict on the prompt, many end with the usage
            return Reading((), event) if usage else NOTHING
        choice = choices[0]
        delta = choice.get("delta") or {}
        deltas = list(_deltas_of(delta))
        if refusal := delta.get("refusal"):
            facts.refusal += refusal
        if reason := choice.get("finish_reason"):
            facts.reason = reason
        tool_calls = delta.get("tool_calls")
        if not (reason or tool_calls or (usage and not deltas)):
            return Reading(deltas, None)
        choice["delta"] = {"tool_calls": tool_calls}
        return Reading(deltas, event)

    def event_of(self, delta: Delta) -> Event:
        name = "content" if delta.kind == "text" else "reasoning_content"
        return {"choices": [{"index": 0, "delta": {name: delta.text}}]}


def _deltas_of(delta: dict[str, Any]) -> Iterator[Delta]:
    # Some servers send the same thought under both names.
    thought = delta.get("reasoning_content") or delta.get("reasoning")
    if thought and isinstance(thought, str):
        yield Delta("reasoning", thought)
    content = delta.get("content")
    if not content:
        return
    if isinstance(content, str):
        yield Delta("text", content)
    else:
        yield from _parts(content)


def _parts(content: list[dict[str, Any]]) -> Iterator[Delta]:
    """Mistral's: ``[{"type": "thinking", "thinking": [{"type": "text", "text": "Hm"}]}, …]``."""
    for part in content:
        if part.get("type") == "thinking":
            delta = Delta("reasoning", _thought(part["thinking"]))
        else:
            delta = Delta("text", part.get("text") or "")
        if delta.text:
            yield delta


def _thought(thinking: str | list[dict[str, Any]]) -> str:
    if isinstance(thinking, str):
        return thinking
    return "".join(part.get("text") or "" for part in thinking)
