"""The search itself: index and reading together, because neither alone is quick for every word.

An index finds a rare word at once, but lists a hundred thousand places for a common one before the
newest forty conversations are known. Reading the newest conversations finds a common word at once,
and never a rare one. So: read some, and learn which words are common; ask the index for the others;
then read what it found until there are enough. Measured with 1,000,000 messages of one user on
SQLite: the index alone takes 130 ms of CPU at p95. A backend that ``FINDS_COMMON_WORDS``
does so itself.
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

#: How many of the newest conversations are read before the index is asked.
_READ_FIRST = 120
_READ_AT_ONCE = 40
#: A word of every fourth conversation is common: the index would be slower than reading.
_COMMON_SHARE = 0.25
#: Candidates of the index that are kept at hand to be read.
_CANDIDATES = 2_000
#: Reading stops to be quick where conversations are as long as books: then the index does it all.
_READ_CHARS = 3_000_000
#: More messages than forty ordinary conversations have are read bit by bit.
_READ_MESSAGES = 1_000


@dataclass(frozen=True)
class Hit:
    """The message of a conversation to show: the first of those with the most terms."""

    message_id: int
    text: str


@dataclass(frozen=True)
class Match:
    """A conversation that has all terms, and the message to show; none if its title has them."""

    conversation: Conversation
    hit: Hit | None


@dataclass(frozen=True)
class _Candidate:
    """A match whose message is known by its id."""

    conversation: Conversation
    message_id: int | None


def search(conversations: ConversationQuerySet, terms: Sequence[Term], *, most: int) -> list[Match]:
    """The first ``most`` of the conversations, in their order, that have every term."""
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
    """What to show of each conversation; those of which only the title has terms are left out."""
    best = _best_messages(conversation_ids, terms)
    texts = _texts_of(best.values())
    return {each: Hit(pk, texts[pk]) for each, pk in best.items() if pk in texts}


def _best_messages(conversation_ids: Sequence[int], terms: Sequence[Term]) -> dict[int, int]:
    """By conversation the message with the most terms; the database reads, however long it is."""
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
    """Reads the words of conversations and counts in how many each term occurs."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._needles = {term: term.needle for term in terms}
        self._conversations = 0
        self._having: Counter[Term] = Counter()
        self._chars_left = _READ_CHARS

    @property
    def was_too_much(self) -> bool:
        """Then what ``matches`` returned last is not whole."""
        return self._chars_left < 0

    def common_terms(self) -> tuple[Term, ...]:
        if self.was_too_much:
            return ()
        least = self._conversations * _COMMON_SHARE
        return tuple(term for term in self._needles if self._having[term] >= least)

    def matches(self, conversations: Iterable[Conversation], most: int) -> list[_Candidate]:
        """The first ``most`` that have all terms; fewer if there are no more of them."""
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
        """The message to show of each; None if that is too much to read."""
        words = self._words_of(conversations)
        if self.was_too_much:
            return None
        best = {each.pk: self._best(words[each.pk])[0] for each in conversations}
        return {pk: message_id for pk, message_id in best.items() if message_id}

    def _words_of(
        self, conversations: Sequence[Conversation]
    ) -> dict[int, list[tuple[int | None, str]]]:
        words: dict[int, list[tuple[int | None, str]]] = defaultdict(list)
        # As the index on conversations has them: nothing is sorted.
        stored = SearchText.objects.filter(conversation__in=conversations)
        stored = stored.order_by("conversation_id", "pk")
        for conversation_id, message_id, said in _bit_by_bit(stored):
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
        """The message with the most terms, the first of such; and all terms, of the title too."""
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


def _bit_by_bit(stored: QuerySet[SearchText]) -> Iterator[tuple[int, int | None, str]]:
    """Conversation, message and words. What is not much comes at once: PostgreSQL makes a cursor of
    an iterator, which takes five statements, and 2 to 5 ms of a search.
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
