"""The two Channels consumers: one hears the doorbell, one streams turns to readers."""

import asyncio
import contextlib
import contextvars
import logging
import random
from collections.abc import Coroutine, Sequence
from contextlib import aclosing
from time import monotonic
from typing import Any

from channels.consumer import AsyncConsumer, get_handler_name
from channels.exceptions import StopConsumer
from channels.generic.http import AsyncHttpConsumer
from django.db import DatabaseError
from django.db.models import F
from django.utils.translation import activate

from chat.admission import admission, reader_of
from chat.compression import Plain
from chat.conf import conf
from chat.database import in_database
from chat.event_log import Event, UnknownSeq, event_log
from chat.follow import Follow
from chat.models import StreamStats, Turn
from chat.rendering import sse
from chat.turns.assembly import worker
from chat.voices import Speaker, voice_of

logger = logging.getLogger(__name__)

#: How often a reader of a turn that is not in our log looks whether it has ended.
_LOOK_EVERY_S = 1.0

#: No layer has this name. With one, Channels makes each consumer listen to the layer as well, which
#: ends every open stream when Redis goes away; ours are told nothing in that way.
_NO_CHANNEL_LAYER = ""

_background: set[asyncio.Task[None]] = set()


class _Consumer(AsyncConsumer):
    """Channels' consumer, which changes threads at each message to close database connections. Ours
    keep none there: they ask through ``in_database``.
    """

    channel_layer_alias = _NO_CHANNEL_LAYER

    async def dispatch(self, message: dict[str, Any]) -> None:
        await getattr(self, get_handler_name(message))(message)


class AssistantConsumer(_Consumer):
    """Hears the doorbell on the ``assistant`` channel. Each message is over in milliseconds."""

    async def turn_run(self, message: dict[str, Any]) -> None:
        await worker().look()

    async def turn_stop(self, message: dict[str, Any]) -> None:
        worker().stop_turn(message["turn_id"])


class TurnStreamConsumer(_Consumer, AsyncHttpConsumer):
    """Streams one turn to one reader, as ``scope["follow"]`` says (see ``chat.follow``).

    The stream runs in a task of its own: Channels tells a consumer of a disconnect only while the
    consumer itself is not busy.
    """

    async def http_request(self, message: dict[str, Any]) -> None:
        if not message.get("more_body"):
            self._stream = asyncio.create_task(self._run())

    async def http_disconnect(self, message: dict[str, Any]) -> None:
        stream = getattr(self, "_stream", None)
        if stream is not None:
            stream.cancel()
            await asyncio.gather(stream, return_exceptions=True)
        raise StopConsumer

    async def _run(self) -> None:
        follow: Follow = self.scope["follow"]
        self._turn_id = follow.turn_id
        self._encoder: Plain = self.scope["follow_encoder"]
        self._frames = self._bytes = 0
        self._begun: set[str] = set()  # fields of which the model has written something
        self._waits_since = 0.0  # when the message was begun that is being sent; 0: none
        activate(follow.language)  # in this task: no frame has to
        self._sent_at = began = monotonic()
        pings = asyncio.create_task(self._keep_pinging())
        try:
            await self.send_headers(headers=self.scope["follow_headers"])
            await self._tell_while_allowed(follow)
            await self._end()
        except Exception:
            logger.exception("The stream of turn %s broke", follow.turn_id)
            await self._end()  # the reader reconnects and gets the rest
        finally:
            pings.cancel()
            _in_background(self._count(duration_ms=int((monotonic() - began) * 1000)))

    async def _tell_while_allowed(self, follow: Follow) -> None:
        """Tell until the turn's end, the stream's, or that of the reader's right to hear it. In
        each case the reader comes back, and the view tells what is the matter.
        """
        reader = reader_of(follow, self.scope["headers"])
        # Not all at the same moment: thousands may have come together.
        life_s = conf().stream_max_s * random.uniform(0.9, 1.0)  # noqa: S311
        try:
            async with asyncio.timeout(life_s) as life:
                with admission().watching(reader, cut=lambda: _end_now(life)):
                    await self._tell(follow, voice_of(follow))
        except TimeoutError:
            if not life.expired():
                raise

    async def _tell(self, follow: Follow, voice: Speaker) -> None:
        log, turn_id, after = event_log(), follow.turn_id, follow.after
        try:
            if after:
                seen = [event for event in await log.read(turn_id) if event.seq <= after]
                voice.catch_up(seen)
            elif not log.holds(turn_id) and not await in_database(_is_live, turn_id):
                await log.read(turn_id)  # it may be there all the same
            await self._follow(turn_id, after, voice)
        except UnknownSeq:
            await self._tell_what_is_stored(turn_id, voice)

    async def _follow(
        self, turn_id: int, after: int, voice: Speaker, *, restart: Turn | None = None
    ) -> None:
        """To the log's end; ``restart`` is told first, as soon as the log can go on from it."""
        async with aclosing(event_log().follow(turn_id, after=after)) as batches:
            async for batch in batches:
                # A source that is slower than our frames needs no pause, and no timer.
                hurried = monotonic() - self._sent_at < voice.pause_s
                rushed = not self._brings_news(batch) and hurried
                if restart is not None:
                    await self._send_message(voice.restart(restart))
                    restart = None
                for portion in voice.portions(batch):
                    await self._send_message(voice.say(portion))
                if rushed and not batch[-1].chunk.done:
                    await asyncio.sleep(voice.pause_s)

    def _brings_news(self, batch: Sequence[Event]) -> bool:
        """What comes before the first word, or the first of a field. More of a text may wait for
        the next frame, but nothing may hold back the first word.
        """
        written = {event.chunk.field or "" for event in batch} - {"", "passages"}
        news = not self._begun or not written <= self._begun
        self._begun |= written
        return news

    async def _tell_what_is_stored(self, turn_id: int, voice: Speaker) -> None:
        """Our log cannot tell what this reader misses: the database can.

        Either the turn has ended; or the log was lost while its worker goes on, and from the next
        checkpoint on both together tell everything; or the worker is lost, and its end comes soon.
        """
        while (turn := await in_database(_turn, turn_id)).is_live:
            try:
                await self._follow(turn_id, turn.seq, voice, restart=turn)
            except UnknownSeq:
                await asyncio.sleep(_LOOK_EVERY_S)  # no event tells of a checkpoint
            else:
                return
        await self._send_message(await in_database(voice.reset, turn))

    async def _send_message(self, message: bytes) -> None:
        if message:
            piece = self._encoder.piece(message)
            self._waits_since = monotonic()
            await self.send_body(piece, more_body=True)
            self._sent_at, self._waits_since = monotonic(), 0.0
            self._frames += message != sse.PING
            self._bytes += len(piece)

    async def _end(self) -> None:
        end = self._encoder.end()
        await self.send_body(end)
        self._bytes += len(end)

    async def _keep_pinging(self) -> None:
        """A comment whenever nothing was sent for a while, or proxies would close the stream.

        It also watches over a message that waits for its reader: a timer for each message would
        cost more than its wrapping for SSE.
        """
        while True:
            now_s, pause_s = monotonic(), conf().sse_heartbeat_s
            if self._waits_since:
                pause_s = self._waits_since + conf().stalled_after_s - now_s
                if pause_s <= 0:
                    return self._give_up()
            elif now_s - self._sent_at < pause_s:
                pause_s -= now_s - self._sent_at
            else:
                await self._ping()
                await self._look_for_the_end()
            await asyncio.sleep(min(pause_s, conf().stalled_after_s))

    async def _ping(self) -> None:
        try:
            async with asyncio.timeout(conf().stalled_after_s) as patience:
                await self._send_message(sse.PING)
        except TimeoutError:
            if not patience.expired():
                raise
            self._give_up()

    def _give_up(self) -> None:
        logger.info("A reader of turn %s takes nothing any more", self._turn_id)
        self._stream.cancel()
        self.scope["abandon"]()

    async def _look_for_the_end(self) -> None:
        """A worker that dies, or loses the log, may have stored an end that it never told."""
        try:
            if not await in_database(_is_live, self._turn_id):
                event_log().give_up(self._turn_id)
        except DatabaseError:
            logger.warning("It is unknown whether turn %s has ended", self._turn_id)

    async def _count(self, *, duration_ms: int) -> None:
        await in_database(
            StreamStats.objects.filter(pk=self._turn_id).update,
            frame_count=F("frame_count") + self._frames,
            bytes_sent=F("bytes_sent") + self._bytes,
            connection_count=F("connection_count") + 1,
            connection_ms=F("connection_ms") + duration_ms,
        )


def _end_now(life: asyncio.Timeout) -> None:
    with contextlib.suppress(RuntimeError):  # it is ending already
        life.reschedule(asyncio.get_running_loop().time())


def _is_live(turn_id: int) -> bool:
    return Turn.objects.unfinished().filter(pk=turn_id).exists()


def _turn(turn_id: int) -> Turn:
    return Turn.objects.select_related("conversation", "question").get(pk=turn_id)


def _in_background(coroutine: Coroutine[Any, Any, None]) -> None:
    """Finish something although the reader, and with it this task, is going away."""
    task = asyncio.get_running_loop().create_task(coroutine, context=contextvars.Context())
    _background.add(task)
    task.add_done_callback(_background.discard)
