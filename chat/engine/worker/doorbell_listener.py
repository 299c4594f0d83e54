"""Hearing the doorbell: what a process with a worker listens with.

``routing`` starts it beside a web server, ``manage.py runworker`` in a process of its own.
"""

import asyncio
import logging
from typing import Any

from channels.layers import get_channel_layer
from channels.worker import Worker

from chat.engine.doorbell import CHANNEL, channel_of

logger = logging.getLogger(__name__)

#: Workers look by themselves meanwhile, so there is no hurry.
_PAUSE_S = 1.0


class DoorbellListener(Worker):  # type: ignore[misc]  # Channels has no types
    """Channels' worker, which also outlives failures of the channel layer and of a consumer.

    Each worker has a channel of its own beside the common one: a stop goes to whom it concerns.
    """

    def __init__(self, application: Any, *, worker_name: str) -> None:
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

    async def _pass_on(self, message: dict[str, Any]) -> None:
        self._drop_a_broken_consumer()
        scope = {"type": "channel", "channel": CHANNEL}
        await self.get_or_create_application_instance(CHANNEL, scope).put(message)

    def _drop_a_broken_consumer(self) -> None:
        details = self.application_instances.get(CHANNEL)
        if details is not None and details["future"].done():
            failure = details["future"].exception()
            logger.error("The doorbell's consumer broke; a new one begins", exc_info=failure)
            del self.application_instances[CHANNEL]
