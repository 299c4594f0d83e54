"""A provider over TLS whose certificate no public authority signed, as a company's gateway has it.

Python trusts what ``SSL_CERT_FILE`` names; see docs/operations.md. That encrypted streams are read
as calmly as others is in ``test_transport``.
"""

import asyncio
import functools
import os
import socket
import ssl
import sys
from pathlib import Path

import aiohttp
import pytest
from django.conf import settings

from tests.engine.conftest import MakeAssistant
from tests.engine.providers.test_failures import answer_of, code_of
from tests.engine.providers.test_transport import chunks
from tests.support.eventually import PATIENCE_S
from tests.support.impatience import impatient_after
from tests.support.provider_stand_in import (
    Babbles,
    Behaviour,
    Hangs,
    ProviderStandIn,
    Raw,
    Refuses,
    Says,
    chat_output,
    text_event,
)

HEARD = chat_output(response="The bank must file within thirty days, and")
BEGINNING = text_event(HEARD[: HEARD.index(", and")])


@pytest.fixture
async def trusted(provider: ProviderStandIn, monkeypatch: pytest.MonkeyPatch) -> str:
    """Its address, once this process trusts it as with ``SSL_CERT_FILE``."""
    url, trust = await provider.listen_encrypted()
    trusting = functools.partial(aiohttp.TCPConnector, ssl=trust)
    monkeypatch.setattr(aiohttp, "TCPConnector", trusting)
    return url


async def test_a_stop_reaches_the_provider(
    trusted: str, provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    provider.plays(Says(chat_output(), gate=asyncio.Event(), gate_at=40))
    asking = asyncio.create_task(chunks(make_assistant(api_base=trusted)))
    await provider.has_requests(1)
    asking.cancel()
    await provider.disconnected.wait()


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        (Refuses(500, "server_error"), "provider_error"),
        (Refuses(401, "invalid_api_key"), "provider_auth"),
        (Says(HEARD, cut_at=HEARD.index(", and")), "provider_cut"),
        (Raw([BEGINNING], then="breaks"), "provider_cut"),
        (Raw([BEGINNING], then="hangs"), "provider_timeout"),
        (Raw([BEGINNING, b"data: {rubbish\n\n"]), "provider_error"),
        (Babbles(), "provider_wrong_address"),
        (Hangs(), "provider_timeout"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
async def test_each_failure_has_its_code(
    trusted: str,
    provider: ProviderStandIn,
    make_assistant: MakeAssistant,
    behaviour: Behaviour,
    code: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    provider.plays(behaviour)
    if isinstance(behaviour, Raw) and behaviour.then == "hangs":
        impatient_after(monkeypatch, events=1)
    timeout_s = 2.0 if isinstance(behaviour, Hangs) else PATIENCE_S
    assistant = make_assistant(api_base=trusted, provider_timeout_s=timeout_s, provider_retries=0)
    answer = await answer_of(assistant)
    assert code_of(answer) == code
    if isinstance(behaviour, Raw | Says):
        assert "The bank must file within thirty" in answer.response


async def refusal_of(
    make_assistant: MakeAssistant, api_base: str, *, within_s: float = PATIENCE_S
) -> str:
    """What an operator is told of a provider whom nobody can reach so."""
    assistant = make_assistant(api_base=api_base, provider_retries=0, provider_timeout_s=within_s)
    answer = await answer_of(assistant)
    assert code_of(answer) == "provider_unreachable"
    assert answer.error is not None
    return answer.error.cause


async def test_an_unknown_certificate_is_not_trusted_and_the_operator_is_told(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    url, _ = await provider.listen_encrypted()
    assert "CERTIFICATE_VERIFY_FAILED" in await refusal_of(make_assistant, url)
    assert not provider.requests


async def test_a_certificate_for_another_host_is_not_trusted(
    provider: ProviderStandIn, make_assistant: MakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, trust = await provider.listen_encrypted("192.0.2.1")
    trusting = functools.partial(aiohttp.TCPConnector, ssl=trust)
    monkeypatch.setattr(aiohttp, "TCPConnector", trusting)
    assert "IP address mismatch" in await refusal_of(make_assistant, url)
    assert not provider.requests


async def test_an_address_that_speaks_no_tls_is_unreachable(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    await refusal_of(make_assistant, provider.url.replace("http:", "https:"))
    assert not provider.requests


async def test_an_address_that_answers_no_handshake_is_unreachable_in_time(
    make_assistant: MakeAssistant,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/v1"
        await refusal_of(make_assistant, url, within_s=1)


async def test_ssl_cert_file_names_what_to_trust(
    transactional_db: None, provider: ProviderStandIn, tmp_path: Path
) -> None:
    """As an operator tries it."""
    provider.plays(Says(chat_output(response="Thirty days.")))
    url, trust = await provider.listen_encrypted()
    known = tmp_path / "authorities.pem"
    [certificate] = trust.get_ca_certs(binary_form=True)
    known.write_text(ssl.DER_cert_to_PEM_cert(certificate))
    asking = await asyncio.create_subprocess_exec(
        sys.executable,
        "manage.py",
        "ask",
        "what about suspicious transactions?",
        stdout=asyncio.subprocess.PIPE,
        cwd=settings.BASE_DIR,
        env={
            "PATH": os.environ["PATH"],
            "DATABASE_URL": f"sqlite:///{settings.DATABASES['default']['NAME']}",
            "OLIVER_DATA_DIR": str(settings.OLIVER.data_dir),
            "OLIVER_MODEL": "openai/stand-in",
            "OLIVER_API_BASE": url,
            "OLIVER_API_KEY": "sk-test",
            "SSL_CERT_FILE": str(known),
        },
    )
    out, _ = await asking.communicate()
    assert "Thirty days." in out.decode()
