"""``manage.py runworker assistant``: a worker in its own process, on any machine.

Channels' command with Oliver's worker beside the listener: it claims turns, saves them and ends
those of dead workers. At SIGTERM it stops claiming, lets running answers end within
``OLIVER_STOP_GRACE_S`` seconds and interrupts the rest, keeping their text.
"""

import asyncio
import logging
import signal
from collections.abc import Callable

from channels import DEFAULT_CHANNEL_LAYER
from channels.management.commands import runworker
from django.core.management.base import CommandError

from chat.engine.delivery.routing import channel_application
from chat.engine.doorbell import CHANNEL
from chat.engine.worker.assembly import retire, worker
from chat.engine.worker.doorbell_listener import DoorbellListener
from chat.kernel.conf import conf
from chat.kernel.garbage_collection import settle

logger = logging.getLogger(__name__)


class AssistantWorker(DoorbellListener):
    """Runs the listener and the worker until a signal ends both."""

    async def handle(self) -> None:
        stopping = asyncio.Event()
        _on_signals(stopping.set)
        settle()
        worker().start()
        listening = asyncio.create_task(super().handle())
        logger.info("Worker %s is ready", worker().name)
        await stopping.wait()
        logger.info("Worker %s stops", worker().name)
        await retire(grace_s=conf().stop_grace_s)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


def _on_signals(stop: Callable[[], object]) -> None:
    """The first signal asks to stop; a second one takes its default effect at once."""
    loop = asyncio.get_running_loop()

    def heard() -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
        stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, heard)


class Command(runworker.Command):  # type: ignore[misc]  # Channels has no types
    help = "Run a worker that writes answers: manage.py runworker assistant"

    def handle(self, *args: object, **options: object) -> None:
        if options["channels"] != [CHANNEL] or options["layer"] != DEFAULT_CHANNEL_LAYER:
            raise CommandError(f"The only channel is {CHANNEL}.")
        if conf().worker != "external":
            raise CommandError(
                "Set OLIVER_WORKER=external for this process and for the web processes."
            )
        AssistantWorker(channel_application, worker_name=worker().name).run()
