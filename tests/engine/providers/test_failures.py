"""What a failing provider becomes: a code, a plain sentence, and the text that had arrived."""

import asyncio
import logging

import pytest

from chat.engine.assistant.streaming import StreamingOliverAssistant
from chat.kernel.answer import Answer
from tests.engine.conftest import MakeAssistant
from tests.support.eventually import PATIENCE_S
from tests.support.provider_stand_in import (
    Babbles,
    Behaviour,
    Hangs,
    ProviderStandIn,
    Refuses,
    Says,
    chat_output,
)

CONTEXT = "This model's maximum context length is 8192 tokens"


async def answer_of(assistant: StreamingOliverAssistant) -> Answer:
    answer, terminal = Answer(), 0
    async for chunk in assistant.stream_response("report suspicious"):
        answer.apply(chunk)
        terminal += chunk.done
    assert terminal == 1
    return answer


def code_of(answer: Answer) -> str:
    assert answer.error is not None
    assert answer.error.message.endswith((".", "LM."))
    return answer.error.code


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        (Refuses(401, "invalid_api_key"), "provider_auth"),
        (Refuses(403, "forbidden"), "provider_auth"),
        (Refuses(404, "model_not_found"), "provider_unknown_model"),
        (
            Refuses(429, "rate_limit_exceeded", headers={"Retry-After": "20"}),
            "provider_rate_limited",
        ),
        (Refuses(402, "insufficient_quota"), "provider_billing"),
        (Refuses(400, "context_length_exceeded", CONTEXT), "context_too_long"),
        (Refuses(400, "invalid_request_error"), "provider_refused"),
        (Refuses(500, "server_error"), "provider_error"),
        (Says(chat_output(response="word " * 50), cut_at=250), "provider_cut"),
        (Says("<think>Thirty days, thinks the model, and stops."), "answer_unreadable"),
        (Hangs(), "provider_timeout"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
async def test_each_failure_has_its_code(
    provider: ProviderStandIn, make_assistant: MakeAssistant, behaviour: Behaviour, code: str
) -> None:
    provider.plays(behaviour)
    timeout_s = 0.5 if isinstance(behaviour, Hangs) else PATIENCE_S
    assistant = make_assistant(provider_timeout_s=timeout_s, provider_retries=0)
    assert code_of(await answer_of(assistant)) == code


async def test_a_web_page_instead_of_a_stream_is_a_wrong_address(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    provider.plays(Babbles())
    answer = await answer_of(make_assistant(provider_retries=0))
    assert code_of(answer) == "provider_wrong_address"


async def test_a_refused_connection_is_said_plainly(make_assistant: MakeAssistant) -> None:
    assistant = make_assistant(api_base="http://127.0.0.1:9/v1", provider_retries=0)
    answer = await answer_of(assistant)
    assert code_of(answer) == "provider_unreachable"


async def test_text_before_a_cut_is_kept(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    output = chat_output(response="The bank must file within thirty days, and")
    provider.plays(Says(output, cut_at=output.index(", and")))
    answer = await answer_of(make_assistant())
    assert "The bank must file within thirty" in answer.response
    assert answer.outcome == "failed"


async def test_words_of_an_unreadable_answer_are_kept(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    provider.plays(Says("Thirty days, says the model."))
    answer = await answer_of(make_assistant())
    assert answer.response == "Thirty days, says the model."


async def test_the_wait_a_provider_asks_for_is_passed_on(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    provider.plays(Refuses(429, "rate_limit_exceeded", headers={"Retry-After": "20"}))
    answer = await answer_of(make_assistant())
    assert answer.error
    assert answer.error.retry_after_s == 20
    assert len(provider.requests) == 1  # so long a wait is the analyst's to decide


async def test_a_failure_before_the_first_token_is_tried_again(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    provider.plays(Refuses(503, "overloaded", headers={"Retry-After": "0"}), Says(chat_output()))
    answer = await answer_of(make_assistant())
    assert answer.outcome == "done"
    assert len(provider.requests) == 2


async def test_a_failure_after_the_first_token_is_not_tried_again(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    provider.plays(Says(chat_output(), cut_at=60))
    await answer_of(make_assistant())
    assert len(provider.requests) == 1


async def test_a_hundred_and_fifty_streams_do_not_wait_for_each_other(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    """DSPy's own pool ends at 100 connections."""
    gate = asyncio.Event()
    provider.plays(Says(chat_output(), gate=gate, gate_at=20))
    assistant = make_assistant()
    turns = [asyncio.create_task(answer_of(assistant)) for _ in range(150)]
    await provider.has_requests(150)
    gate.set()
    assert {answer.outcome for answer in await asyncio.gather(*turns)} == {"done"}


async def test_an_unforeseen_failure_is_logged_and_told(
    provider: ProviderStandIn,
    make_assistant: MakeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(question: str, earlier: str) -> None:
        raise RuntimeError("no such table")

    monkeypatch.setattr("tests.engine.conftest.find_deadline", broken)
    with caplog.at_level(logging.ERROR):
        answer = await answer_of(make_assistant())
    assert code_of(answer) == "internal"
    assert "no such table" in caplog.text


async def test_a_provider_without_its_key_is_named_before_any_question(
    make_assistant: MakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    answer = await answer_of(make_assistant(api_key=None))
    assert code_of(answer) == "provider_not_configured"
