"""The same answers in every provider's dialect (their bytes: ``tests.engine.providers.wire``)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from tests.benchmarks import measures, servers
from tests.benchmarks.measures import Steady
from tests.benchmarks.provider import BenchProvider
from tests.engine.providers.wire import WIRES

_MARK = "@@"
#: How an operator names a provider of each of lm15's dialects.
_MODELS = {
    "openai-chat": "openai/bench",
    "openai": "openai/responses/bench",
    "anthropic": "anthropic/bench",
    "gemini": "gemini/bench",
}
ALL = tuple(WIRES)
#: With QUICK: a role in every delta, nulls, comments, and the three other protocols.
QUICK = ("ollama", "deepseek", "openrouter", "openai_responses", "anthropic", "gemini")


@dataclass(frozen=True)
class DialectWire:
    """A response cut at its one delta, which is sent once a token."""

    head: bytes
    event: bytes
    tail: bytes

    @classmethod
    def of(cls, name: str) -> "DialectWire":
        _, wire = WIRES[name]
        head, middle, tail = wire([_MARK]).partition(json.dumps(_MARK).encode())
        gap = b"\r\n\r\n" if b"\r\n" in tail else b"\n\n"
        before, _, begun = head.rpartition(gap)
        rest, _, after = tail.partition(gap)
        return cls(before + gap if before else b"", begun + middle + rest + gap, after)

    def delta(self, text: str) -> bytes:
        return self.event.replace(json.dumps(_MARK).encode(), json.dumps(text).encode())


def _by_model(names: Iterable[str]) -> dict[str, list[str]]:
    """Dialects that one server can be asked in, by its OLIVER_MODEL."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(_MODELS[WIRES[name][0]], []).append(name)
    return found


async def each(
    provider: BenchProvider, *, names: tuple[str, ...], streams: int, window_s: float
) -> dict[str, Steady]:
    found: dict[str, Steady] = {}
    plain = provider.wire
    try:
        for model, dialects in _by_model(names).items():
            async with servers.oliver(provider, environment={"OLIVER_MODEL": model}) as (site, _):
                for name in dialects:
                    provider.wire = DialectWire.of(name)
                    await measures.warm_up(site, provider)
                    found[name] = await measures.steady(
                        site, provider, streams=streams, window_s=window_s
                    )
                    print(f"  {name}: {found[name]}", flush=True)
    finally:
        provider.wire = plain
    return found
