"""Fits question, passages and history into what the model can read, and says what was cut."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from chat.engine.assistant.history import Exchange, fit_history, shortened, tokens_in
from chat.kernel.passages import Passage

#: Room for the answer: a quarter of the context, but not more than anybody reads.
_ANSWER_SHARE = 4
_LONGEST_ANSWER_TOKENS = 4_000
_LEAST_ROOM_TOKENS = 200
_LEAST_HISTORY_TOKENS = 60


@dataclass(frozen=True)
class PromptLimits:
    history_tokens: int
    context_tokens: int | None = None  # of the model; None: unknown


@dataclass(frozen=True)
class FittedPrompt:
    query: str
    passages: list[Passage]
    exchanges: list[Exchange]
    tokens: int  # of all that is sent
    facts: dict[str, int] = field(default_factory=dict)  # what was cut, for the terminal chunk


def fit_prompt(
    query: str,
    passages: Sequence[Passage],
    exchanges: Sequence[Exchange],
    *,
    limits: PromptLimits,
    fixed_tokens: int,
) -> FittedPrompt:
    """``fixed_tokens``: what every prompt of this kind has. The best passage always stays."""
    sizes = [tokens_in(passage.model_dump_json()) for passage in passages]
    asked, history_room = query, limits.history_tokens
    if limits.context_tokens is not None:
        answer = min(limits.context_tokens // _ANSWER_SHARE, _LONGEST_ANSWER_TOKENS)
        room = max(limits.context_tokens - answer - fixed_tokens, _LEAST_ROOM_TOKENS)
        asked = shortened(query, tokens=max(room - sum(sizes[:1]), room // 2))
        room -= tokens_in(asked)
        while len(sizes) > 1 and sum(sizes) > room:
            sizes.pop()
        room -= sum(sizes)
        history_room = min(history_room, room if room >= _LEAST_HISTORY_TOKENS else 0)
    history = fit_history(exchanges, budget_tokens=history_room)
    facts = {
        "history_cut": history.left_out,
        "history_shortened": int(history.was_shortened),
        "passages_cut": len(passages) - len(sizes),
        "question_shortened": int(asked != query),
    }
    sent = fixed_tokens + tokens_in(asked) + sum(sizes)
    sent += sum(each.tokens for each in history.exchanges)
    return FittedPrompt(asked, list(passages[: len(sizes)]), history.exchanges, sent, facts)
