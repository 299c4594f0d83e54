"""The doorbell: a message that says "look at the table". It may be lost; the table is the truth."""

import logging
from typing import Literal

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

logger = logging.getLogger(__name__)

#: The channel on which workers listen.
CHANNEL = "assistant"


def ring(kind: Literal["turn.run", "turn.stop"], turn_id: int) -> None:
    """Tell a worker about a turn. Never raises: workers also look by themselves."""
    try:
        async_to_sync(get_channel_layer().send)(CHANNEL, {"type": kind, "turn_id": turn_id})
    except Exception:
        logger.warning("The doorbell for turn %s did not ring", turn_id, exc_info=True)
