"""The conversation so far, as the model gets it: what was said, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import dspy

from chat.kernel.items import Artifact

_BYTES_PER_TOKEN = 4  # English; in other scripts a character has more bytes and more tokens
_TOKENS_PER_MESSAGE = 8  # roles and markers
_SHORTENED = "\n\n[… shortened …]\n\n"


def tokens_in(text: str) -> int:
    """An estimate: a budget need not be exact."""
    return len(text.encode(errors="replace")) // _BYTES_PER_TOKEN + 1


@dataclass(frozen=True)
class Exchange:
    """``reviews_document``: the query is a document under review, to which later ones refer."""

    query: str
    response: str
    artifacts: tuple[Artifact, ...] = ()
    reviews_document: bool = False

    @property
    def tokens(self) -> int:
        """Of what ``as_history`` sends of it."""
        texts = [self.query, self.response]
        texts += [text for each in self.artifacts for text in (each.title, each.content)]
        return sum(map(tokens_in, texts)) + 2 * _TOKENS_PER_MESSAGE

    def shortened_to(self, tokens: int) -> "Exchange":
        """Without its artifacts if need be, then with the beginnings and ends of its texts."""
        less = replace(self, artifacts=())
        if less.tokens <= tokens:
            return less
        room = max(tokens - 2 * _TOKENS_PER_MESSAGE, 2)
        wanted = tokens_in(self.query)
        for_query = min(wanted, max(room // 2, room - tokens_in(self.response)))
        return replace(
            less,
            query=shortened(self.query, tokens=for_query),
            response=shortened(self.response, tokens=room - for_query),
        )


def shortened(text: str, *, tokens: int) -> str:
    """The beginning and the end of ``text``, which say most of what it is about."""
    if tokens_in(text) <= tokens:
        return text
    share = tokens / tokens_in(text)
    chars = max(int(len(text) * share) - len(_SHORTENED.encode()), 0)
    end = chars // 3
    return text[: chars - end] + _SHORTENED + text[len(text) - end :]


@dataclass(frozen=True)
class FittedHistory:
    exchanges: list[Exchange]  # oldest first
    left_out: int = 0
    was_shortened: bool = False


def fit_history(exchanges: Sequence[Exchange], *, budget_tokens: int) -> FittedHistory:
    """The newest exchange always, shortened if it must be; then the newest document under review;
    then as many others as fit, newest first.
    """
    if not exchanges or budget_tokens <= 0:
        return FittedHistory([], left_out=len(exchanges))
    newest = len(exchanges) - 1
    reviews = [at for at, each in enumerate(exchanges) if each.reviews_document]
    document = reviews[-1] if reviews else newest
    kept: dict[int, Exchange] = {}
    room = budget_tokens
    # The newest one leaves half of the room to the document, if that needs so much.
    others_need = min(exchanges[document].tokens, room // 2) if document != newest else 0
    for at, share in ((newest, room - others_need), (document, room)):
        if at not in kept:
            fits = exchanges[at].tokens <= min(share, room)
            kept[at] = exchanges[at] if fits else exchanges[at].shortened_to(min(share, room))
            room -= kept[at].tokens
    for at in reversed(range(newest)):
        if at not in kept:
            room -= exchanges[at].tokens
            if room < 0:
                break
            kept[at] = exchanges[at]
    return FittedHistory(
        exchanges=[kept[at] for at in sorted(kept)],
        left_out=len(exchanges) - len(kept),
        was_shortened=any(kept[at] != exchanges[at] for at in kept),
    )


def as_history(exchanges: Sequence[Exchange]) -> dspy.History:
    """Keyed by the signature's fields. The adapters leave empty ones out."""
    return dspy.History(
        messages=[
            {
                "query": exchange.query,
                "response": exchange.response,
                "artifacts": list(exchange.artifacts),
            }
            for exchange in exchanges
        ]
    )
