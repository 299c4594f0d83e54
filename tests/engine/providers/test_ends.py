"""An answer that the provider cut, withheld or refused is never shown as a complete one."""

from typing import Any

import pytest

from chat.engine.providers.end_of_answer import LastEnd, tell_reason
from chat.kernel.answer import Answer
from tests.engine.conftest import MakeAssistant
from tests.engine.providers.wire import chunk, data, named
from tests.support.provider_stand_in import ProviderStandIn, Raw, Says, chat_output

HALF = "[[ ## response ## ]]\nThe report is due within 15"
USAGE = {"prompt_tokens": 11, "completion_tokens": 22}


def openai(reason: str, text: str = HALF) -> bytes:
    return chunk({"content": text}) + chunk({}, reason=reason, usage=USAGE) + b"data: [DONE]\n\n"


def anthropic(reason: str) -> bytes:
    delta = {"type": "text_delta", "text": HALF}
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": {"usage": {"input_tokens": 11}}},
        {"type": "content_block_delta", "index": 0, "delta": delta},
        {
            "type": "message_delta",
            "delta": {"stop_reason": reason},
            "usage": {"output_tokens": 22},
        },
        {"type": "message_stop"},
    ]
    return b"".join(named(event) for event in events)


def gemini(reason: str) -> bytes:
    content = {"parts": [{"text": HALF}], "role": "model"}
    usage = {"promptTokenCount": 11, "candidatesTokenCount": 22}
    candidate = {"content": content, "finishReason": reason}
    return data({"candidates": [candidate], "usageMetadata": usage})


async def answer_of(
    provider: ProviderStandIn, make: MakeAssistant, body: bytes, model: str = "openai/m"
) -> Answer:
    provider.plays(Raw([body]))
    answer, ends = Answer(), 0
    async for each in make(model=model, provider_retries=0).stream_response("report suspicious"):
        answer.apply(each)
        ends += each.done
    assert ends == 1
    return answer


@pytest.mark.parametrize(
    ("model", "body", "outcome"),
    [
        ("openai/m", openai("length"), "cut"),
        ("mistral/m", openai("model_length"), "cut"),
        ("openai/m", openai("content_filter"), "filtered"),
        ("anthropic/m", anthropic("max_tokens"), "cut"),
        ("anthropic/m", anthropic("refusal"), "refused"),
        ("gemini/m", gemini("MAX_TOKENS"), "cut"),
        ("gemini/m", gemini("SAFETY"), "filtered"),
        ("openai/m", openai("stop"), "done"),
        ("anthropic/m", anthropic("end_turn"), "done"),
    ],
)
async def test_the_outcome_is_what_the_provider_says(
    model: str,
    body: bytes,
    outcome: str,
    provider: ProviderStandIn,
    make_assistant: MakeAssistant,
) -> None:
    answer = await answer_of(provider, make_assistant, body, model)
    assert (answer.outcome, answer.error) == (outcome, None)
    assert answer.response == "The report is due within 15"
    assert (answer.metadata["tokens_in"], answer.metadata["tokens_out"]) == (11, 22)


async def test_a_refusal_is_shown_in_the_model_s_own_words(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    said = chunk({"refusal": "I cannot "}) + chunk({"refusal": "help with that."})
    answer = await answer_of(provider, make_assistant, said + openai("stop", text=""))
    assert (answer.outcome, answer.response) == ("refused", "I cannot help with that.")


@pytest.mark.parametrize(("reason", "outcome"), [("length", "cut"), ("content_filter", "filtered")])
async def test_an_answer_that_ends_before_its_first_word_blames_no_adapter(
    reason: str, outcome: str, provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    answer = await answer_of(provider, make_assistant, openai(reason, text=""))
    assert (answer.outcome, answer.error) == (outcome, None)
    assert answer.metadata["end_reason"] == reason


async def test_a_provider_that_breaks_off_by_its_own_word_is_a_failure_that_keeps_the_text(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    answer = await answer_of(provider, make_assistant, openai("error"), "mistral/m")
    assert answer.error
    assert (answer.error.code, answer.outcome) == ("provider_cut", "failed")
    assert answer.response == "The report is due within 15"


async def test_tokens_of_a_failed_answer_are_counted(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    answer = await answer_of(provider, make_assistant, openai("error"), "openrouter/m")
    assert answer.outcome == "failed"
    assert (answer.metadata["tokens_in"], answer.metadata["tokens_out"]) == (11, 22)


async def test_a_reason_nobody_has_listed_is_complete_and_logged_once_with_the_model(
    provider: ProviderStandIn, make_assistant: MakeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    said = openai("enough_said", text=chat_output())
    for _ in range(2):
        assert (await answer_of(provider, make_assistant, said)).outcome == "done"
    assert (await answer_of(provider, make_assistant, openai("stop"))).outcome == "done"
    logged = [each for each in caplog.records if each.name == "chat.engine.providers.end_of_answer"]
    assert [each.levelname for each in logged] == ["WARNING"]
    assert "openai/m ended an answer with 'enough_said'" in logged[0].getMessage()


def test_the_reason_that_litellm_passes_on_counts_where_nobody_told_more() -> None:
    last = LastEnd()
    last.open()
    tell_reason("length")
    assert last.end.kind == "length"
    tell_reason("stop")
    assert last.end.kind == "length"


async def test_what_one_answer_ended_with_is_not_told_of_the_next(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    assert (await answer_of(provider, make_assistant, openai("length"))).outcome == "cut"
    provider.plays(Says(chat_output()))
    answer = Answer()
    async for each in make_assistant().stream_response("report suspicious"):
        answer.apply(each)
    assert answer.outcome == "done"
