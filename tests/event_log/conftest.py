"""A Redis for the logs that live there."""

from collections.abc import Iterator

import pytest

from tests.services import RedisServer


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    with RedisServer() as server:
        yield server
