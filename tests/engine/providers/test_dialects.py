"""In every dialect the text arrives exactly, cheaply, and the rest of what was said with it."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import pytest
from dspy._vendor.lm15.providers.base import BaseProviderLM
from dspy._vendor.lm15.registry import lookup
from dspy._vendor.lm15.sse import parse_sse
from dspy.lm15 import Message, Request, TextPart
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.engine.providers.dialects.base import Delta
from chat.engine.providers.dialects.known import dialect_of
from chat.engine.providers.end_of_answer import EndOfAnswer, end_of
from chat.engine.providers.text_deltas import DeltaMerger
from chat.kernel.answer import Answer
from tests.engine.conftest import MakeAssistant
from tests.engine.providers.wire import WIRES, chunk, data, named
from tests.support.provider_stand_in import ProviderStandIn, Raw, chat_output

REQUEST = Request(model="m", messages=(Message(role="user", parts=(TextPart(text="?"),)),))
texts = st.lists(st.text(max_size=6), max_size=12)


def lm15(provider: str) -> BaseProviderLM:
    definition = lookup(provider) or lookup("openai-chat")
    assert definition
    made: BaseProviderLM = definition.adapter(api_key="k")
    return made


def pieces_of(body: bytes, cuts: Iterable[int]) -> list[bytes]:
    ends = sorted({0, len(body), *(cut % (len(body) + 1) for cut in cuts)})
    return [body[start:end] for start, end in pairwise(ends)]


class Heard:
    """One stream as it is read: the lines for lm15, the text that was heard, the facts."""

    def __init__(self, provider: str, pieces: Sequence[bytes], takes: Any = lambda: False) -> None:
        self.text = ""

        def hear(delta: Delta) -> bool:
            taken = bool(takes())
            self.text += delta.text if taken else ""
            return taken

        self.merger = DeltaMerger(dialect_of(provider), hear)
        self.lines = [line for piece in pieces for line in self.merger.feed(piece)]
        self.lines += self.merger.finish()
        self.provider = provider

    def told(self, kind: str = "text") -> str:
        """The text that lm15 makes of the lines."""
        dialect = lm15(self.provider)
        events = [
            event
            for raw in parse_sse(iter(self.lines))
            for event in dialect.parse_stream_events(REQUEST, raw)
        ]
        deltas = [event.delta for event in events if event.type == "delta"]
        assert not any(event.type == "error" for event in events)
        assert any(event.type == "end" for event in events)
        return "".join(delta.text for delta in deltas if delta.type == kind)

    @property
    def end(self) -> EndOfAnswer:
        return end_of(self.merger.facts, whole=True)


@pytest.mark.parametrize("name", WIRES)
class TestEveryDialect:
    @settings(max_examples=40)
    @given(texts=texts, cuts=st.lists(st.integers(0, 10_000), max_size=30))
    def test_the_text_is_exact_wherever_the_bytes_are_cut(
        self, name: str, texts: list[str], cuts: list[int]
    ) -> None:
        provider, wire = WIRES[name]
        assert Heard(provider, pieces_of(wire(texts), cuts)).told() == "".join(texts)

    @settings(max_examples=40)
    @given(texts=texts, cuts=st.lists(st.integers(0, 10_000), max_size=9), chance=st.randoms())
    def test_what_was_heard_is_told_too_and_in_its_place(
        self, name: str, texts: list[str], cuts: list[int], chance: Any
    ) -> None:
        provider, wire = WIRES[name]
        heard = Heard(provider, pieces_of(wire(texts), cuts), lambda: chance.random() < 0.5)
        assert heard.told() == "".join(texts)
        whole = iter("".join(texts))
        assert all(sign in whole for sign in heard.text), "heard in another order than told"

    def test_tokens_that_come_together_are_one_event(self, name: str) -> None:
        provider, wire = WIRES[name]
        heard = Heard(provider, [wire(["Thirty "] * 200)])
        assert sum(b"Thirty" in line for line in heard.lines) == 1

    def test_all_text_takes_the_shortcut(self, name: str) -> None:
        provider, wire = WIRES[name]
        texts = [f"word{number} " for number in range(50)]
        assert Heard(provider, [wire(texts)], lambda: True).text == "".join(texts)

    def test_nothing_is_held_back_between_two_reads(self, name: str) -> None:
        provider, wire = WIRES[name]
        body = wire(["A ", "bank "])
        merger = DeltaMerger(dialect_of(provider))
        end = re.search(rb'"A ".*?\r?\n\r?\n', body, re.DOTALL)
        assert end
        assert b"A " in b"".join(merger.feed(body[: end.end()]))

    def test_the_end_and_the_tokens_are_known(self, name: str) -> None:
        provider, wire = WIRES[name]
        end = Heard(provider, [wire(["Thirty ", "days."])]).end
        assert end.kind == "complete"
        if name in ("ollama", "lm_studio", "windows", "mistral_parts", "fireworks", "groq"):
            return  # these do not say
        assert (end.tokens_in, end.tokens_out) == (11, 22)


#: How an operator names a provider of each dialect.
MODELS = {"openai-chat": "openai/m", "anthropic": "anthropic/m", "gemini": "gemini/m"}


@pytest.mark.parametrize("name", [name for name in WIRES if name != "openai_responses"])
async def test_an_answer_over_http_is_whole(
    name: str, provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    dialect, wire = WIRES[name]
    output = chat_output(response="The bank must file within thirty days. " * 20)
    body = wire([output[at : at + 7] for at in range(0, len(output), 7)])
    provider.plays(Raw([body[at : at + 1009] for at in range(0, len(body), 1009)]))
    answer = Answer()
    async for each in make_assistant(model=MODELS[dialect]).stream_response("report suspicious"):
        answer.apply(each)
    assert answer.outcome == "done"
    assert answer.response.count("The bank must file within thirty days.") == 20


#: What is sent, and by whom: the thought "Hm.", then the text "Yes.".
THINKING = {
    "deepseek": ("deepseek", chunk({"reasoning_content": "Hm.", "content": None})),
    "openrouter": (
        "openrouter",
        chunk({"content": "", "reasoning": "Hm.", "reasoning_details": [{"text": "Hm."}]}),
    ),
    "both names": ("vllm", chunk({"reasoning": "Hm.", "reasoning_content": "Hm."})),
    "ollama": ("ollama", chunk({"role": "assistant", "content": "", "reasoning": "Hm."})),
    "magistral": (
        "mistral",
        chunk({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}]}),
    ),
    "anthropic": (
        "anthropic",
        named(
            {
                "type": "content_block_delta",
                "index": 0,
                "delta": {"type": "thinking_delta", "thinking": "Hm."},
            }
        ),
    ),
    "responses": (
        "openai",
        named({"type": "response.reasoning_summary_text.delta", "output_index": 0, "delta": "Hm."}),
    ),
    "gemini": (
        "gemini",
        data({"candidates": [{"content": {"parts": [{"text": "Hm.", "thought": True}]}}]}),
    ),
}
ANSWER = {
    "openai-chat": WIRES["openai_chat"][1],
    "openai": WIRES["openai_responses"][1],
    "anthropic": WIRES["anthropic"][1],
    "gemini": WIRES["gemini"][1],
}


@pytest.mark.parametrize("name", THINKING)
def test_thinking_is_never_text(name: str) -> None:
    provider, thought = THINKING[name]
    body = thought + ANSWER.get(provider, ANSWER["openai-chat"])(["Yes."])
    heard = Heard(provider, [body])
    assert (heard.told("thinking"), heard.told("text")) == ("Hm.", "Yes.")


def message_delta(reason: str, **more: Any) -> bytes:
    delta = {"stop_reason": reason, "stop_sequence": None, **more}
    return named({"type": "message_delta", "delta": delta, "usage": {"output_tokens": 9}})


def incomplete(reason: str) -> bytes:
    response = {"status": "incomplete", "incomplete_details": {"reason": reason}, "output": []}
    return named({"type": "response.incomplete", "response": response})


def finished(reason: str) -> bytes:
    content = {"parts": [{"text": "due within 15"}], "role": "model"}
    return data({"candidates": [{"content": content, "finishReason": reason}]})


@pytest.mark.parametrize(
    ("provider", "event", "kind"),
    [
        ("openai-chat", chunk({}, reason="stop"), "complete"),
        ("openai-chat", chunk({}, reason="eos"), "complete"),
        ("openai-chat", chunk({}, reason="length"), "length"),
        ("openai-chat", chunk({}, reason="content_filter"), "filtered"),
        ("mistral", chunk({"content": " days"}, reason="model_length"), "length"),
        ("openrouter", chunk({"content": ""}, reason="error"), "broken"),
        ("deepseek", chunk({}, reason="insufficient_system_resource"), "broken"),
        ("openai-chat", chunk({"refusal": "I cannot."}) + chunk({}, reason="stop"), "refused"),
        ("anthropic", message_delta("end_turn"), "complete"),
        ("anthropic", message_delta("max_tokens"), "length"),
        ("anthropic", message_delta("model_context_window_exceeded"), "length"),
        ("anthropic", message_delta("refusal"), "refused"),
        ("openai", incomplete("max_output_tokens"), "length"),
        ("openai", incomplete("content_filter"), "filtered"),
        ("gemini", finished("STOP"), "complete"),
        ("gemini", finished("MAX_TOKENS"), "length"),
        ("gemini", finished("SAFETY"), "filtered"),
        ("gemini", finished("RECITATION"), "filtered"),
        ("gemini", finished("PROHIBITED_CONTENT"), "filtered"),
    ],
)
def test_each_reason_has_its_end_and_lm15_takes_it_as_one(
    provider: str, event: bytes, kind: str
) -> None:
    heard = Heard(provider, [event])
    assert heard.end.kind == kind
    heard.told()


def test_a_refusal_s_own_words_are_kept() -> None:
    said = chunk({"refusal": "I cannot "}) + chunk({"refusal": "do that."})
    assert Heard("openai-chat", [said + chunk({}, reason="stop")]).end.words == "I cannot do that."
    said = named({"type": "response.refusal.delta", "delta": "I cannot do that."})
    assert Heard("openai", [said, incomplete("x")]).end.words == "I cannot do that."
    explained = message_delta("refusal", stop_details={"explanation": "No."})
    assert Heard("anthropic", [explained]).end.words == "No."


def test_anthropic_s_tokens_come_from_both_ends_of_the_stream() -> None:
    usage = {"input_tokens": 3, "cache_read_input_tokens": 100, "cache_creation_input_tokens": 20}
    start = named({"type": "message_start", "message": {"usage": usage}})
    heard = Heard("anthropic", [start + message_delta("end_turn")])
    assert (heard.end.tokens_in, heard.end.tokens_out) == (123, 9)
    assert b'"input_tokens":123' in b"".join(heard.lines)


def test_a_stream_that_broke_has_no_end() -> None:
    merger = DeltaMerger(dialect_of("openai-chat"))
    list(merger.feed(chunk({"content": "due within 15"})))
    assert end_of(merger.facts, whole=False).kind == "unknown"
