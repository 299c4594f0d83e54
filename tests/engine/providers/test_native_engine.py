"""What the native engine serves, and what it asks for."""

from typing import Any

import pytest
from dspy.lm15 import Message, Request, TextPart

from chat.engine.providers.language_model import build_provider
from chat.engine.providers.native_engine import NativeEngine, lm15_name
from chat.kernel.answer import Answer
from chat.kernel.conf import Conf
from tests.engine.conftest import MakeAssistant
from tests.engine.providers.wire import WIRES
from tests.support.provider_stand_in import ProviderStandIn, Raw, chat_output

REQUEST = Request(model="m", messages=(Message(role="user", parts=(TextPart(text="?"),)),))


def engine(model: str, *, api_base: str | None = None) -> NativeEngine:
    return NativeEngine(
        lm15_name(model), api_key="k", api_base=api_base, timeout_s=1, max_connections=1, retries=0
    )


@pytest.mark.parametrize(
    "name",
    ["mistral", "together_ai", "fireworks_ai", "lm_studio", "cerebras", "deepinfra", "nvidia_nim"],
)
def test_who_speaks_openai_s_protocol_runs_natively(name: str) -> None:
    assert build_provider(Conf(model=f"{name}/m", api_key="k")).info.engine == "native"


def test_a_local_server_wants_no_key() -> None:
    assert build_provider(Conf(model="lm_studio/m")).info.healthy
    assert not build_provider(Conf(model="mistral/m")).info.healthy


def test_openai_alone_is_asked_not_to_pad_its_deltas() -> None:
    extensions = engine("openai/m").streamed(REQUEST).config.extensions
    assert extensions == {"stream_options": {"include_usage": True, "include_obfuscation": False}}
    assert (
        not engine("openai/m", api_base="http://127.0.0.1/v1").streamed(REQUEST).config.extensions
    )
    assert not engine("groq/m").streamed(REQUEST).config.extensions


@pytest.mark.parametrize(
    ("model", "field"),
    [
        ("openai/m", "max_completion_tokens"),
        ("openai/responses/m", "max_output_tokens"),
        ("ollama_chat/m", "max_tokens"),
        ("mistral/m", "max_tokens"),
        ("anthropic/m", "max_tokens"),
        ("gemini/m", "generationConfig.maxOutputTokens"),
    ],
)
async def test_the_limit_is_spelled_as_each_provider_wants_it(
    model: str, field: str, provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    wires = {
        "anthropic/m": "anthropic",
        "gemini/m": "gemini",
        "openai/responses/m": "openai_responses",
    }
    _, wire = WIRES[wires.get(model, "openai_chat")]
    provider.plays(Raw([wire([chat_output(response="Thirty days.")])]))
    answer = Answer()
    async for each in make_assistant(model=model, max_tokens=777).stream_response("report"):
        answer.apply(each)
    assert answer.response == "Thirty days."
    asked: Any = provider.requests[0]
    for name in field.split("."):
        asked = asked[name]
    assert asked == 777
