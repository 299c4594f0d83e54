"""The limiter before Django: few requests at once, in their order, in two lanes."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future

import pytest

from oliver_site.server.request_limiter import RequestLimiter
from tests.support.eventually import PATIENCE_S

FOR_EVER = 3600.0


class Crowd:
    """Requests at a limiter; ``inside`` tells in which order they were let in."""

    def __init__(self, *, most: int, blocked_after_s: float = FOR_EVER) -> None:
        self.limiter = RequestLimiter(
            max_running=most, blocked_after_s=blocked_after_s, max_threads=20
        )
        self.inside: list[str] = []
        self._entered: dict[str, threading.Event] = {}
        self._ends: dict[str, threading.Event] = {}
        self.visits: dict[str, Future[None]] = {}

    def comes(self, *names: str, following: bool = False) -> None:
        lane = self.limiter.following if following else self.limiter.general
        for name in names:
            self._entered[name], self._ends[name] = threading.Event(), threading.Event()
            self.visits[name] = lane.submit(self._visit, name)

    async def are_inside(self, *names: str) -> None:
        """These were let in, in this order, and nobody else."""
        for name in names:
            assert await asyncio.to_thread(self._entered[name].wait, 10), f"{name} waits"
        assert self.inside == list(names)

    async def leaves(self, name: str) -> None:
        self._ends[name].set()
        await asyncio.wrap_future(self.visits[name])

    def all_leave(self) -> None:
        for end in self._ends.values():
            end.set()

    def _visit(self, name: str) -> None:
        self.inside.append(name)
        self._entered[name].set()
        self._ends[name].wait(PATIENCE_S)


@pytest.fixture
def crowds() -> Iterator[list[Crowd]]:
    """Those in it are sent home at the end."""
    made: list[Crowd] = []
    yield made
    for crowd in made:
        crowd.all_leave()


def _crowd(crowds: list[Crowd], *, most: int, blocked_after_s: float = FOR_EVER) -> Crowd:
    crowds.append(Crowd(most=most, blocked_after_s=blocked_after_s))
    return crowds[-1]


async def test_so_many_are_inside_and_the_first_to_come_is_next(crowds: list[Crowd]) -> None:
    crowd = _crowd(crowds, most=1)
    crowd.comes("a", "b", "c")
    await crowd.are_inside("a")
    await crowd.leaves("a")
    await crowd.are_inside("a", "b")
    await crowd.leaves("b")
    await crowd.are_inside("a", "b", "c")


async def test_several_work_side_by_side(crowds: list[Crowd]) -> None:
    crowd = _crowd(crowds, most=2)
    crowd.comes("a")
    await crowd.are_inside("a")
    crowd.comes("b", "c")
    await crowd.are_inside("a", "b")


async def test_who_follows_is_not_behind_all_who_ask(crowds: list[Crowd]) -> None:
    crowd = _crowd(crowds, most=1)
    order = ["first", "follow 1", "ask 1", "follow 2", "ask 2", "ask 3"]
    crowd.comes("first", "ask 1", "ask 2", "ask 3")
    crowd.comes("follow 1", "follow 2", following=True)
    for number, name in enumerate(order, start=1):
        await crowd.are_inside(*order[:number])
        await crowd.leaves(name)


async def test_who_gives_up_while_waiting_is_passed_over(crowds: list[Crowd]) -> None:
    crowd = _crowd(crowds, most=1)
    crowd.comes("a", "b", "c")
    assert crowd.visits["b"].cancel()
    await crowd.leaves("a")
    await crowd.are_inside("a", "c")


async def test_who_works_for_long_counts_no_more(crowds: list[Crowd]) -> None:
    crowd = _crowd(crowds, most=1, blocked_after_s=0.01)
    crowd.comes("slow", "next", "last")
    await crowd.are_inside("slow", "next", "last")


async def test_a_failure_is_the_callers_and_makes_room(crowds: list[Crowd]) -> None:
    crowd = _crowd(crowds, most=1)
    failing = crowd.limiter.general.submit(int, "none")
    crowd.comes("next")
    with pytest.raises(ValueError, match="none"):
        await asyncio.wrap_future(failing)
    await crowd.are_inside("next")
