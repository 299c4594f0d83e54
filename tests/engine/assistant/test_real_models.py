"""What real models write and servers refuse, over real HTTP: the answer stands all the same."""

import asyncio
import json
from typing import Any

import pytest
from django.utils import timezone

from chat.engine.assistant.history import Exchange
from chat.engine.assistant.signatures import EXAMPLE
from chat.engine.assistant.streaming import StreamingOliverAssistant
from chat.engine.providers import language_model
from chat.kernel.answer import Answer
from chat.kernel.chunks import StreamChunk
from chat.kernel.items import Artifact, Finding
from tests.engine.conftest import MakeAssistant
from tests.support.provider_stand_in import ProviderStandIn, Raw, Refuses, Says, chat_output

GOOD = {"title": "Late", "severity": "high", "explanation": "It is late."}
BAD = {"title": "Later", "severity": "critical", "explanation": None, "citations": [None]}


async def chunks(assistant: StreamingOliverAssistant, **kwargs: Any) -> list[StreamChunk]:
    return [chunk async for chunk in assistant.stream_response("report suspicious", **kwargs)]


def fold(stream: list[StreamChunk]) -> Answer:
    answer = Answer()
    for chunk in stream:
        answer.apply(chunk)
    return answer


def sent(**delta: Any) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": None}
    return f"data: {json.dumps({'id': 'a', 'choices': [choice]})}\n\n".encode()


END = (
    b'data: {"id": "a", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\n'
    b"data: [DONE]\n\n"
)


@pytest.mark.parametrize("adapter", ["chat", "json"])
async def test_one_bad_finding_fails_nothing_and_hides_nothing(
    provider: ProviderStandIn, make_assistant: MakeAssistant, adapter: str
) -> None:
    fields: dict[str, Any] = {"findings": [BAD, GOOD], "response": "Thirty days."}
    output = chat_output(**fields) if adapter == "chat" else json.dumps(fields)
    provider.plays(Says(output))
    stream = await chunks(make_assistant(adapter=adapter))
    answer = fold(stream)
    assert answer.outcome == "done"
    assert answer.findings == [
        Finding(title="Later", severity="high", explanation="Later"),
        Finding(**GOOD),
    ]
    assert not any(chunk.replaces for chunk in stream)


async def test_bullets_are_findings_before_the_answer_has_ended(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    output = "[[ ## findings ## ]]\n- **Late** (high): It is late.\n\n[[ ## response ## ]]\nYes.\n"
    provider.plays(Says(output))
    stream = await chunks(make_assistant(adapter="chat"))
    assert fold(stream).findings == [Finding(**GOOD)]
    fields = [chunk.field for chunk in stream if chunk.field in ("findings", "response")]
    assert fields[0] == "findings"


@pytest.mark.parametrize("size", [1, 5, 1000])
@pytest.mark.parametrize(
    ("output", "reasoning", "response"),
    [
        ("<think>Hm.\n[[ ## response ## ]]\nno</think>" + chat_output(reasoning=""), "Hm.", None),
        ("Thirty days. " * 20, "", ("Thirty days. " * 20).strip()),
        ('```json\n{"response": "Thirty days."}\n```', "", None),
        ("**[[ ## Response ## ]]**\nThirty days.", "", None),
    ],
    ids=["thinking", "prose", "json", "bold marker"],
)
async def test_whatever_the_form_the_answer_is_read_and_streamed(
    provider: ProviderStandIn,
    make_assistant: MakeAssistant,
    output: str,
    reasoning: str,
    response: str | None,
    size: int,
) -> None:
    provider.plays(Says(output, piece=size))
    answer = fold(await chunks(make_assistant()))
    assert answer.outcome == "done"
    assert answer.reasoning.partition("\n")[0] == reasoning
    assert answer.response == (response or "Thirty days.")


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
async def test_native_reasoning_streams_into_the_reasoning(
    provider: ProviderStandIn, make_assistant: MakeAssistant, name: str
) -> None:
    thought = [sent(**{name: word}) for word in ("What ", "is ", "asked?")]
    text = [sent(content=text) for text in ('{"reasoning": "Then ', 'this.", "response": "Yes."}')]
    provider.plays(Raw([*thought, *text, END]))
    stream = await chunks(make_assistant())
    answer = fold(stream)
    assert answer.reasoning == "What is asked?\n\nThen this."
    assert answer.response == "Yes."
    assert not any(chunk.replaces for chunk in stream)


async def test_a_schema_of_the_fields_is_sent_to_servers_that_take_one(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    provider.plays(Says('{"response": "Yes."}'))
    assert fold(await chunks(make_assistant())).metadata["adapter"] == "json"
    form = provider.requests[0]["response_format"]
    schema = form["json_schema"]["schema"]
    assert form["type"] == "json_schema"
    assert {"reasoning", "response", "findings"} <= schema["properties"].keys()
    assert schema["required"] == list(schema["properties"])


@pytest.mark.parametrize(
    "words",
    [
        "response_format: json_schema is not supported by this model",
        "Failed to parse grammar",
        "This model does not support structured outputs",
    ],
)
async def test_a_refused_format_is_left_out_once_and_from_then_on(
    provider: ProviderStandIn,
    make_assistant: MakeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    words: str,
) -> None:
    provider.plays(Refuses(400, "invalid_request_error", words), Says('{"response": "Yes."}'))
    assistant = make_assistant()
    monkeypatch.setattr(language_model, "provider", lambda: assistant._provider)
    assert language_model.provider_info().response_format == "json_schema"
    for _ in range(2):
        assert fold(await chunks(assistant)).response == "Yes."
        assert language_model.provider_info().response_format == "none"
    assert ["response_format" in asked for asked in provider.requests] == [True, False, False]


async def test_another_refusal_is_not_answered_by_a_second_request(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    provider.plays(Refuses(400, "invalid_request_error", "messages must not be empty"))
    assert fold(await chunks(make_assistant())).outcome == "failed"
    assert len(provider.requests) == 1


async def test_a_model_that_thinks_in_silence_is_counted_until_it_writes(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    gate = asyncio.Event()
    provider.plays(Says(chat_output(), gate=gate))
    answer, counted = Answer(), 0
    async for chunk in make_assistant(tell_silence_every_s=0.01).stream_response("suspicious"):
        answer.apply(chunk)
        if chunk.metadata.get("stage") == "thinking":
            counted += 1
            assert str(chunk.content).startswith("Thinking, ")
            if counted == 3:
                gate.set()
    stages = [step.stage for step in answer.steps]
    assert counted >= 3
    # Each count replaces the one before.
    after = stages[stages.index("model") + 1 :]
    assert after == ["thinking", "writing", "written", "check"]


async def test_temperature_is_low_and_effort_is_what_the_operator_says(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    provider.plays(Says(chat_output()))
    await chunks(make_assistant())
    await chunks(make_assistant(temperature=0.7, reasoning_effort="low"))
    asked = [(each.get("temperature"), each.get("reasoning_effort")) for each in provider.requests]
    assert asked == [(0.2, None), (0.7, "low")]


@pytest.mark.parametrize("option", ["temperature", "reasoning_effort"])
async def test_a_refused_option_is_left_out(
    provider: ProviderStandIn, make_assistant: MakeAssistant, option: str
) -> None:
    words = f"Unsupported parameter: '{option}' is not supported with this model."
    provider.plays(Refuses(400, "unsupported_parameter", words), Says(chat_output()))
    answer = fold(await chunks(make_assistant(reasoning_effort="low")))
    assert answer.outcome == "done"
    assert [option in each for each in provider.requests] == [True, False]


async def test_the_model_gets_the_date_and_earlier_artifacts_and_what_was_cut_is_told(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    provider.plays(Says(chat_output()))
    checklist = Artifact(kind="checklist", title="Steps", content="- [ ] File the report")
    history = [Exchange("old " * 2_000, "o"), Exchange("And?", "Yes.", (checklist,))]
    assistant = make_assistant(context_tokens=3_000)
    answer = fold(await chunks(assistant, conversation_history=history))
    messages = provider.requests[0]["messages"]
    assert "[ ] File the report" in str(messages)
    assert f"{timezone.localdate():%A, %-d %B %Y}" in str(messages[-1])
    assert "old old" not in str(messages)
    assert answer.metadata["history_cut"] == 1


async def test_a_prompt_that_a_small_server_cut_in_silence_is_noticed(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    usage = b'data: {"id": "a", "choices": [], "usage": {"prompt_tokens": 2048}}\n\n'
    provider.plays(Raw([sent(content='{"response": "Yes."}'), usage, END]))
    long = [Exchange("word " * 5_000, "Yes.")]
    answer = fold(await chunks(make_assistant(), conversation_history=long))
    assert (answer.metadata["tokens_in"], answer.metadata["prompt_cut"]) == (2048, 1)


async def test_an_answer_that_copies_the_example_is_marked(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    provider.plays(
        Says(chat_output(response=str(EXAMPLE.outputs["response"]))), Says(chat_output())
    )
    assistant = make_assistant()
    marks = [fold(await chunks(assistant)).metadata["copied_example"] for _ in range(2)]
    assert marks == [1, 0]
