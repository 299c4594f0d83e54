"""What each kind of provider sends, with its oddities: the bytes of a stream, for any text.

``WIRES["ollama"](["Thirty ", "days."])`` is a whole response body. Shapes are those of the
providers' documentation and of their servers' code; only ids and times are made up.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Wire = Callable[[Sequence[str]], bytes]

_LOGPROBS = {"content": [{"token": "x", "logprob": -0.1, "bytes": [120], "top_logprobs": []}]}
_USAGE = {"prompt_tokens": 11, "completion_tokens": 22, "total_tokens": 33}
_SAFE = {"filtered": False, "severity": "safe"}
_FILTERS = dict.fromkeys(("hate", "self_harm", "sexual", "violence"), _SAFE)


def data(event: object) -> bytes:
    return b"data: " + json.dumps(event, separators=(",", ":")).encode() + b"\n\n"


def named(event: dict[str, Any]) -> bytes:
    return f"event: {event['type']}\n".encode() + data(event)


def chunk(
    delta: dict[str, Any], *, reason: str | None = None, choice: Any = None, **more: Any
) -> bytes:
    """One event of chat completions; ``choice`` and ``more`` are fields beside the usual ones."""
    first = {"index": 0, "delta": delta, "finish_reason": reason, **(choice or {})}
    return data(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1764331200,
            "model": "some-model",
            "choices": [first],
            **more,
        }
    )


def _chat(
    deltas: Iterator[bytes], *, before: bytes = b"", reason: str = "stop", **last: Any
) -> bytes:
    return before + b"".join(deltas) + chunk({}, reason=reason, **last) + b"data: [DONE]\n\n"


def openai_chat(texts: Sequence[str]) -> bytes:
    more = {"service_tier": "default", "system_fingerprint": "fp_06737a9306", "usage": None}
    role = {"role": "assistant", "content": "", "refusal": None}
    logprobs = {"logprobs": None}
    deltas = (
        chunk({"content": text}, choice=logprobs, obfuscation="x" * (at % 9), **more)
        for at, text in enumerate(texts)
    )
    usage = data({"id": "chatcmpl-1", "choices": [], "usage": _USAGE, "obfuscation": "K2"})
    whole = _chat(deltas, before=chunk(role, choice=logprobs, **more))
    return whole.replace(b"data: [DONE]", usage + b"data: [DONE]")


def azure(texts: Sequence[str]) -> bytes:
    """Begins with its verdict on the prompt, and judges each delta."""
    prompt = {"prompt_filter_results": [{"prompt_index": 0, "content_filter_results": _FILTERS}]}
    first = data({"choices": [], "created": 0, "id": "", "model": "", "object": "", **prompt})
    verdict = {"content_filter_results": _FILTERS, "logprobs": None}
    deltas = (chunk({"content": text}, choice=verdict) for text in texts)
    return _chat(deltas, before=first, usage=_USAGE, choice={"content_filter_results": {}})


def ollama(texts: Sequence[str]) -> bytes:
    """The role in every delta."""
    return _chat(
        chunk({"role": "assistant", "content": text}, system_fingerprint="fp_ollama")
        for text in texts
    )


def vllm(texts: Sequence[str]) -> bytes:
    """With ``continuous_usage_stats``, and ids of tokens."""
    more = {"prompt_token_ids": None}
    extra = {"logprobs": None, "stop_reason": None, "token_ids": None}
    deltas = (
        chunk(
            {"content": text, "reasoning_content": None, "tool_calls": []},
            choice=extra,
            usage={**_USAGE, "completion_tokens": at},
            **more,
        )
        for at, text in enumerate(texts)
    )
    return _chat(deltas, choice={"stop_reason": None}, usage=_USAGE)


def llama_cpp(texts: Sequence[str]) -> bytes:
    timings = {"prompt_n": 11, "predicted_n": 22, "predicted_per_second": 8.5}
    return _chat(
        (chunk({"content": text}, system_fingerprint="b7062-9b17d74ab") for text in texts),
        before=chunk({"role": "assistant", "content": None}),
        timings=timings,
        usage=_USAGE,
    )


def deepseek(texts: Sequence[str]) -> bytes:
    return _chat(
        (
            chunk({"content": text, "reasoning_content": None}, choice={"logprobs": None})
            for text in texts
        ),
        before=b": keep-alive\n\n" + chunk({"role": "assistant", "content": ""}),
        usage={**_USAGE, "prompt_cache_hit_tokens": 0, "prompt_cache_miss_tokens": 11},
    )


def openrouter(texts: Sequence[str]) -> bytes:
    """Comments between events; nulls and empty lists of what the model might have thought."""
    delta: dict[str, Any] = {"role": "assistant", "reasoning": None, "reasoning_details": []}
    native = {"native_finish_reason": None, "logprobs": None}
    deltas = (
        b": OPENROUTER PROCESSING\n\n"
        + chunk({**delta, "content": text}, choice=native, provider="DeepInfra")
        for text in texts
    )
    usage = chunk({"role": "assistant", "content": ""}, choice=native, usage=_USAGE)
    whole = _chat(deltas, before=b": OPENROUTER PROCESSING\n\n")
    return whole.replace(b"data: [DONE]", usage + b"data: [DONE]")


def mistral(texts: Sequence[str]) -> bytes:
    """The last text comes with the reason and the usage."""
    *texts, last = [*texts, ""]
    deltas = (
        chunk({"content": text, "tool_calls": None}, p="abcdef"[: len(text) % 6]) for text in texts
    )
    end = chunk({"content": last}, reason="stop", usage=_USAGE)
    return (
        chunk({"role": "assistant", "content": ""}) + b"".join(deltas) + end + b"data: [DONE]\n\n"
    )


def mistral_parts(texts: Sequence[str]) -> bytes:
    """Magistral's content is a list."""
    return _chat(chunk({"content": [{"type": "text", "text": text}]}) for text in texts)


def groq(texts: Sequence[str]) -> bytes:
    first = chunk({"role": "assistant", "content": ""}, x_groq={"id": "req_1", "seed": 7})
    deltas = (chunk({"content": text}, choice={"logprobs": None}) for text in texts)
    return _chat(deltas, before=first, x_groq={"id": "req_1", "usage": _USAGE})


def together(texts: Sequence[str]) -> bytes:
    """The text twice, and its token's id."""
    deltas = (
        chunk(
            {"token_id": at, "role": "assistant", "content": text, "tool_calls": None},
            choice={"text": text, "seed": None, "logprobs": None},
            usage=None,
        )
        for at, text in enumerate(texts)
    )
    return _chat(deltas, reason="eos", usage=_USAGE)


def fireworks(texts: Sequence[str]) -> bytes:
    return _chat(
        chunk({"content": text}, choice={"logprobs": _LOGPROBS, "token_ids": [1]}) for text in texts
    )


def lm_studio(texts: Sequence[str]) -> bytes:
    return _chat(
        chunk({"role": "assistant", "content": text}, choice={"logprobs": None}, stats={})
        for text in texts
    )


def windows(texts: Sequence[str]) -> bytes:
    """A gateway that ends lines as the standard allows, and puts no blank after the colon."""
    return ollama(texts).replace(b"data: ", b"data:").replace(b"\n", b"\r\n")


def openai_responses(texts: Sequence[str]) -> bytes:
    item = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    before: list[dict[str, Any]] = [
        {"type": "response.created", "response": {"id": "resp_1", "model": "m", "error": None}},
        {"type": "response.in_progress", "response": {"id": "resp_1"}},
        {"type": "response.output_item.added", "output_index": 0, "item": {"type": "message"}},
        {
            "type": "response.content_part.added",
            **item,
            "part": {"type": "output_text", "text": ""},
        },
    ]
    deltas: list[dict[str, Any]] = [
        {
            "type": "response.output_text.delta",
            "sequence_number": at,
            **item,
            "delta": text,
            "logprobs": [],
            "obfuscation": "x" * (at % 7),
        }
        for at, text in enumerate(texts)
    ]
    usage = {"input_tokens": 11, "output_tokens": 22, "total_tokens": 33}
    after: list[dict[str, Any]] = [
        {"type": "response.output_text.done", **item, "text": "".join(texts)},
        {"type": "response.output_item.done", "output_index": 0, "item": {"type": "message"}},
        {"type": "response.completed", "response": {"id": "resp_1", "output": [], "usage": usage}},
    ]
    return b"".join(named(event) for event in [*before, *deltas, *after])


def anthropic(texts: Sequence[str]) -> bytes:
    usage = {"input_tokens": 11, "cache_read_input_tokens": 0, "output_tokens": 1}
    start = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude",
        "usage": usage,
    }
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": start},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "ping"},
    ]
    for text in texts:
        delta = {"type": "text_delta", "text": text}
        events.append({"type": "content_block_delta", "index": 0, "delta": delta})
    events += [
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn", "stop_sequence": None},
            "usage": {"output_tokens": 22},
        },
        {"type": "message_stop"},
    ]
    return b"".join(named(event) for event in events)


def gemini(texts: Sequence[str]) -> bytes:
    """The usage so far in every event; the last text comes with the reason."""
    *texts, last = [*texts, ""]

    def event(text: str, **more: Any) -> bytes:
        content = {"parts": [{"text": text}], "role": "model"}
        usage = {"promptTokenCount": 11, "candidatesTokenCount": 22, "totalTokenCount": 33}
        candidate = {"content": content, "index": 0, **more}
        whole = {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "gemini-2.5"}
        return data({**whole, "responseId": "r1"}).replace(b"\n", b"\r\n")

    return b"".join(event(text) for text in texts) + event(last, finishReason="STOP")


#: By name; with lm15's name of the dialect.
WIRES: Mapping[str, tuple[str, Wire]] = {
    wire.__name__: ("openai-chat", wire)
    for wire in (
        openai_chat, azure, ollama, vllm, llama_cpp, deepseek, openrouter, mistral, mistral_parts,
        groq, together, fireworks, lm_studio, windows,
    )
} | {
    "openai_responses": ("openai", openai_responses),
    "anthropic": ("anthropic", anthropic),
    "gemini": ("gemini", gemini),
}  # fmt: skip
