"""Fixtures of the whole suite."""

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from channels.layers import channel_layers
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import AsyncClient, override_settings
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pydantic import SecretStr
from pytest_django.fixtures import Settings

from chat.conversations.models import Turn
from chat.conversations.start import start_turn
from chat.conversations.status_texts.reader_wording import status_text_cache
from chat.engine.delivery.access_recheck import access_rechecker
from chat.engine.delivery.routing import InProcessWorker
from chat.engine.event_log import event_log
from chat.engine.providers.language_model import provider as provider_of_process
from chat.engine.worker import assembly
from chat.engine.worker.worker import TurnWorker
from chat.kernel.database import in_database
from chat.library.retrieval.index import library_changed
from tests.browser.chromium import HOW_TO_GET_IT, chromium
from tests.browser.server import OliverServer
from tests.support.eventually import PATIENCE_S
from tests.support.one_passage import find_deadline
from tests.support.provider_stand_in import ProviderStandIn
from tests.support.services import RedisServer

# A busy machine draws examples slowly, some more than others: neither is a fault. Those that failed
# are printed; keeping them would make a run depend on the one before.
hypothesis_settings.register_profile(
    "oliver", database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("oliver")

LIMITS = (
    "turns_per_minute",
    "live_turns_per_user",
    "api_requests_per_minute",
    "sign_ins_per_minute",
)
_SINGLETONS = (
    access_rechecker,
    provider_of_process,
    event_log,
    assembly.assistant,
    assembly.worker,
    status_text_cache,
)


@pytest.hookimpl(optionalhook=True)  # xdist's
def pytest_xdist_auto_num_workers() -> int:
    """One more than cores: while a test waits for a lease or a server, another runs."""
    on_linux = sys.platform == "linux"  # where a container may have some of them
    return (len(os.sched_getaffinity(0)) if on_linux else os.cpu_count() or 1) + 1


@pytest.hookimpl(trylast=True)  # once the order is drawn
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("begins_first") is None)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if chromium() is None and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line(HOW_TO_GET_IT)


@pytest.fixture(scope="session", autouse=True)
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Of this process alone: others run beside it, and none finds what an earlier one has left."""
    place = tmp_path_factory.mktemp("data")
    oliver = settings.OLIVER.model_copy(update={"data_dir": place})
    with override_settings(OLIVER=oliver, STATIC_ROOT=place / "static"):
        (place / "static").mkdir()
        yield place


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, data_dir: Path
) -> None:
    if connection.vendor == "sqlite":
        settings.DATABASES["default"]["TEST"]["NAME"] = data_dir / "test.sqlite3"


@pytest.fixture(scope="session", autouse=True)
def template_of_servers(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path_factory.getbasetemp()
    is_one_of_several = hasattr(pytestconfig, "workerinput")
    OliverServer.template = (place.parent if is_one_of_several else place) / "prepared"


@pytest.fixture(autouse=True)
def fresh_process() -> Iterator[None]:
    """Every test starts as a new process would: nothing that the one before has kept."""
    ContentType.objects.clear_cache()
    translation.deactivate()  # a page that was shown leaves its language with the thread
    for singleton in _SINGLETONS:
        singleton.cache_clear()
    channel_layers.backends.clear()  # a layer and its queues belong to one test's loop and Redis
    library_changed()
    yield
    for singleton in _SINGLETONS:
        singleton.cache_clear()


@pytest.fixture
def configure(settings: Settings) -> Callable[..., None]:
    """``configure(max_live_turns=2)``: other settings of Oliver for this test."""

    def change(**values: Any) -> None:
        if key := values.get("api_key"):
            values["api_key"] = SecretStr(key)
        settings.OLIVER = settings.OLIVER.model_copy(update=values)

    return change


@pytest.fixture(autouse=True)
def without_limits(configure: Callable[..., None]) -> None:
    """Tests ask faster than people, and count what a provider is asked; those of the limits and
    of titles set their own.
    """
    configure(**dict.fromkeys(LIMITS, 1_000_000), model_titles=False)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """Shared by tests, none of which may rely on finding it empty."""
    with RedisServer() as server:
        yield server


@pytest.fixture
async def provider() -> AsyncIterator[ProviderStandIn]:
    """A model provider on a port of its own; nothing uses it by itself."""
    async with ProviderStandIn() as stand_in:
        yield stand_in


@pytest.fixture
def connected(provider: ProviderStandIn, configure: Callable[..., None]) -> ProviderStandIn:
    """The provider, as the model of this process's settings."""
    configure(model="openai/stand-in", api_base=provider.url, api_key="sk-test")
    return provider


@pytest.fixture
def library_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retrieval knows one passage (``tests.support.one_passage``)."""
    monkeypatch.setattr(assembly, "_search", find_deadline)


@pytest.fixture
def quick(configure: Callable[..., None]) -> None:
    """Checkpoints, polls and frames many times a second, so that no test waits for them."""
    configure(checkpoint_every_s=0.02, queue_poll_s=0.02, frame_min_s=0.001)


@pytest.fixture
async def working(
    transactional_db: None, quick: None, library_of_one: None
) -> AsyncIterator[Callable[[], TurnWorker]]:
    """``working()`` starts this process's worker on the test's loop; it is closed at the end."""

    def start() -> TurnWorker:
        worker = assembly.worker()
        worker.start()
        return worker

    yield start
    await assembly.aclose()
    # What its threads were at when it was cancelled must not end in the next test's database.
    both = threading.Barrier(2)
    await asyncio.gather(in_database(both.wait, PATIENCE_S), in_database(both.wait, PATIENCE_S))


@pytest.fixture
def analyst(db: None) -> User:
    return User.objects.create_user("analyst", password="correct horse battery")


@pytest.fixture
def stranger(db: None) -> User:
    return User.objects.create_user("stranger", password="correct horse battery")


@pytest.fixture(autouse=True)
def cheap_passwords(settings: Settings) -> None:
    """A real hash costs half a second for each user that a test makes."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


# --- Streams through the whole ASGI application ---


@pytest.fixture
async def application(
    transactional_db: None, quick: None, library_of_one: None
) -> AsyncIterator[Any]:
    """The ASGI application as a server would load it, its worker included."""
    from oliver_site import asgi

    fresh = InProcessWorker(asgi.application._application)
    yield fresh
    await assembly.aclose()
    if fresh._listening is not None:
        fresh._listening.cancel()
        await asyncio.gather(fresh._listening, return_exceptions=True)


@pytest.fixture
async def client_of(transactional_db: None) -> Callable[[User], Any]:
    async def sign_in(user: User) -> AsyncClient:
        client = AsyncClient()
        await client.aforce_login(user)
        return client

    return sign_in


@pytest.fixture
def ask(transactional_db: None, analyst: User) -> Callable[..., Any]:
    async def queue(key: str = "k") -> Turn:
        return await in_database(
            start_turn,
            user=analyst,
            question="report suspicious",
            analysis_type="general",
            conversation=None,
            idempotency_key=key,
        )

    return queue
