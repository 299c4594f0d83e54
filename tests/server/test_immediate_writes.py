"""Frames leave at once; what the socket does not take waits for the loop, whole and in order."""

import socket
from collections.abc import Iterator
from typing import Any, cast

import pytest
from twisted.internet.protocol import Protocol

from oliver_site.server.immediate_writes import ImmediateServer

LARGE = bytes(range(256)) * 20_000  # more than a socket takes


class Loop:
    """Of Twisted's reactor, what a connection needs of it."""

    def __init__(self) -> None:
        self.watched: set[object] = set()
        self.asked = 0

    def addReader(self, _connection: object) -> None: ...  # noqa: N802

    def removeReader(self, _connection: object) -> None: ...  # noqa: N802

    def addWriter(self, connection: object) -> None:  # noqa: N802
        self.asked += 1
        self.watched.add(connection)

    def removeWriter(self, connection: object) -> None:  # noqa: N802
        self.watched.discard(connection)


@pytest.fixture
def loop() -> Loop:
    return Loop()


@pytest.fixture
def ends(loop: Loop) -> Iterator[tuple[Any, socket.socket]]:
    """A connection and its reader's end."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.setblocking(False)
    protocol = cast("Any", Protocol())
    yield ImmediateServer(ours, protocol, ("", 0), cast("Any", None), 0, cast("Any", loop)), theirs
    ours.close()
    theirs.close()


def _read(theirs: socket.socket) -> bytes:
    """What is there."""
    data = b""
    try:
        while piece := theirs.recv(1 << 20):
            data += piece
    except BlockingIOError:
        pass
    return data


def test_a_frame_leaves_at_once_and_the_loop_is_not_asked(
    ends: tuple[Any, socket.socket], loop: Loop
) -> None:
    connection, theirs = ends
    connection.write_now(lambda: connection.writeSequence([b"one ", b"frame"]))
    assert _read(theirs) == b"one frame"
    assert not loop.asked


def test_what_the_socket_does_not_take_waits_and_later_frames_wait_behind_it(
    ends: tuple[Any, socket.socket], loop: Loop
) -> None:
    connection, theirs = ends
    connection.write_now(lambda: connection.write(LARGE))
    connection.write_now(lambda: connection.write(b"later"))
    assert loop.watched == {connection}
    data = b""
    while loop.watched:
        data += _read(theirs)
        assert connection.doWrite() is None
    assert data + _read(theirs) == LARGE + b"later"
    assert loop.asked == 1
    connection.write_now(lambda: connection.write(b"prompt again"))
    assert _read(theirs) == b"prompt again"


def test_a_page_waits_for_the_loop_and_a_frame_behind_it_too(
    ends: tuple[Any, socket.socket], loop: Loop
) -> None:
    connection, theirs = ends
    connection.write(b"a page, ")
    connection.write_now(lambda: connection.write(b"then a frame"))
    assert not _read(theirs)
    connection.doWrite()
    assert _read(theirs) == b"a page, then a frame"
    assert not loop.watched


def test_a_connection_that_is_lost_is_left_to_the_loop(
    ends: tuple[Any, socket.socket], loop: Loop
) -> None:
    connection, theirs = ends
    theirs.close()
    connection.write_now(lambda: connection.write(b"nobody"))
    assert loop.watched == {connection}
    assert connection.doWrite() is not None
