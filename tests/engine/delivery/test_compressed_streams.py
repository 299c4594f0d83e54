"""Streams are compressed for who takes that, and each message can still be read when it is sent."""

import asyncio
import re
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from hypothesis import given
from hypothesis import strategies as st

from chat.conversations.models import StreamStats, Turn
from chat.engine.delivery.compression import Gzip, takes_gzip
from tests.support.eventually import eventually
from tests.support.provider_stand_in import ProviderStandIn, Says, chat_output
from tests.support.sse_reader import SSEReader

BROWSER = "gzip, deflate, br, zstd"
WORDS = "One two three four five six seven. " * 40


@pytest.fixture
async def read(
    application: Any, connected: ProviderStandIn, ask: Any, client_of: Any, analyst: User
) -> Callable[..., SSEReader]:
    """``read(**headers)``: a reader of one ended turn, which one plain reader has read."""
    connected.plays(Says(chat_output(response=WORDS)))
    turn = await ask()
    client, path = await client_of(analyst), f"/turns/{turn.pk}/stream"
    async with SSEReader(application, client, path) as first:
        await first.to_the_end()
    await eventually(lambda: Turn.objects.filter(pk=turn.pk, status="done").exists())
    await eventually(lambda: StreamStats.objects.filter(connection_count=1).exists())
    return lambda **headers: SSEReader(application, client, path, **headers)


async def test_a_compressed_stream_says_what_a_plain_one_says(
    read: Callable[..., SSEReader],
) -> None:
    async with read() as plain, read(accept_encoding=BROWSER) as compressed:
        assert plain.headers["content-encoding"] == "identity"
        assert compressed.headers["content-encoding"] == "gzip"
        assert await compressed.to_the_end() == await plain.to_the_end()
    assert compressed.gunzip.eof
    assert compressed.bytes_read < plain.bytes_read / 3


async def test_a_frame_can_be_read_while_the_model_is_still_writing(
    application: Any, connected: ProviderStandIn, ask: Any, client_of: Any, analyst: User
) -> None:
    gate, output = asyncio.Event(), chat_output(response=WORDS)
    connected.plays(Says(output, gate=gate, gate_at=output.index("One two") + 60))
    turn = await ask()
    client, path = await client_of(analyst), f"/turns/{turn.pk}/stream"
    async with SSEReader(application, client, path, accept_encoding=BROWSER) as reader:
        while "One two" not in (message := await reader.message()).data:
            pass
        again = SSEReader(
            application, client, path, accept_encoding=BROWSER, last_event_id=message.id
        )
        gate.set()
        async with again:  # with a dictionary of its own
            rest = await again.to_the_end()
        assert rest[-1].event == (await reader.to_the_end())[-1].event == "done"
        assert again.gunzip.eof


async def test_the_statistics_count_the_bytes_that_were_sent(
    read: Callable[..., SSEReader],
) -> None:
    before = await StreamStats.objects.aget()
    async with read(accept_encoding="gzip") as reader:
        await reader.to_the_end()
    after = await eventually(lambda: StreamStats.objects.filter(connection_count=2).first())
    assert after.bytes_sent - before.bytes_sent == reader.bytes_read


async def test_no_frame_of_a_compressed_stream_holds_a_token(
    read: Callable[..., SSEReader],
) -> None:
    """Nor does the whole turn, which a reader gets who is ahead of us."""
    for headers in ({"last_event_id": "0"}, {"last_event_id": "999999"}):
        async with read(accept_encoding="gzip", **headers) as reader:
            sent = "".join(message.data for message in await reader.to_the_end())
        assert WORDS[:30] in sent
        assert not re.search(r"csrf(middlewaretoken)?\W+\w{32}", sent, re.IGNORECASE)
        assert not re.search(r"\b[A-Za-z0-9]{64}\b", sent)  # as Django's tokens are


async def test_caches_are_told_that_encodings_differ(read: Callable[..., SSEReader]) -> None:
    for headers in ({}, {"accept_encoding": BROWSER}):
        async with read(**headers) as reader:
            assert "Accept-Encoding" in reader.headers["Vary"]


async def test_an_operator_can_switch_compression_off(
    read: Callable[..., SSEReader], configure: Callable[..., None]
) -> None:
    configure(compress_streams=False)
    async with read(accept_encoding=BROWSER) as reader:
        assert reader.headers["content-encoding"] == "identity"
        assert (await reader.to_the_end())[-1].event == "done"


async def test_what_is_no_stream_is_not_called_compressed(
    application: Any, client_of: Any, analyst: User
) -> None:
    client = await client_of(analyst)
    async with SSEReader(application, client, "/turns/999/x", accept_encoding="gzip") as reader:
        assert reader.status == 404
        assert "content-encoding" not in reader.headers


@given(st.lists(st.text("ab<p> ", max_size=40).map(lambda text: text.encode() * 100)))
def test_each_message_can_be_read_at_once_and_all_are_one_gzip_file(messages: list[bytes]) -> None:
    stream, gunzip = Gzip(), zlib.decompressobj(16 + zlib.MAX_WBITS)
    for message in messages:
        assert gunzip.decompress(stream.piece(message)) == message
    assert gunzip.decompress(stream.end()) == b""
    assert gunzip.eof  # with the right checksum and length


@pytest.mark.parametrize("offer", ["gzip", "br, GZIP;q=0.5", "x-gzip", "deflate,gzip"])
def test_gzip_is_taken_by_who_names_it(offer: str) -> None:
    assert takes_gzip([(b"accept-encoding", offer.encode())])


@pytest.mark.parametrize(
    "offer", ["", "identity", "*", "br", "gzip;q=0", "gzip; q=0.00", "gzipped"]
)
def test_gzip_is_not_taken_by_who_does_not(offer: str) -> None:
    assert not takes_gzip([(b"accept-encoding", offer.encode())])


def test_who_says_nothing_takes_no_gzip() -> None:
    assert not takes_gzip([(b"accept", b"text/event-stream")])
