"""The doorbell: a message that says "look at the table". It may be lost; the table is the truth."""

import logging
from typing import Literal

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

logger = logging.getLogger(__name__)

#: The channel on which workers listen.
CHANNEL = "assistant"


def channel_of(worker_name: str) -> str:
    """The channel of one worker, for what concerns only the turns that it runs."""
    return f"{CHANNEL}.{worker_name}"


def ring(kind: Literal["turn.run", "turn.stop"], turn_id: int, *, worker_name: str = "") -> None:
    """Tell a worker (any, unless one is named) about a turn. Never raises: workers also look by
    themselves.
    """
    channel = channel_of(worker_name) if worker_name else CHANNEL
    try:
        async_to_sync(get_channel_layer().send)(channel, {"type": kind, "turn_id": turn_id})
    except Exception:
        logger.warning("The doorbell for turn %s did not ring", turn_id, exc_info=True)
