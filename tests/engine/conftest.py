"""An assistant over a real HTTP connection to the provider's stand-in."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from chat.engine.assistant.silence import EVERY_S
from chat.engine.assistant.streaming import StreamingOliverAssistant
from chat.engine.providers.language_model import build_provider
from chat.kernel.conf import Conf
from tests.support.one_passage import find_deadline
from tests.support.provider_stand_in import ProviderStandIn

MakeAssistant = Callable[..., StreamingOliverAssistant]


@pytest.fixture
async def make_assistant(provider: ProviderStandIn) -> AsyncIterator[MakeAssistant]:
    """``make_assistant(adapter="json", …)``: settings over a model served by the stand-in."""

    def make(**settings: Any) -> StreamingOliverAssistant:
        defaults: dict[str, Any] = {
            "data_dir": Path("."),
            "model": "openai/stand-in",
            "api_base": provider.url,
            "api_key": "sk-test",
        }
        silence_s = settings.pop("tell_silence_every_s", EVERY_S)
        conf = Conf(**{**defaults, **settings})
        assistant = StreamingOliverAssistant(
            search=find_deadline,
            provider=build_provider(conf),
            history_budget_tokens=conf.history_budget_tokens,
            answer_max_chars=conf.answer_max_chars,
            answer_max_s=conf.answer_max_s,
            tell_silence_every_s=silence_s,
        )
        made.append(assistant)
        return assistant

    made: list[StreamingOliverAssistant] = []
    yield make
    for assistant in made:
        await assistant.aclose()
