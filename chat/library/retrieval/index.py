"""The in-memory index: statistics over the whole library, rebuilt when it changes.

``search`` ranks with them and takes its passages from here. The version in the database is checked
at most once a second, because that takes half as long as a search. Unusable rows (a passage of an
unknown kind, a note without passages) are logged and left out, so that one of them cannot disable
retrieval.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from time import monotonic

import numpy as np
from django.db.models import Count, Max
from numpy.typing import NDArray
from pydantic import ValidationError

from chat.kernel.passages import NearTitle, Passage
from chat.kernel.word_stems import words
from chat.library.models import LibraryNote, LibraryPassage
from chat.library.retrieval.bm25 import Fields, Weights, rarity, weigh
from chat.library.retrieval.common_words import everyday_words
from chat.library.retrieval.domain_words import field_vocabulary
from chat.library.retrieval.meaning import meaning_of
from chat.library.retrieval.question import known_words
from chat.library.retrieval.sources import KnownSources
from chat.library.retrieval.spelling import Speller
from chat.library.retrieval.terms import terms
from chat.library.retrieval.vectors import matrix_of

logger = logging.getLogger(__name__)

#: Weight of one occurrence, by field.
_NOTE_FIELDS = {"title": 5.0, "also": 5.0, "heading": 2.0, "text": 1.0, "source": 1.0}
#: A passage belongs to its note, so it matches words of the title as well.
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
    jurisdictions: frozenset[str] = frozenset()

    def near(self) -> NearTitle:
        return NearTitle(slug=self.slug, title=self.title)


@dataclass(frozen=True)
class LibraryIndex:
    version: Version
    notes: Mapping[str, NoteStats]
    holders: Mapping[str, frozenset[str]]  # term -> slugs of the notes that hold it
    title_terms: frozenset[str]  # of all titles
    vocabulary: frozenset[str] = field(repr=False)  # all words, unstemmed
    known: KnownSources = field(repr=False)  # laws, forms and names that some note has
    jurisdictions: frozenset[str]
    keys: tuple[str, ...] = field(repr=False)  # of all passages, in the order of ``vectors``
    vectors: NDArray[np.float32] = field(repr=False, compare=False)
    unusable: tuple[str, ...] = ()  # keys of passages and slugs of notes that were left out

    def rarity_of(self, synonyms: Iterable[Sequence[str]]) -> float:
        """The rarity of one meaning with several synonyms: by the notes that have any of them."""
        slugs: set[str] = set()
        for synonym in synonyms:
            slugs |= frozenset.intersection(*(self.holders.get(t, frozenset()) for t in synonym))
        return rarity(len(slugs), len(self.notes))

    def passage(self, key: str) -> PassageStats:
        return self._passages[key]

    @cached_property
    def _passages(self) -> Mapping[str, PassageStats]:
        return {stats.passage.id: stats for note in self.notes.values() for stats in note.passages}

    @cached_property
    def speller(self) -> Speller:
        return Speller(self.vocabulary | known_words() | everyday_words() | field_vocabulary())


#: The longest time until a library loaded by another process is noticed.
_RECHECK_S = 1.0

_cached: LibraryIndex | None = None
_checked_at = float("-inf")  # monotonic seconds


def library_index() -> LibraryIndex:
    """The current index, at most ``_RECHECK_S`` behind the database."""
    global _cached, _checked_at
    if _cached is None or monotonic() - _checked_at > _RECHECK_S:
        checked_at, version = monotonic(), _version()
        if _cached is None or _cached.version != version:
            _cached = _build(version)
        _checked_at = checked_at
    return _cached


def library_changed() -> None:
    """Make the next search check the version. Called when this process has loaded a library."""
    global _checked_at
    _checked_at = float("-inf")


def _version() -> Version:
    """Changes with every load, including one that only repairs rows."""
    digests = LibraryNote.objects.order_by("slug").values_list("digest", flat=True)
    return (*digests, *LibraryPassage.objects.aggregate(Count("pk"), Max("pk")).values())


# --- Building ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _NoteRows:
    """A note with its usable rows."""

    note: LibraryNote
    passages: tuple[Passage, ...]

    @property
    def jurisdictions(self) -> frozenset[str]:
        return frozenset(self.note.jurisdiction.split())


def _build(version: Version) -> LibraryIndex:
    sources, unusable = _read()
    fields = [_note_fields(source) for source in sources]
    passages = [passage for source in sources for passage in source.passages]
    return LibraryIndex(
        version=version,
        notes=dict(_stats(sources, fields)),
        holders=_holders(sources, fields),
        title_terms=frozenset(term for found in fields for term in found["title"]),
        vocabulary=frozenset(word for source in sources for word in words(_full_text(source))),
        known=KnownSources(_full_text(source) for source in sources),
        jurisdictions=frozenset(code for source in sources for code in source.jurisdictions),
        keys=tuple(passage.id for passage in passages),
        vectors=matrix_of(meaning_of(p.title, p.heading, p.text) for p in passages),
        unusable=tuple(unusable),
    )


def _read() -> tuple[list[_NoteRows], list[str]]:
    sources, unusable = [], []
    for note in LibraryNote.objects.order_by("slug").prefetch_related("passages"):
        made = {row.key: _passage(note, row) for row in note.passages.all()}
        unusable += [key for key, passage in made.items() if passage is None]
        if passages := tuple(passage for passage in made.values() if passage is not None):
            sources.append(_NoteRows(note, passages))
        else:
            logger.error("The note %s has no passage that can be used; it is left out", note.slug)
            unusable.append(note.slug)
    return sources, unusable


def _stats(sources: list[_NoteRows], fields: list[Fields]) -> Iterator[tuple[str, NoteStats]]:
    pairs = [(source.note, passage) for source in sources for passage in source.passages]
    weighed = weigh([_passage_fields(passage) for _, passage in pairs], _PASSAGE_FIELDS)
    passages: dict[str, list[PassageStats]] = {source.note.slug: [] for source in sources}
    for (note, passage), weights in zip(pairs, weighed, strict=True):
        passages[note.slug].append(PassageStats(passage, weights))
    for source, weights in zip(sources, weigh(fields, _NOTE_FIELDS), strict=True):
        slug = source.note.slug
        own = tuple(passages[slug])
        yield slug, NoteStats(slug, source.note.title, weights, own, source.jurisdictions)


def _holders(sources: list[_NoteRows], fields: list[Fields]) -> Mapping[str, frozenset[str]]:
    holders: dict[str, set[str]] = {}
    for source, found in zip(sources, fields, strict=True):
        for term in set().union(*found.values()):
            holders.setdefault(term, set()).add(source.note.slug)
    return {term: frozenset(slugs) for term, slugs in holders.items()}


def _note_fields(source: _NoteRows) -> Fields:
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


def _full_text(source: _NoteRows) -> str:
    note = source.note
    texts = [f"{passage.heading} {passage.text}" for passage in source.passages]
    return " ".join([note.title, note.also, note.authority, note.section, *texts])


def _passage(note: LibraryNote, row: LibraryPassage) -> Passage | None:
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
