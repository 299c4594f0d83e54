"""The two Channels consumers: one receives the doorbell, one streams turns to readers."""

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
from chat.engine.delivery.access_recheck import access_rechecker, reader_of
from chat.engine.delivery.compression import Plain
from chat.engine.delivery.follow import Follow
from chat.engine.delivery.keep_alive import keep_alive
from chat.engine.delivery.reader_counts import count_reading
from chat.engine.delivery.stream_formats import Formatter, formatter_of
from chat.engine.event_log import Event, UnknownSeq, event_log
from chat.engine.rendering import sse
from chat.engine.worker.assembly import worker
from chat.kernel.asgi_types import Message, Receive, Scope, Send
from chat.kernel.conf import conf
from chat.kernel.database import in_database
from chat.kernel.tasks import begin

logger = logging.getLogger(__name__)

#: How often the database is asked whether a turn that is not in our log has ended.
_POLL_EVERY_S = 1.0

#: No layer has this name. Channels would make each consumer listen to its layer, and thus end every
#: open stream when Redis fails; our consumers receive nothing that way.
_NO_CHANNEL_LAYER = ""


class AssistantConsumer(AsyncConsumer):
    """Receives the doorbell on the ``assistant`` channel. Each message takes milliseconds."""

    channel_layer_alias = _NO_CHANNEL_LAYER

    async def dispatch(self, message: Message) -> None:
        """Channels' own version changes threads for each message to close database connections.
        There are none here: queries go through ``in_database``.
        """
        await getattr(self, get_handler_name(message))(message)

    async def turn_run(self, message: Message) -> None:
        await worker().look()

    async def turn_stop(self, message: Message) -> None:
        worker().stop_turn(message["turn_id"])


class TurnStreamConsumer(AsyncHttpConsumer):
    """Streams one turn to one reader, as ``scope["follow"]`` says (see
    ``chat.engine.delivery.follow``).

    It runs in the server's task, with one more task that waits for a disconnect. Channels would
    report a disconnect only while the consumer is idle, and uses two more tasks per reader.
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
            if self._has_stalled and "reset_connection" in scope:
                await scope["reset_connection"]()
        finally:
            leaving.cancel()

    async def _leave_with_reader(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._leave()

    def _leave(self) -> None:
        """End without sending anything: nobody is reading."""
        self._has_left = True
        self._stream.cancel()

    async def _run(self) -> None:
        follow: Follow = self.scope["follow"]
        self.turn_id = follow.turn_id
        self._encoder: Plain = self.scope["follow_encoder"]
        self._frames = self._bytes = 0
        self._begun_fields: set[str] = set()  # fields with some text
        self.waits_since = 0.0  # start of the message being sent; 0 if none
        activate(follow.language)  # for the whole task, instead of for each frame
        self.sent_at = began = monotonic()
        try:
            with keep_alive().watching(self):
                await self.send_headers(headers=self.scope.pop("follow_headers"))
                # Daphne sends the head with the first body, and the first event may be far away:
                # its page would wait, and Chromium holds other windows back from the same URL.
                await self.send_body(b"", more_body=True)
                await self._send_while_allowed(follow)
            await self._end()
        except Exception:
            logger.exception("The stream of turn %s broke", follow.turn_id)
            await self._end()  # the reader reconnects and gets the rest
        finally:
            # In a separate task, because this one may be cancelled with its reader.
            begin(self._count(duration_ms=int((monotonic() - began) * 1000)))

    async def _send_while_allowed(self, follow: Follow) -> None:
        """Until the turn ends, the stream reaches its maximum length, or the reader loses access.
        The reader then reconnects and the view decides.
        """
        reader = reader_of(follow, self.scope["headers"])
        self.scope["headers"] = ()  # releases about 2 KB for the life of the stream
        # Randomised, because thousands of readers may have connected at the same time.
        life_s = conf().stream_max_s * random.uniform(0.9, 1.0)  # noqa: S311
        try:
            async with asyncio.timeout(life_s) as life:
                with access_rechecker().watching(reader, end=lambda: _end_now(life)):
                    await self._send_turn(follow, formatter_of(follow))
        except TimeoutError:
            if not life.expired():
                raise

    async def _send_turn(self, follow: Follow, formatter: Formatter) -> None:
        log, turn_id, after = event_log(), follow.turn_id, follow.after
        try:
            if after:
                # Not kept in a variable, which would live as long as the stream.
                await formatter.catch_up(
                    [each for each in await log.read(turn_id) if each.seq <= after]
                )
            elif not log.holds(turn_id) and not await in_database(_is_live, turn_id):
                await log.read(turn_id)  # it may exist all the same
            await self._follow(turn_id, after, formatter)
        except UnknownSeq:
            await self._send_stored_state(turn_id, formatter)

    async def _follow(
        self, turn_id: int, after: int, formatter: Formatter, *, restart: Turn | None = None
    ) -> None:
        """Send ``restart`` first, as soon as the log continues from it, then everything up to the
        log's end.
        """
        async with aclosing(event_log().follow(turn_id, after=after)) as batches:
            async for batch in batches:
                news = self._has_new_field(batch)
                hurried = monotonic() - self.sent_at < formatter.pause_s
                if restart is not None:
                    await self._send_message(await formatter.restart(restart))
                    restart = None
                for portion in formatter.split(batch):
                    await self._send_message(await formatter.encode(portion))
                # A source slower than our frames needs neither a pause nor a timer; one that fills
                # frames needs a pause after each.
                crowded = hurried or formatter.pause_s > conf().frame_min_s
                if crowded and not news and not batch[-1].chunk.done:
                    await asyncio.sleep(formatter.pause_s)

    def _has_new_field(self, batch: Sequence[Event]) -> bool:
        """Whether a batch has the first text of a field, which must not be delayed; later text may
        wait for the next frame.
        """
        written = {event.chunk.field or "" for event in batch} - {"", "passages"}
        news = not self._begun_fields or not written <= self._begun_fields
        self._begun_fields |= written
        return news

    async def _send_stored_state(self, turn_id: int, formatter: Formatter) -> None:
        """For a reader whose missing events are not in our log.

        Either the turn has ended; or the log was lost while its worker goes on, and from the next
        checkpoint the database and the log together have everything; or the worker was lost and the
        turn will end soon.
        """
        while (turn := await in_database(_turn, turn_id)).is_live:
            try:
                await self._follow(turn_id, turn.seq, formatter, restart=turn)
            except UnknownSeq:
                await asyncio.sleep(_POLL_EVERY_S)  # checkpoints are not announced
            else:
                return
        await self._send_message(await in_database(formatter.reset, turn))

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
        """A comment that keeps proxies from closing the stream (see ``keep_alive``)."""
        await self._send_message(sse.PING)

    def drop(self) -> None:
        """A message has waited too long for its reader."""
        logger.info("Dropping a stalled reader of turn %s", self.turn_id)
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
    with contextlib.suppress(RuntimeError):  # it is already ending
        life.reschedule(asyncio.get_running_loop().time())


def _is_live(turn_id: int) -> bool:
    return Turn.objects.unfinished().filter(pk=turn_id).exists()


def _turn(turn_id: int) -> Turn:
    return Turn.objects.select_related("conversation", "question").get(pk=turn_id)
