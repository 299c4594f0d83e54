"""The two Channels consumers: one hears the doorbell, one streams turns to readers."""

import asyncio
import contextlib
import logging
import random
from collections.abc import Sequence
from contextlib import aclosing
from time import monotonic

from channels.consumer import AsyncConsumer, get_handler_name
from channels.generic.http import AsyncHttpConsumer
from django.utils.translation import activate

from chat.conversations.models import Turn
from chat.engine.delivery.access_recheck import admission, reader_of
from chat.engine.delivery.compression import Plain
from chat.engine.delivery.follow import Follow
from chat.engine.delivery.keep_alive import heartbeats
from chat.engine.delivery.stream_formats import Speaker, voice_of
from chat.engine.delivery.uvicorn_connection import hang_up
from chat.engine.event_log import Event, UnknownSeq, event_log
from chat.engine.rendering import sse
from chat.engine.worker.assembly import worker
from chat.engine.worker.records import count_reading
from chat.kernel.asgi_types import Message, Receive, Scope, Send
from chat.kernel.conf import conf
from chat.kernel.database import in_database
from chat.kernel.tasks import begin

logger = logging.getLogger(__name__)

#: How often a reader of a turn that is not in our log looks whether it has ended.
_LOOK_EVERY_S = 1.0

#: No layer has this name. With one, Channels makes each consumer listen to the layer as well, which
#: ends every open stream when Redis goes away; ours are told nothing in that way.
_NO_CHANNEL_LAYER = ""


class AssistantConsumer(AsyncConsumer):
    """Hears the doorbell on the ``assistant`` channel. Each message is over in milliseconds."""

    channel_layer_alias = _NO_CHANNEL_LAYER

    async def dispatch(self, message: Message) -> None:
        """Channels' own changes threads at each message to close database connections. There are
        none: we ask through ``in_database``.
        """
        await getattr(self, get_handler_name(message))(message)

    async def turn_run(self, message: Message) -> None:
        await worker().look()

    async def turn_stop(self, message: Message) -> None:
        worker().stop_turn(message["turn_id"])


class TurnStreamConsumer(AsyncHttpConsumer):
    """Streams one turn to one reader, as ``scope["follow"]`` says (see
    ``chat.engine.delivery.follow``).

    The stream runs in the server's own task, and one other waits for the reader to leave. Channels
    would tell of that only while the consumer is not busy, and has two more tasks for each reader.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        stream = asyncio.current_task()
        assert stream is not None
        self.scope, self.base_send = scope, send
        self._stream, self._has_left, self._has_stalled = stream, False, False
        leaving = asyncio.create_task(self._leave_with_reader(receive))
        try:
            await self._run()
        except asyncio.CancelledError:
            if not self._has_left:
                raise
            stream.uncancel()
            if self._has_stalled:
                await hang_up(scope.get("line"))
        finally:
            leaving.cancel()

    async def _leave_with_reader(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._leave()

    def _leave(self) -> None:
        """End without a word: nobody listens."""
        self._has_left = True
        self._stream.cancel()

    async def _run(self) -> None:
        follow: Follow = self.scope["follow"]
        self.turn_id = follow.turn_id
        self._encoder: Plain = self.scope["follow_encoder"]
        self._frames = self._bytes = 0
        self._begun: set[str] = set()  # fields of which the model has written something
        self.waits_since = 0.0  # when the message was begun that is being sent; 0: none
        activate(follow.language)  # in this task: no frame has to
        self.sent_at = began = monotonic()
        try:
            with heartbeats().beating(self):
                await self.send_headers(headers=self.scope.pop("follow_headers"))
                # Daphne sends the head with the first body, and the first event may be far away:
                # its page would wait, and Chromium holds other windows back from the same URL.
                await self.send_body(b"", more_body=True)
                await self._tell_while_allowed(follow)
            await self._end()
        except Exception:
            logger.exception("The stream of turn %s broke", follow.turn_id)
            await self._end()  # the reader reconnects and gets the rest
        finally:
            # Although the reader, and with it this task, is going away.
            begin(self._count(duration_ms=int((monotonic() - began) * 1000)))

    async def _tell_while_allowed(self, follow: Follow) -> None:
        """Tell until the turn's end, the stream's, or that of the reader's right to hear it. In
        each case the reader comes back, and the view tells what is the matter.
        """
        reader = reader_of(follow, self.scope["headers"])
        self.scope["headers"] = ()  # a browser's are 2 KB, and streams are long
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
                # Kept under no name: this goes on for as long as the stream does.
                voice.catch_up([each for each in await log.read(turn_id) if each.seq <= after])
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
                news = self._brings_news(batch)
                hurried = monotonic() - self.sent_at < voice.pause_s
                if restart is not None:
                    await self._send_message(voice.restart(restart))
                    restart = None
                for portion in voice.portions(batch):
                    await self._send_message(voice.say(portion))
                # A source that is slower than our frames needs no pause, and no timer; one that
                # fills frames does after each of them.
                crowded = hurried or voice.pause_s > conf().frame_min_s
                if crowded and not news and not batch[-1].chunk.done:
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
            self.waits_since = self.waits_since or monotonic()
            await self.send_body(piece, more_body=True)
            self.sent_at, self.waits_since = monotonic(), 0.0
            self._frames += message != sse.PING
            self._bytes += len(piece)

    async def _end(self) -> None:
        end = self._encoder.end()
        await self.send_body(end)
        self._bytes += len(end)

    async def ping(self) -> None:
        """A comment, so that no proxy takes the stream for dead (see ``keep_alive``)."""
        await self._send_message(sse.PING)

    def give_up(self) -> None:
        """A message has waited too long for its reader."""
        logger.info("A reader of turn %s takes nothing any more", self.turn_id)
        self._has_stalled = True
        self._leave()

    async def _count(self, *, duration_ms: int) -> None:
        await in_database(
            count_reading,
            self.turn_id,
            frame_count=self._frames,
            bytes_sent=self._bytes,
            connection_count=1,
            connection_ms=duration_ms,
        )


def _end_now(life: asyncio.Timeout) -> None:
    with contextlib.suppress(RuntimeError):  # it is ending already
        life.reschedule(asyncio.get_running_loop().time())


def _is_live(turn_id: int) -> bool:
    return Turn.objects.unfinished().filter(pk=turn_id).exists()


def _turn(turn_id: int) -> Turn:
    return Turn.objects.select_related("conversation", "question").get(pk=turn_id)
