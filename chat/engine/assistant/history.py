"""The conversation so far, limited to a token budget, as ``dspy.History``."""

from collections.abc import Sequence
from dataclasses import dataclass

import dspy

#: English has about four characters per token; a budget need not be exact.
_CHARS_PER_TOKEN = 4


@dataclass(frozen=True)
class Exchange:
    query: str
    response: str

    @property
    def tokens(self) -> int:
        return (len(self.query) + len(self.response)) // _CHARS_PER_TOKEN + 1


def newest_within(
    exchanges: Sequence[Exchange], *, budget_tokens: int
) -> tuple[list[Exchange], int]:
    """The newest exchanges within the budget, oldest first, and the number left out."""
    kept: list[Exchange] = []
    spent = 0
    for exchange in reversed(exchanges):
        spent += exchange.tokens
        if spent > budget_tokens:
            break
        kept.append(exchange)
    return kept[::-1], len(exchanges) - len(kept)


def as_history(exchanges: Sequence[Exchange]) -> dspy.History:
    """Keyed by the signature's fields; empty ones keep DSPy from writing "None" for them."""
    return dspy.History(
        messages=[
            {
                "passages": [],
                "related": [],
                "query": exchange.query,
                "reasoning": "",
                "analysis": "",
                "findings": [],
                "response": exchange.response,
                "artifacts": [],
            }
            for exchange in exchanges
        ]
    )
