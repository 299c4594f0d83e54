"""Fixtures of the whole suite."""

from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from chat.assistant.provider import provider
from chat.event_log import event_log
from chat.turns import assembly

_SINGLETONS = (provider, event_log, assembly.assistant, assembly.worker)


@pytest.fixture(autouse=True)
def fresh_process(settings: object) -> Iterator[None]:
    """Every test starts as a new process would: no provider, log or worker from the one before."""
    for singleton in _SINGLETONS:
        singleton.cache_clear()
    yield
    for singleton in _SINGLETONS:
        singleton.cache_clear()


@pytest.fixture
async def running_worker(transactional_db: None) -> AsyncIterator[Callable[[], object]]:
    """This process's worker, started on the test's loop and closed at its end."""
    worker = assembly.worker()
    worker.start()
    yield assembly.worker
    await worker.aclose()
