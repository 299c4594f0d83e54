"""Programs with tokens, over HTTP (``client``) and over real ASGI (``program``)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from chat.accounts.models import ApiToken
from chat.engine.delivery.routing import FollowSwitch
from chat.engine.worker.worker import TurnWorker
from oliver_site.server.handler import OneThreadHandler
from tests.api.program import Program


def question(text: str = "report suspicious activity", **more: Any) -> dict[str, Any]:
    """A body for ``/api/chat/stream``."""
    return {"messages": [{"content": text, "sender": "user"}], **more}


@pytest.fixture
def token(analyst: User) -> str:
    return ApiToken.issue(analyst)[1]


@pytest.fixture
def client(token: str) -> Client:
    """The analyst's program; streams are only handed over, as there is no ASGI server."""
    return Client(headers={"Authorization": f"Bearer {token}"}, raise_request_exception=False)


@pytest.fixture
def anybody() -> Client:
    """Without a token; CSRF is enforced as in production."""
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


@pytest.fixture
def site(transactional_db: None) -> Any:
    """The site as an ASGI application, without a worker."""
    return FollowSwitch(OneThreadHandler())


@pytest.fixture
async def program(working: Callable[[], TurnWorker], site: Any, token: str) -> Program:
    """The analyst's program, and a worker that answers it. Name ``connected`` before it."""
    working()
    return Program(site, token=token)
