"""Merging deltas changes the number of events, never the text, the order or anything else."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chat.engine.providers.dialects.base import Delta
from chat.engine.providers.dialects.openai_chat import OpenAIChat
from chat.engine.providers.text_deltas import DeltaMerger, nobody

OTHER_EVENTS: list[dict[str, Any]] = [
    {"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0}]}}]},
    {"choices": [{"index": 0, "delta": {"tool_calls": None}, "finish_reason": "stop"}]},
    {"choices": [], "usage": {"prompt_tokens": 1}},
]
kinds = st.sampled_from(["content", "reasoning_content"])
text_events = st.builds(lambda kind, text: chunk({kind: text}), kinds, st.text(max_size=5))
events = st.lists(text_events | st.sampled_from(OTHER_EVENTS), max_size=15)


def chunk(delta: dict[str, Any]) -> dict[str, Any]:
    return {"id": "a", "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}


def encoded(event: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(event)}\n\n".encode()


def merger_for(heard: Any = nobody) -> DeltaMerger:
    return DeltaMerger(OpenAIChat(), heard)


def merged(pieces: list[bytes], heard: Any = nobody) -> list[dict[str, Any]]:
    merger = merger_for(heard)
    lines = [line for piece in pieces for line in merger.feed(piece)] + list(merger.finish())
    data = [line.removeprefix(b"data: ") for line in lines if line.startswith(b"data: ")]
    return [json.loads(line) for line in data if line.strip() != b"[DONE]"]


def joined(found: list[dict[str, Any]]) -> list[Any]:
    """Runs of one kind of text as one pair, everything else as it is."""
    result: list[Any] = []
    for event in found:
        if event in OTHER_EVENTS:
            result.append(event)
            continue
        [(kind, text)] = event["choices"][0]["delta"].items()
        if result and isinstance(result[-1], list) and result[-1][0] == kind:
            result[-1][1] += text
        elif text:
            result.append([kind, text])
    return result


@settings(max_examples=300)
@given(events, st.integers(1, 400), st.randoms(use_true_random=False))
def test_text_and_order_stay_whatever_the_reads_and_whatever_was_heard(
    sent: list[dict[str, Any]], size: int, chance: Any
) -> None:
    stream = b"".join(encoded(event) for event in sent) + b"data: [DONE]\n\n"
    pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
    found = merged(pieces, lambda delta: chance.random() < 0.5)
    assert joined(found) == joined(sent)


def test_every_sign_stays() -> None:
    texts = ['"', "\\", "\n", "é💶", "\u2028", '"content": "x"', "", "\\u0041", "}]}"]
    [event] = merged([b"".join(encoded(chunk({"content": text})) for text in texts * 3)])
    assert event["choices"][0]["delta"]["content"] == "".join(texts * 3)


def test_nothing_is_held_back_between_two_reads() -> None:
    assert b"A " in b"".join(merger_for().feed(encoded(chunk({"content": "A "}))))


def test_what_no_dialect_knows_goes_through_unchanged() -> None:
    stream = b'data: [1, 2]\n\ndata: {"choices": ["?"]}\n\ndata: no JSON\n\n'
    assert b"".join(merger_for().feed(stream)) == stream


def test_a_long_run_is_cut_into_lines_that_lm15_accepts() -> None:
    stream = b"".join(encoded(chunk({"content": "x" * 1000})) for _ in range(100))
    assert max(len(line) for line in merger_for().feed(stream)) < 20_000


def test_some_text_is_told_before_any_is_only_heard() -> None:
    merger = merger_for()
    list(merger.feed(encoded(chunk({"role": "assistant", "content": ""}))))
    assert not merger.has_told
    assert list(merger.feed(encoded(chunk({"content": "a"}))))
    assert merger.has_told


def test_a_pretty_printed_event_counts_as_one() -> None:
    pretty = json.dumps(chunk({"content": "Thirty"}), indent=2).replace("\n", "\ndata: ")
    [event] = merged([f"data: {pretty}\n\n".encode()])
    assert event["choices"][0]["delta"]["content"] == "Thirty"


def test_thinking_and_text_are_never_mixed() -> None:
    heard: list[Delta] = []

    def hear(delta: Delta) -> bool:
        heard.append(delta)
        return True

    stream = [encoded(chunk({"reasoning_content": "Hm"})), encoded(chunk({"content": "Yes"}))]
    merged([b"".join(stream)], hear)
    assert heard == [Delta("reasoning", "Hm"), Delta("text", "Yes")]
