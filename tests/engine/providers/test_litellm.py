"""Through litellm too, a stream ends with its turn, and the provider's word for an end counts."""

import asyncio

import pytest

from chat.engine.providers.stream_inbox import Inbox
from chat.kernel.answer import Answer
from tests.engine.conftest import MakeAssistant
from tests.engine.providers.test_ends import openai
from tests.support.provider_stand_in import ProviderStandIn, Raw, text_event

#: It speaks OpenAI's chat, and lm15 does not know it.
MODEL = "custom_openai/stand-in"


@pytest.mark.parametrize(
    ("model", "reads_on"), [(MODEL, True), (MODEL, False), ("openai/stand-in", False)]
)
async def test_a_cancelled_turn_closes_the_stream_at_the_provider(
    model: str,
    reads_on: bool,
    provider: ProviderStandIn,
    make_assistant: MakeAssistant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whether it waits for the provider's text, or for room to put it."""
    begun, is_full = asyncio.Event(), asyncio.Event()
    wait_for_room = Inbox.wait_for_room

    async def noted(inbox: Inbox) -> None:
        if not inbox.has_room():
            is_full.set()
        await wait_for_room(inbox)

    async def read() -> None:
        async for chunk in make_assistant(model=model).stream_response("report suspicious"):
            if chunk.field == "response":
                begun.set()
                if not reads_on:
                    await asyncio.Event().wait()

    monkeypatch.setattr(Inbox, "wait_for_room", noted)
    said = [text_event("[[ ## response ## ]]\n"), text_event("Thirty days. ")]
    provider.plays(Raw(said, then="repeats", pause_s=0.001))
    reading = asyncio.create_task(read())
    await (begun if reads_on else is_full).wait()
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
