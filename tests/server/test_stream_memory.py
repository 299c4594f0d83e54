"""A stream under Daphne may be open for hours: it keeps nothing that only its beginning needs."""

from typing import Any
from unittest import mock

from twisted.web.test.requesthelper import DummyChannel

from oliver_site.server.daphne_bounds import BoundedRequest


def test_an_open_stream_keeps_no_headers() -> None:
    channel: Any = DummyChannel()  # type: ignore[no-untyped-call]
    channel.factory = mock.Mock(**{"server.server_name": ""})
    channel.transport.write_now = lambda write: write()
    request = BoundedRequest(channel)
    request.clientproto = b"HTTP/1.1"
    request.requestHeaders.addRawHeader(b"cookie", b"sessionid=s")
    sent = [(b"content-type", b"text/event-stream")]
    request.handle_reply({"type": "http.response.start", "status": 200, "headers": sent})
    request.handle_reply({"type": "http.response.body", "body": b"frame", "more_body": True})
    assert b"text/event-stream" in channel.transport.written.getvalue()
    kept = (*request.requestHeaders.getAllRawHeaders(), *request.responseHeaders.getAllRawHeaders())
    assert not kept
