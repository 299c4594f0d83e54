"""The search itself: index and reading together, because neither alone is quick for every word.

An index finds a rare word at once, but lists a hundred thousand places for a common one before the
newest forty conversations are known. Reading the newest conversations finds a common word at once,
and never a rare one. So: read some, and learn which words are common; ask the index for the others;
then read what it found until there are enough. Measured with 1,000,000 messages of one user on
SQLite: the index alone takes 130 ms of CPU at p95. A backend that ``WALKS`` does so itself.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from chat.conversations.models import Conversation, Message
from chat.conversations.models.conversation import ConversationQuerySet
from chat.conversations.search import backends
from chat.conversations.search.backends import Found, found_in, matching
from chat.conversations.search.terms import terms_in

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
class Match:
    """A conversation that has all terms, and the message to show; none if its title has them."""

    conversation: Conversation
    found: Found | None


def search(
    conversations: ConversationQuerySet, terms: Sequence[str], *, owner_id: int, most: int
) -> list[Match]:
    """The first ``most`` of the owner's conversations, in their order, that have every term."""
    if not terms:
        return []
    if backends.backend().WALKS:
        return _by_index(conversations, terms, owner_id=owner_id, most=most)
    reading = _Reading(terms)
    newest = list(conversations[:_READ_FIRST])
    matches = reading.matches(newest, most)
    if len(matches) == most or (len(newest) < _READ_FIRST and not reading.was_too_much):
        return matches
    if common := reading.common_terms():
        rare = [term for term in terms if term not in common]
        candidates = matching(conversations, rare, owner_id=owner_id) if rare else conversations
        matches = reading.matches(_one_by_one(candidates), most)
        if not reading.was_too_much:
            return matches
    return _by_index(conversations, terms, owner_id=owner_id, most=most)


def _by_index(
    conversations: ConversationQuerySet, terms: Sequence[str], *, owner_id: int, most: int
) -> list[Match]:
    shown = list(matching(conversations, terms, owner_id=owner_id)[:most])
    found = _Reading(terms).places(shown)
    if found is None:
        found = found_in([each.pk for each in shown], terms)
    return [Match(each, found.get(each.pk)) for each in shown]


def _one_by_one(conversations: ConversationQuerySet) -> Iterator[Conversation]:
    start = 0
    while ids := list(conversations[start : start + _CANDIDATES].values_list("pk", flat=True)):
        for at in range(0, len(ids), _READ_AT_ONCE):
            chunk = Conversation.objects.in_bulk(ids[at : at + _READ_AT_ONCE])
            yield from (chunk[pk] for pk in ids[at : at + _READ_AT_ONCE] if pk in chunk)
        start += _CANDIDATES


class _Reading:
    """Reads conversations for terms and counts in how many each occurs."""

    def __init__(self, terms: Sequence[str]) -> None:
        self._terms = terms
        self._conversations = 0
        self._having: Counter[str] = Counter()
        self._chars_left = _READ_CHARS

    @property
    def was_too_much(self) -> bool:
        """Then what ``matches`` returned last is not whole."""
        return self._chars_left < 0

    def common_terms(self) -> tuple[str, ...]:
        if self.was_too_much:
            return ()
        least = self._conversations * _COMMON_SHARE
        return tuple(term for term in self._terms if self._having[term] >= least)

    def matches(self, conversations: Iterable[Conversation], most: int) -> list[Match]:
        """The first ``most`` that have all terms; fewer if there are no more of them."""
        found: list[Match] = []
        for chunk in _chunks(conversations):
            texts = self._texts_of(chunk)
            if self.was_too_much:
                break
            read = (self._read(each, texts[each.pk]) for each in chunk)
            found += [match for match in read if match]
            if len(found) >= most:
                break
        return found[:most]

    def places(self, conversations: Sequence[Conversation]) -> dict[int, Found] | None:
        """The message to show of each; None if that is too much to read."""
        texts = self._texts_of(conversations)
        if self.was_too_much:
            return None
        read = {each.pk: self._best(texts[each.pk])[0] for each in conversations}
        return {pk: found for pk, found in read.items() if found}

    def _texts_of(self, conversations: Sequence[Conversation]) -> dict[int, list[tuple[int, str]]]:
        texts: dict[int, list[tuple[int, str]]] = defaultdict(list)
        said = Message.objects.filter(conversation__in=conversations).order_by("pk")
        for conversation_id, pk, text in _bit_by_bit(said):
            texts[conversation_id].append((pk, text))
            self._chars_left -= len(text)
            if self.was_too_much:
                break
        return texts

    def _read(self, conversation: Conversation, texts: list[tuple[int, str]]) -> Match | None:
        self._conversations += 1
        best, having = self._best(texts)
        having.update(terms_in(conversation.title, self._terms))
        self._having.update(having)
        return Match(conversation, best) if len(having) == len(self._terms) else None

    def _best(self, texts: list[tuple[int, str]]) -> tuple[Found | None, set[str]]:
        """The message with the most terms, the first of such; and all terms of all messages."""
        best, best_count, having = None, 0, set[str]()
        for pk, text in texts:
            here = terms_in(text, self._terms)
            having.update(here)
            if len(here) > best_count:
                best, best_count = Found(pk, text), len(here)
        return best, having


def _bit_by_bit(said: QuerySet[Message]) -> Iterator[tuple[int, int, str]]:
    """Conversation, id and text. What is not much comes at once: PostgreSQL makes a cursor of an
    iterator, which takes five statements, and 2 to 5 ms of a search.
    """
    rows = said.values_list("conversation_id", "pk", "text")
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
