"""Statistics over the whole library, built once per version of it and kept in the process.

``search`` ranks with them; the passages that it hands over come from here too. Which version the
database has is asked once a second at most: it takes as long as half a search.

A row that no passage can be made of (a kind that nobody knows) and a note without passages are left
out and named in the log: one of them must not take the whole library away.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from time import monotonic

from django.db.models import Count, Max
from pydantic import ValidationError

from chat.kernel.passages import NearTitle, Passage
from chat.kernel.word_stems import words
from chat.library.models import LibraryNote, LibraryPassage
from chat.library.retrieval.bm25 import Fields, Weights, rarity, weigh
from chat.library.retrieval.common_words import everyday_words
from chat.library.retrieval.domain_words import field_vocabulary
from chat.library.retrieval.question import known_words
from chat.library.retrieval.spelling import Speller
from chat.library.retrieval.terms import terms

logger = logging.getLogger(__name__)

#: What one occurrence counts, by field.
_NOTE_FIELDS = {"title": 5.0, "also": 5.0, "heading": 2.0, "text": 1.0, "source": 1.0}
#: A passage belongs to its note, so it answers to the title as well.
_PASSAGE_FIELDS = {"heading": 3.0, "title": 1.0, "text": 1.0}


Version = tuple[object, ...]


@dataclass(frozen=True)
class PassageStats:
    passage: Passage
    weights: Weights


@dataclass(frozen=True)
class NoteStats:
    slug: str
    title: str
    weights: Weights
    passages: tuple[PassageStats, ...]

    def near(self) -> NearTitle:
        return NearTitle(slug=self.slug, title=self.title)


@dataclass(frozen=True)
class LibraryIndex:
    version: Version
    notes: Mapping[str, NoteStats]
    holders: Mapping[str, frozenset[str]]  # term -> slugs of the notes that hold it
    title_terms: frozenset[str]  # of all titles
    vocabulary: frozenset[str] = field(repr=False)  # all words, as written
    unusable: tuple[str, ...] = ()  # keys of passages and slugs of notes that were left out

    def rarity_of(self, ways: Iterable[Sequence[str]]) -> float:
        """Of one meaning with several ways to say it: by the notes that say it at all."""
        slugs: set[str] = set()
        for way in ways:
            slugs |= frozenset.intersection(*(self.holders.get(t, frozenset()) for t in way))
        return rarity(len(slugs), len(self.notes))

    @cached_property
    def speller(self) -> Speller:
        return Speller(self.vocabulary | known_words() | everyday_words() | field_vocabulary())


#: A library that another process loads is seen so much later at most.
_ASK_EVERY_S = 1.0

_kept: LibraryIndex | None = None
_asked_at = float("-inf")  # monotonic seconds


def library_index() -> LibraryIndex:
    """The index of the library as it is in the database, or was a moment ago."""
    global _kept, _asked_at
    if _kept is None or monotonic() - _asked_at > _ASK_EVERY_S:
        asked_at, version = monotonic(), _version()
        if _kept is None or _kept.version != version:
            _kept = _build(version)
        _asked_at = asked_at
    return _kept


def library_changed() -> None:
    """Somebody in this process has written to it: the next search asks."""
    global _asked_at
    _asked_at = float("-inf")


def _version() -> Version:
    """Changes with every load, also with one that only puts rows right."""
    digests = LibraryNote.objects.order_by("slug").values_list("digest", flat=True)
    return (*digests, *LibraryPassage.objects.aggregate(Count("pk"), Max("pk")).values())


# --- Building ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Source:
    """A note with the rows that passages can be made of."""

    note: LibraryNote
    passages: tuple[Passage, ...]


def _build(version: Version) -> LibraryIndex:
    sources, unusable = _read()
    fields = [_note_fields(source) for source in sources]
    return LibraryIndex(
        version=version,
        notes=dict(_stats(sources, fields)),
        holders=_holders(sources, fields),
        title_terms=frozenset(term for found in fields for term in found["title"]),
        vocabulary=frozenset(word for source in sources for word in words(_everything(source))),
        unusable=tuple(unusable),
    )


def _read() -> tuple[list[_Source], list[str]]:
    """What can be used, and the names of what cannot."""
    sources, unusable = [], []
    for note in LibraryNote.objects.order_by("slug").prefetch_related("passages"):
        made = {row.key: _passage(note, row) for row in note.passages.all()}
        unusable += [key for key, passage in made.items() if passage is None]
        if passages := tuple(passage for passage in made.values() if passage is not None):
            sources.append(_Source(note, passages))
        else:
            logger.error("The note %s has no passage that can be used; it is left out", note.slug)
            unusable.append(note.slug)
    return sources, unusable


def _stats(sources: list[_Source], fields: list[Fields]) -> Iterator[tuple[str, NoteStats]]:
    pairs = [(source.note, passage) for source in sources for passage in source.passages]
    weighed = weigh([_passage_fields(passage) for _, passage in pairs], _PASSAGE_FIELDS)
    passages: dict[str, list[PassageStats]] = {source.note.slug: [] for source in sources}
    for (note, passage), weights in zip(pairs, weighed, strict=True):
        passages[note.slug].append(PassageStats(passage, weights))
    for source, weights in zip(sources, weigh(fields, _NOTE_FIELDS), strict=True):
        slug = source.note.slug
        yield slug, NoteStats(slug, source.note.title, weights, tuple(passages[slug]))


def _holders(sources: list[_Source], fields: list[Fields]) -> Mapping[str, frozenset[str]]:
    holders: dict[str, set[str]] = {}
    for source, found in zip(sources, fields, strict=True):
        for term in set().union(*found.values()):
            holders.setdefault(term, set()).add(source.note.slug)
    return {term: frozenset(slugs) for term, slugs in holders.items()}


def _note_fields(source: _Source) -> Fields:
    note = source.note
    return {
        "title": terms(note.title),
        "also": terms(note.also),
        "heading": [term for passage in source.passages for term in terms(passage.heading)],
        "text": [term for passage in source.passages for term in terms(passage.text)],
        "source": terms(f"{note.authority} {note.section}"),
    }


def _passage_fields(passage: Passage) -> Fields:
    return {
        "heading": terms(passage.heading),
        "title": terms(passage.title),
        "text": terms(passage.text),
    }


def _everything(source: _Source) -> str:
    note = source.note
    texts = [f"{passage.heading} {passage.text}" for passage in source.passages]
    return " ".join([note.title, note.also, note.authority, note.section, *texts])


def _passage(note: LibraryNote, row: LibraryPassage) -> Passage | None:
    """None: the row cannot be used. The log says why."""
    try:
        return Passage.model_validate(
            {
                "id": row.key,
                "title": note.title,
                "heading": row.heading,
                "kind": row.kind,
                "text": row.text,
                "authority": note.authority,
                "section": note.section,
                "url": note.url,
                "checked": note.checked,
            }
        )
    except ValidationError as exc:
        wrong = "; ".join(f"{error['loc'][0]}: {error['msg']}" for error in exc.errors())
        logger.error("The passage %s cannot be used and is left out: %s", row.key, wrong)
        return None
