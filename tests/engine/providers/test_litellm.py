"""What only litellm can serve: its streams end with the turn, and its word for an end counts."""

import asyncio

import pytest

from chat.kernel.answer import Answer
from tests.engine.conftest import MakeAssistant
from tests.engine.providers.test_ends import openai
from tests.support.provider_stand_in import ProviderStandIn, Raw, chat_output, text_event

#: It speaks OpenAI's chat, and lm15 does not know it.
MODEL = "custom_openai/stand-in"


async def test_a_cancelled_turn_closes_litellms_stream_at_the_provider(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    begun = asyncio.Event()

    async def read() -> None:
        async for chunk in make_assistant(model=MODEL).stream_response("report suspicious"):
            if chunk.field == "response":
                begun.set()

    provider.plays(Raw([text_event(chat_output(response="Thirty days. " * 20))], then="hangs"))
    reading = asyncio.create_task(read())
    await begun.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    await provider.disconnected.wait()


@pytest.mark.parametrize(("reason", "outcome"), [("length", "cut"), ("stop", "done")])
async def test_the_reason_that_litellm_passes_on_is_the_end_of_the_answer(
    reason: str, outcome: str, provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    provider.plays(Raw([openai(reason)]))
    answer = Answer()
    async for chunk in make_assistant(model=MODEL).stream_response("report suspicious"):
        answer.apply(chunk)
    assert answer.metadata["engine"] == "litellm"
    assert answer.outcome == outcome
