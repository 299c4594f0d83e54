"""System checks: settings that do not fit together, said at start and by ``manage.py check``."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from chat.conf import conf


@register()
def in_process_worker_needs_the_memory_layer(**kwargs: Any) -> list[CheckMessage]:
    """An external worker cannot hear a doorbell, or fill a log, in this process's memory."""
    from django.conf import settings

    layer = settings.CHANNEL_LAYERS["default"]["BACKEND"]
    if conf().worker == "external" and layer == "channels.layers.InMemoryChannelLayer":
        return [
            Error(
                "OLIVER_WORKER=external needs a channel layer and a log that processes share.",
                hint="Unset OLIVER_WORKER: this version keeps both in the web process's memory.",
                id="oliver.E001",
            )
        ]
    return []
