"""Runs a search by combining the index with a scan, since neither is fast for every word.

An index finds a rare word at once, but for a common one it lists a hundred thousand rows before the
newest forty conversations are known. Scanning the newest conversations finds common words at once
and rare ones never. So a search scans the newest conversations, learns which terms are common, asks
the index for the others, and scans its results. With one user's 1,000,000 messages on SQLite, the
index alone takes 130 ms of CPU at p95. A backend that ``FINDS_COMMON_WORDS`` needs no scan.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from chat.conversations.models import Conversation, Message, SearchText
from chat.conversations.models.conversation import ConversationQuerySet
from chat.conversations.search import backends
from chat.conversations.search.backends import matching
from chat.conversations.search.terms import Term

#: How many of the newest conversations are scanned before the index is used.
_READ_FIRST = 120
_READ_AT_ONCE = 40
#: A word in every fourth conversation is common: a scan is faster than the index.
_COMMON_SHARE = 0.25
#: Candidates from the index fetched at a time.
_CANDIDATES = 2_000
#: For conversations as long as books a scan is slow, so the index takes over.
_READ_CHARS = 3_000_000
#: Above this (more than forty ordinary conversations have), rows are fetched in chunks.
_READ_MESSAGES = 1_000


@dataclass(frozen=True)
class Hit:
    """The message to show: the first of those with the most terms."""

    message_id: int
    text: str


@dataclass(frozen=True)
class Match:
    """``hit`` is None if only the title matched."""

    conversation: Conversation
    hit: Hit | None


@dataclass(frozen=True)
class _Candidate:
    conversation: Conversation
    message_id: int | None


def search(conversations: ConversationQuerySet, terms: Sequence[Term], *, most: int) -> list[Match]:
    """The first ``most`` conversations, in the given order, that contain every term."""
    if not terms:
        return []
    return _with_texts(_candidates(conversations, terms, most))


def _candidates(
    conversations: ConversationQuerySet, terms: Sequence[Term], most: int
) -> list[_Candidate]:
    if backends.backend().FINDS_COMMON_WORDS:
        return _by_index(conversations, terms, most)
    reading = _Reading(terms)
    newest = list(conversations[:_READ_FIRST])
    matches = reading.matches(newest, most)
    if len(matches) == most or (len(newest) < _READ_FIRST and not reading.was_too_much):
        return matches
    if common := reading.common_terms():
        rare = [term for term in terms if term not in common]
        candidates = matching(conversations, rare) if rare else conversations
        matches = reading.matches(_one_by_one(candidates), most)
        if not reading.was_too_much:
            return matches
    return _by_index(conversations, terms, most)


def _by_index(
    conversations: ConversationQuerySet, terms: Sequence[Term], most: int
) -> list[_Candidate]:
    shown = list(matching(conversations, terms)[:most])
    best = _Reading(terms).best_messages(shown)
    if best is None:
        best = _best_messages([each.pk for each in shown], terms)
    return [_Candidate(each, best.get(each.pk)) for each in shown]


def hits_in(conversation_ids: Sequence[int], terms: Sequence[Term]) -> dict[int, Hit]:
    """By conversation id; without those that match in the title only."""
    best = _best_messages(conversation_ids, terms)
    texts = _texts_of(best.values())
    return {each: Hit(pk, texts[pk]) for each, pk in best.items() if pk in texts}


def _best_messages(conversation_ids: Sequence[int], terms: Sequence[Term]) -> dict[int, int]:
    """By conversation id: the message with the most terms. The database does the scan, whatever its
    size.
    """
    having = [Q(words__contains=term.needle) for term in terms]
    if not having:
        return {}
    counts = [Case(When(each, then=1), default=0, output_field=IntegerField()) for each in having]
    rows = (
        SearchText.objects.filter(conversation__in=conversation_ids, message__isnull=False)
        .annotate(count=sum(counts, start=Value(0)))
        .filter(count__gt=0)
        .order_by("conversation", "-count", "message")
    )
    best: dict[int, int] = {}
    for conversation_id, message_id in rows.values_list("conversation", "message"):
        best.setdefault(conversation_id, message_id)
    return best


def _with_texts(candidates: Sequence[_Candidate]) -> list[Match]:
    texts = _texts_of(each.message_id for each in candidates if each.message_id)
    return [
        Match(each.conversation, Hit(pk, texts[pk]) if pk is not None and pk in texts else None)
        for each in candidates
        for pk in [each.message_id]
    ]


def _texts_of(message_ids: Iterable[int]) -> Mapping[int, str]:
    ids = list(message_ids)
    return dict(Message.objects.filter(pk__in=ids).values_list("pk", "text")) if ids else {}


def _one_by_one(conversations: ConversationQuerySet) -> Iterator[Conversation]:
    start = 0
    while ids := list(conversations[start : start + _CANDIDATES].values_list("pk", flat=True)):
        for at in range(0, len(ids), _READ_AT_ONCE):
            chunk = Conversation.objects.in_bulk(ids[at : at + _READ_AT_ONCE])
            yield from (chunk[pk] for pk in ids[at : at + _READ_AT_ONCE] if pk in chunk)
        start += _CANDIDATES


class _Reading:
    """Scans the words of conversations and counts how many contain each term."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._needles = {term: term.needle for term in terms}
        self._conversations = 0
        self._having: Counter[Term] = Counter()
        self._chars_left = _READ_CHARS

    @property
    def was_too_much(self) -> bool:
        """If true, the last result of ``matches`` is incomplete."""
        return self._chars_left < 0

    def common_terms(self) -> tuple[Term, ...]:
        if self.was_too_much:
            return ()
        least = self._conversations * _COMMON_SHARE
        return tuple(term for term in self._needles if self._having[term] >= least)

    def matches(self, conversations: Iterable[Conversation], most: int) -> list[_Candidate]:
        """The first ``most`` conversations with all terms, or fewer if there are no more."""
        found: list[_Candidate] = []
        for chunk in _chunks(conversations):
            words = self._words_of(chunk)
            if self.was_too_much:
                break
            read = (self._read(each, words[each.pk]) for each in chunk)
            found += [candidate for candidate in read if candidate]
            if len(found) >= most:
                break
        return found[:most]

    def best_messages(self, conversations: Sequence[Conversation]) -> dict[int, int] | None:
        """By conversation id; None if there is too much to read."""
        words = self._words_of(conversations)
        if self.was_too_much:
            return None
        best = {each.pk: self._best(words[each.pk])[0] for each in conversations}
        return {pk: message_id for pk, message_id in best.items() if message_id}

    def _words_of(
        self, conversations: Sequence[Conversation]
    ) -> dict[int, list[tuple[int | None, str]]]:
        words: dict[int, list[tuple[int | None, str]]] = defaultdict(list)
        # The order of the index on conversations, so nothing needs sorting.
        stored = SearchText.objects.filter(conversation__in=conversations)
        stored = stored.order_by("conversation_id", "pk")
        for conversation_id, message_id, said in _in_chunks(stored):
            words[conversation_id].append((message_id, said))
            self._chars_left -= len(said)
            if self.was_too_much:
                break
        return words

    def _read(
        self, conversation: Conversation, words: list[tuple[int | None, str]]
    ) -> _Candidate | None:
        self._conversations += 1
        best, having = self._best(words)
        self._having.update(having)
        return _Candidate(conversation, best) if len(having) == len(self._needles) else None

    def _best(self, words: list[tuple[int | None, str]]) -> tuple[int | None, set[Term]]:
        """The first message with the most terms, and all terms found, title included."""
        best, best_count, having = None, 0, set[Term]()
        needles = self._needles.items()
        for message_id, said in words:
            here = [term for term, needle in needles if needle in said]
            if not here:
                continue
            having.update(here)
            if message_id is not None and len(here) > best_count:
                best, best_count = message_id, len(here)
        return best, having


def _in_chunks(stored: QuerySet[SearchText]) -> Iterator[tuple[int, int | None, str]]:
    """Yields conversation id, message id and words. The first rows are read directly, because a
    server-side cursor takes five statements on PostgreSQL (2 to 5 ms).
    """
    rows = stored.values_list("conversation_id", "message_id", "words")
    yield from (first := list(rows[:_READ_MESSAGES]))
    if len(first) == _READ_MESSAGES:
        yield from rows[_READ_MESSAGES:].iterator(chunk_size=500)


def _chunks(conversations: Iterable[Conversation]) -> Iterator[list[Conversation]]:
    chunk: list[Conversation] = []
    for conversation in conversations:
        chunk.append(conversation)
        if len(chunk) == _READ_AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
