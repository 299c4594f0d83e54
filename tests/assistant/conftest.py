"""An assistant over a real HTTP connection to the provider's stand-in."""

from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from chat.assistant.provider import build_provider
from chat.assistant.streaming import StreamingOliverAssistant
from chat.conf import Conf
from chat.passages import NearTitle, Passage, Retrieved
from tests.provider_stand_in import ProviderStandIn

DEADLINE = Passage(
    id="sar-filing-deadline#due",
    title="Filing deadline for a SAR",
    heading="Thirty days from detection",
    kind="deadline",
    text="A bank must file a SAR no later than 30 calendar days after initial detection.",
    authority="FinCEN",
    section="31 CFR 1020.320(b)(3)",
    url="https://www.ecfr.gov/current/title-31/section-1020.320",
    checked=date(2026, 11, 22),
)


async def find_deadline(question: str, earlier: str) -> Retrieved:
    """A library of one passage, for questions that say "suspicious"."""
    if "suspicious" in question:
        return Retrieved(passages=(DEADLINE,))
    return Retrieved(near=(NearTitle(slug="ctr", title="When a CTR is due"),))


@pytest.fixture
async def provider() -> AsyncIterator[ProviderStandIn]:
    async with ProviderStandIn() as stand_in:
        yield stand_in


MakeAssistant = Callable[..., StreamingOliverAssistant]


@pytest.fixture
def make_assistant(provider: ProviderStandIn) -> MakeAssistant:
    """``make_assistant(adapter="json", …)``: settings over a model served by the stand-in."""

    def make(**settings: Any) -> StreamingOliverAssistant:
        defaults: dict[str, Any] = {
            "data_dir": Path("."),
            "model": "openai/stand-in",
            "api_base": provider.url,
            "api_key": "sk-test",
        }
        conf = Conf(**{**defaults, **settings})
        return StreamingOliverAssistant(
            search=find_deadline,
            provider=build_provider(conf),
            history_budget_tokens=conf.history_budget_tokens,
        )

    return make
