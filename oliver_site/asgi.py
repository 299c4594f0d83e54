"""The ASGI application."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oliver_site.settings")
django.setup(set_prefix=False)

# These import models, so Django must be set up first.
from channels.routing import ProtocolTypeRouter  # noqa: E402

from chat.engine.delivery.routing import FollowSwitch, InProcessWorker, channel_application  # noqa: E402
from chat.kernel.garbage_collection import settle  # noqa: E402
from oliver_site.server import daphne_bounds  # noqa: E402
from oliver_site.server.body_limit import BodyLimit  # noqa: E402
from oliver_site.server.handler import OneThreadHandler  # noqa: E402
from oliver_site.server.request_head import RequestHead  # noqa: E402
from oliver_site.server.uvicorn_resets import UvicornResets  # noqa: E402

django_application = OneThreadHandler(following_urls={"turn-stream"})

application = InProcessWorker(
    UvicornResets(
        RequestHead(
            BodyLimit(
                ProtocolTypeRouter(
                    {"http": FollowSwitch(django_application), "channel": channel_application}
                )
            )
        )
    )
)
daphne_bounds.install()

settle()
