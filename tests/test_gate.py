"""The gate before Django: few requests at once, in their order, in two lanes."""

import asyncio

import pytest

from oliver_site.gate import Gate

FOR_EVER = 3600.0


class Crowd:
    """Requests at a gate; ``inside`` tells in which order they were let in."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self.inside: list[str] = []
        self._entries: dict[str, asyncio.Event] = {}
        self._ends: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def comes(self, *names: str, following: bool = False) -> None:
        for name in names:
            self._entries[name], self._ends[name] = asyncio.Event(), asyncio.Event()
            self._tasks[name] = asyncio.create_task(self._visit(name, following=following))
        await self._settled()

    async def lets_in(self, name: str) -> None:
        """Wait until it is inside."""
        await asyncio.wait_for(self._entries[name].wait(), 10)

    async def leaves(self, name: str) -> None:
        self._ends[name].set()
        await self._tasks[name]
        await self._settled()

    async def gives_up(self, name: str) -> None:
        self._tasks[name].cancel()
        await asyncio.wait([self._tasks[name]])
        await self._settled()

    async def _visit(self, name: str, *, following: bool) -> None:
        async with self._gate.entered(following=following):
            self.inside.append(name)
            self._entries[name].set()
            await self._ends[name].wait()

    async def _settled(self) -> None:
        for _ in range(5):
            await asyncio.sleep(0)


async def test_no_more_than_so_many_are_inside_and_the_first_to_come_is_next() -> None:
    crowd = Crowd(Gate(most=2, patience_s=FOR_EVER))
    await crowd.comes("a", "b", "c", "d")
    assert crowd.inside == ["a", "b"]
    await crowd.leaves("b")
    assert crowd.inside == ["a", "b", "c"]


async def test_who_follows_is_not_behind_all_who_ask() -> None:
    crowd = Crowd(Gate(most=1, patience_s=FOR_EVER))
    await crowd.comes("first", "ask 1", "ask 2", "ask 3")
    await crowd.comes("follow 1", "follow 2", following=True)
    for name in ("first", "follow 1", "ask 1", "follow 2"):
        assert crowd.inside[-1] == name
        await crowd.leaves(name)
    assert crowd.inside[-1] == "ask 2"


async def test_who_gives_up_while_waiting_holds_up_nobody() -> None:
    crowd = Crowd(Gate(most=1, patience_s=FOR_EVER))
    await crowd.comes("a", "b", "c")
    await crowd.gives_up("b")
    await crowd.leaves("a")
    assert crowd.inside == ["a", "c"]


async def test_a_place_that_was_given_to_somebody_who_left_goes_to_the_next() -> None:
    gate = Gate(most=1, patience_s=FOR_EVER)
    crowd = Crowd(gate)
    async with gate.entered(following=False):
        await crowd.comes("a", "b")
    await crowd.gives_up("a")  # it has a place, and has not heard of it
    await crowd.lets_in("b")
    assert crowd.inside == ["b"]


async def test_who_is_inside_for_long_counts_no_more() -> None:
    crowd = Crowd(Gate(most=1, patience_s=0.01))
    await crowd.comes("slow", "next")
    await crowd.lets_in("next")
    await crowd.leaves("slow")
    await crowd.comes("third")
    await crowd.leaves("next")
    assert crowd.inside[-1] == "third"


@pytest.mark.parametrize("most", [1, 3])
async def test_all_places_are_free_again_after_any_crowd(most: int) -> None:
    gate = Gate(most=most, patience_s=FOR_EVER)
    crowd = Crowd(gate)
    await crowd.comes(*"abcdefgh")
    for name in "hgfedcba":
        await crowd.gives_up(name)
    again = Crowd(gate)
    await again.comes(*"abcdefgh")
    assert again.inside == list("abcdefgh")[:most]
