"""What the environment says about the way to a provider: proxies count, passwords do not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chat.engine.providers.transport import proxy_for
from tests.engine.conftest import MakeAssistant
from tests.support.provider_stand_in import ProviderStandIn, Says, chat_output

PROXY = "http://proxy.example:3128"


@pytest.fixture(autouse=True)
def a_fresh_look(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    proxy_for.cache_clear()
    yield
    proxy_for.cache_clear()


def test_requests_go_by_the_proxy_of_their_scheme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", PROXY)
    monkeypatch.setenv("no_proxy", "models.internal")
    assert proxy_for("https://api.example/v1/chat/completions") == PROXY
    assert proxy_for("http://api.example/v1/chat/completions") is None
    assert proxy_for("https://models.internal/v1/chat/completions") is None


async def test_a_request_arrives_at_the_proxy(
    provider: ProviderStandIn, make_assistant: MakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", provider.url.removesuffix("/v1"))
    provider.plays(Says(chat_output(response="By the proxy.")))
    assistant = make_assistant(api_base="http://models.example/v1")
    chunks = [chunk async for chunk in assistant.stream_response("report suspicious")]
    assert chunks[-1].type == "done"
    told = [str(chunk.content) for chunk in chunks if chunk.field == "response"]
    assert "".join(told) == "By the proxy."


async def test_a_password_file_does_not_clash_with_the_key(
    provider: ProviderStandIn,
    make_assistant: MakeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    passwords = tmp_path / "netrc"
    passwords.write_text("default login somebody password something\n")
    monkeypatch.setenv("NETRC", str(passwords))
    provider.plays(Says(chat_output(response="Hello.")))
    chunks = [chunk async for chunk in make_assistant().stream_response("report suspicious")]
    assert chunks[-1].type == "done"
