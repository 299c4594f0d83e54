"""One answer as a stream of chunks, from a provider over real HTTP."""

import asyncio
import random
from typing import Any

import pytest

from chat.engine.assistant.history import Exchange
from chat.engine.assistant.streaming import StreamingOliverAssistant
from chat.kernel.answer import Answer
from chat.kernel.chunks import StreamChunk
from tests.engine.conftest import MakeAssistant
from tests.support.provider_stand_in import ProviderStandIn, Says, chat_output, json_output

FINDING = {
    "title": "Late filing",
    "severity": "high",
    "explanation": "It is late.",
    "citations": [{"passage": "sar-filing-deadline#due", "quote": "30 calendar days"}],
}
CHECKLIST = {"kind": "checklist", "title": "Steps", "content": "- [ ] File"}


async def chunks(
    assistant: StreamingOliverAssistant, query: str = "report suspicious", **kwargs: Any
) -> list[StreamChunk]:
    return [chunk async for chunk in assistant.stream_response(query, **kwargs)]


def fold(stream: list[StreamChunk]) -> Answer:
    answer = Answer()
    for chunk in stream:
        answer.apply(chunk)
    return answer


@pytest.mark.parametrize("analysis_type", ["general", "compliance", "document"])
@pytest.mark.parametrize("adapter", ["chat", "json"])
async def test_every_field_streams_for_every_type_and_adapter(
    provider: ProviderStandIn, make_assistant: MakeAssistant, adapter: str, analysis_type: str
) -> None:
    make = chat_output if adapter == "chat" else json_output
    fields: dict[str, Any] = {
        "reasoning": "Because.",
        "analysis": "Applies.",
        "response": 'See "quoted" [[1]] 😀',
        "findings": [FINDING],
        "artifacts": [CHECKLIST],
    }
    provider.plays(Says(make(**fields)))
    stream = await chunks(make_assistant(adapter=adapter), analysis_type=analysis_type)
    answer = fold(stream)
    assert answer.model_dump(include=set(fields)) == fields
    assert not any(chunk.replaces for chunk in stream)
    assert [c.done for c in stream] == [False] * (len(stream) - 1) + [True]
    assert answer.metadata["tokens_out"] == 22
    assert answer.metadata["engine"] == "native"


async def test_text_arrives_while_the_model_still_writes(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    gate = asyncio.Event()
    provider.plays(Says(chat_output(reasoning="Word " * 50), gate=gate, gate_at=120))
    stream = make_assistant().stream_response("report suspicious")
    async for chunk in stream:
        if chunk.type == "reasoning":
            break
    assert not gate.is_set()
    gate.set()
    rest = [chunk async for chunk in stream]
    assert rest[-1].type == "done"


async def test_passages_come_before_the_first_word(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    provider.plays(Says(chat_output()))
    fields = [c.field for c in await chunks(make_assistant()) if c.field]
    assert fields[0] == "passages"


async def test_status_lines_say_what_happens_in_plain_words(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    provider.plays(Says(chat_output()))
    lines = [c.content for c in await chunks(make_assistant()) if c.type == "status"]
    assert lines == [
        "Reading the question…",
        "Searching the library…",
        "Reading 1 passage…",
        "Asking openai/stand-in…",
        "Answer written.",
        "Checking the quotes…",
    ]


async def test_status_never_blocks_even_when_nobody_reads_the_stream_for_a_while(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    """DSPy's own callback deadlocks here once 16 items wait."""
    provider.plays(Says(chat_output(response="word " * 400), piece=3))
    stream = make_assistant().stream_response("report suspicious")
    first = await anext(stream)
    await provider.arrived.wait()
    rest = [chunk async for chunk in stream]
    assert first.type == "status"
    assert rest[-1].type == "done"
    assert "Checking the quotes…" in [c.content for c in rest]


async def test_turns_side_by_side_never_mix(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    texts = [f"answer {n} " * 40 for n in range(20)]
    provider.plays(*(Says(chat_output(response=text), piece=5) for text in texts))
    assistant = make_assistant()
    streams = await asyncio.gather(*(chunks(assistant) for _ in texts))
    answers = [fold(stream).response for stream in streams]
    assert sorted(answers) == sorted(text.strip() for text in texts)


async def test_a_random_cut_of_a_long_answer_equals_its_prediction(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    """Through HTTP, engine, streamify and listener; the splitters alone see 3,000 cuts."""
    text = 'see [[1]] and [[ ## note\r\n\r\n| a | b |\n😀 \\n "quoted" [[ ## x ## ]'
    expected = text.replace("\r\n", "\n")
    for _ in range(60):
        provider.plays(Says(chat_output(response=text), piece=random.randint(1, 30)))
        stream = await chunks(make_assistant())
        assert fold(stream).response == expected
        assert not any(chunk.replaces for chunk in stream)


async def test_a_wrong_key_in_the_json_is_settled_by_the_prediction(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    """A repaired or retyped value streams differently: the final one replaces it."""
    provider.plays(Says('{"reasoning": "r", "response": 30, "findings": [], "artifacts": []}'))
    stream = await chunks(make_assistant(adapter="json"))
    assert fold(stream).response == "30"
    assert [c.replaces for c in stream if c.field == "response"] == [False, True] or fold(
        stream
    ).response == "30"


async def test_history_goes_into_the_prompt_and_old_talk_is_left_out(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    provider.plays(Says(chat_output()))
    history = [Exchange(f"question {n}", "answer " * 40) for n in range(10)]
    stream = await chunks(make_assistant(history_budget_tokens=210), conversation_history=history)
    prompt = str(provider.requests[0]["messages"])
    assert "question 9" in prompt
    assert "question 0" not in prompt
    assert stream[-1].metadata["history_cut"] == 8


async def test_cancelling_the_reader_ends_the_providers_request(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    gate = asyncio.Event()
    provider.plays(Says(chat_output(), gate=gate, gate_at=40))
    task = asyncio.create_task(chunks(make_assistant()))
    await provider.arrived.wait()
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await provider.disconnected.wait()


async def test_a_compliance_question_without_a_passage_never_reaches_the_model(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    stream = await chunks(make_assistant(adapter="json"), "cake?", analysis_type="compliance")
    answer = fold(stream)
    assert provider.requests == []
    assert "no passage that answers" in answer.response
    assert "When a CTR is due" in answer.response
    assert answer.metadata["sourced"] is False


async def test_quotes_are_checked_against_their_passages(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    good = '"no later than 30 calendar days after initial detection" [sar-filing-deadline#due]'
    bad = '"within ten working days of the event" [sar-filing-deadline#due]'
    provider.plays(Says(chat_output(response=f"It says {good}, not {bad}.")))
    states = [c.state for c in fold(await chunks(make_assistant())).citations]
    assert states == ["verified", "unverified"]


async def test_raw_yields_what_dspy_yields(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    provider.plays(Says(chat_output()))
    values = [v async for v in make_assistant().raw("report suspicious", [], "general")]
    assert {type(v).__name__ for v in values} == {
        "StatusMessage",
        "FittedPrompt",
        "StreamChunk",
        "list",
        "Prediction",
    }
