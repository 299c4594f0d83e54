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
    kept, asked, history_room = list(passages), query, limits.history_tokens
    if limits.context_tokens is not None:
        answer = min(limits.context_tokens // _ANSWER_SHARE, _LONGEST_ANSWER_TOKENS)
        room = max(limits.context_tokens - answer - fixed_tokens, _LEAST_ROOM_TOKENS)
        best = sum(map(_tokens_of, kept[:1]))
        asked = shortened(query, tokens=max(room - best, room // 2))
        room -= tokens_in(asked)
        while len(kept) > 1 and sum(map(_tokens_of, kept)) > room:
            kept.pop()
        room -= sum(map(_tokens_of, kept))
        history_room = min(history_room, room if room >= _LEAST_HISTORY_TOKENS else 0)
    history = fit_history(exchanges, budget_tokens=history_room)
    facts = {
        "history_cut": history.left_out,
        "history_shortened": int(history.was_shortened),
        "passages_cut": len(passages) - len(kept),
        "question_shortened": int(asked != query),
    }
    sent = [each.tokens for each in history.exchanges] + [_tokens_of(each) for each in kept]
    return FittedPrompt(
        asked, kept, history.exchanges, fixed_tokens + tokens_in(asked) + sum(sent), facts
    )


def _tokens_of(passage: Passage) -> int:
    return tokens_in(passage.model_dump_json())
