"""Merging deltas changes the number of events, never the text, the order or anything else."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chat.engine.providers.text_deltas import DeltaMerger


def text_event(text: str) -> dict[str, Any]:
    return {"id": "a", "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]}


OTHER_EVENTS: list[dict[str, Any]] = [
    {"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]},
    {"choices": [{"index": 0, "delta": {"content": "x"}, "finish_reason": "stop"}]},
    {"choices": [{"index": 0, "delta": {"reasoning_content": "hm"}}]},
    {"choices": [{"index": 0, "delta": {"content": "x"}, "logprobs": {"content": []}}]},
    {"choices": [], "usage": {"prompt_tokens": 1}},
    {"error": {"message": "broken"}},
    {"choices": [{"delta": {"content": None}}]},
]
events = st.lists(st.text(max_size=5).map(text_event) | st.sampled_from(OTHER_EVENTS), max_size=15)


def encoded(event: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(event)}\n\n".encode()


def merged(pieces: list[bytes]) -> list[dict[str, Any]]:
    merger = DeltaMerger()
    lines = [line for piece in pieces for line in merger.feed(piece)] + list(merger.finish())
    data = [line.removeprefix(b"data: ") for line in lines if line.startswith(b"data: ")]
    return [json.loads(line) for line in data if line.strip() != b"[DONE]"]


def joined(found: list[dict[str, Any]]) -> list[Any]:
    """Runs of text as one string, everything else as it is."""
    result: list[Any] = []
    for event in found:
        if event in OTHER_EVENTS:
            result.append(event)
        elif result and isinstance(result[-1], str):
            result[-1] += event["choices"][0]["delta"]["content"]
        else:
            result.append(event["choices"][0]["delta"]["content"])
    return [each for each in result if each != ""]


@settings(max_examples=400)
@given(events, st.integers(1, 400))
def test_text_and_order_stay_whatever_the_reads(sent: list[dict[str, Any]], size: int) -> None:
    stream = b"".join(encoded(event) for event in sent) + b"data: [DONE]\n\n"
    pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
    assert joined(merged(pieces)) == joined(sent)


@settings(max_examples=400)
@given(events, st.integers(1, 400), st.randoms(use_true_random=False))
def test_text_that_was_heard_follows_in_its_place(
    sent: list[dict[str, Any]], size: int, chance: Any
) -> None:
    """The lines tell everything all the same, and what was heard is part of it."""
    stream = b"".join(encoded(event) for event in sent) + b"data: [DONE]\n\n"
    heard = list[str]()

    def hears(text: str) -> bool:
        taken: bool = chance.random() < 0.5
        heard.extend([text] if taken else [])
        return taken

    merger, lines = DeltaMerger(hears), list[bytes]()
    for at in range(0, len(stream), size):
        lines += merger.feed(stream[at : at + size])
    lines += merger.finish()
    found = [
        json.loads(line[6:]) for line in lines if line[:6] == b"data: " and b"[DONE]" not in line
    ]
    assert joined(found) == joined(sent)
    whole = iter("".join(each for each in joined(sent) if isinstance(each, str)))
    assert all(sign in whole for sign in "".join(heard)), "heard in another order than told"


def test_a_stream_whose_events_differ_only_in_their_text_keeps_every_sign() -> None:
    texts = ['"', "\\", "\n", "é💶", "\u2028", '"content": "x"', "", "\\u0041", "}]}"]
    stream = b"".join(encoded(text_event(text)) for text in texts * 3)
    [event] = merged([stream])
    assert event["choices"][0]["delta"]["content"] == "".join(texts * 3)


def test_deltas_of_one_read_become_one_event() -> None:
    stream = b"".join(encoded(text_event(text)) for text in ("A ", "bank ", "must "))
    [event] = merged([stream])
    assert event["choices"][0]["delta"]["content"] == "A bank must "


def test_nothing_is_held_back_between_two_reads() -> None:
    merger = DeltaMerger()
    assert b"A " in b"".join(merger.feed(encoded(text_event("A "))))


def test_other_dialects_go_through_unchanged() -> None:
    stream = b'event: content_block_delta\ndata: {"type":"content_block_delta"}\n\n: ping\n\n'
    merger = DeltaMerger()
    assert b"".join(merger.feed(stream)) == stream


def test_a_long_run_is_cut_into_lines_that_lm15_accepts() -> None:
    stream = b"".join(encoded(text_event("x" * 1000)) for _ in range(100))
    lines = list(DeltaMerger().feed(stream))
    assert max(len(line) for line in lines) < 20_000


def test_some_text_is_told_before_any_is_only_heard() -> None:
    merger = DeltaMerger()
    list(merger.feed(encoded(OTHER_EVENTS[0])))
    assert not merger.has_told
    assert list(merger.feed(encoded(text_event("a"))))
    assert merger.has_told
