"""A model string that nobody serves is refused at start, and says what was meant."""

from typing import Any

import pytest

from chat.engine.providers.model_check import model_has_a_provider
from chat.kernel.conf import Conf


@pytest.fixture(autouse=True)
def nothing_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AZURE_OPENAI_RESOURCE", "AZURE_OPENAI_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)


def told(settings: Any, model: str | None, api_base: str | None = None) -> list[str]:
    settings.OLIVER = Conf(model=model, api_base=api_base, data_dir=settings.OLIVER.data_dir)
    return [f"{each.id} {each.msg} {each.hint}" for each in model_has_a_provider()]


@pytest.mark.parametrize(
    "model",
    [
        "openai/gpt-5-mini",
        "openai/responses/gpt-5",
        "ollama_chat/llama3.2:1b",
        "mistral/mistral-large-latest",
        "together_ai/meta-llama/Llama-3",
        "bedrock/anthropic.claude",
        "cohere_chat/command-r",
        None,
    ],
)
def test_what_somebody_serves_is_no_error(settings: Any, model: str | None) -> None:
    assert told(settings, model) == []


def test_a_mistyped_provider_is_an_error_that_says_what_was_meant(
    settings: Any,
) -> None:
    [error] = told(settings, "opneai/gpt-5-mini")
    assert "'opneai', which is no provider" in error
    assert "openai" in error.partition("Did you mean")[2]


def test_azure_needs_the_address_of_its_resource(settings: Any) -> None:
    [error] = told(settings, "azure/my-deployment")
    assert "OLIVER_API_BASE" in error
    assert told(settings, "azure/my-deployment", "https://x.openai.azure.com/openai/v1") == []
