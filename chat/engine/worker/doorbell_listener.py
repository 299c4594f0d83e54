"""Listens for doorbells and stops, in a process with a worker.

Started by ``routing`` beside a web server and by ``manage.py runworker``.
"""

import asyncio
import logging

from channels.layers import get_channel_layer
from channels.worker import Worker

from chat.engine.doorbell import CHANNEL, channel_of

logger = logging.getLogger(__name__)

#: Not urgent: workers also poll the queue.
_PAUSE_S = 1.0


class DoorbellListener(Worker):  # type: ignore[misc]  # Channels has no types
    """Channels' worker, hardened against failures of the channel layer and of a consumer.

    Each worker also listens on its own channel, so that a stop reaches the right one.
    """

    def __init__(self, application: object, *, worker_name: str) -> None:
        channels = [CHANNEL, channel_of(worker_name)]
        super().__init__(application, channels, get_channel_layer())

    async def listener(self, channel: str) -> None:
        away = False
        while True:
            try:
                message = await self.channel_layer.receive(channel)
            except Exception as exc:
                if not away:
                    logger.warning("The doorbell is away (%s)", type(exc).__name__)
                away = True
                await asyncio.sleep(_PAUSE_S)
                continue
            away = False
            await self._pass_on(message)

    async def _pass_on(self, message: dict[str, object]) -> None:
        self._drop_a_broken_consumer()
        scope = {"type": "channel", "channel": CHANNEL}
        await self.get_or_create_application_instance(CHANNEL, scope).put(message)

    def _drop_a_broken_consumer(self) -> None:
        details = self.application_instances.get(CHANNEL)
        if details is not None and details["future"].done():
            failure = details["future"].exception()
            logger.error("The doorbell's consumer failed; starting a new one", exc_info=failure)
            del self.application_instances[CHANNEL]
