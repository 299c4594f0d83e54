"""The doorbell tells workers to check the queue. It may be lost, so they also poll."""

import logging
from typing import Literal

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

logger = logging.getLogger(__name__)

#: The channel on which workers listen.
CHANNEL = "assistant"


def channel_of(worker_name: str) -> str:
    """The channel of one worker, for messages about the turns it runs."""
    return f"{CHANNEL}.{worker_name}"


def ring(kind: Literal["turn.run", "turn.stop"], turn_id: int, *, worker_name: str = "") -> None:
    """Notify any worker, or the one named. Never raises, because workers also poll."""
    channel = channel_of(worker_name) if worker_name else CHANNEL
    try:
        async_to_sync(get_channel_layer().send)(channel, {"type": kind, "turn_id": turn_id})
    except Exception:
        logger.warning("The doorbell for turn %s did not ring", turn_id, exc_info=True)
