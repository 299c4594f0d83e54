"""Statistics over the whole library, built once per version of it and kept in the process.

``search`` ranks with them; the passages that it hands over come from here too, so a search costs
two small queries (which version, which candidates).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from chat.models import LibraryNote, LibraryPassage
from chat.passages import NearTitle, Passage
from chat.retrieval.bm25 import Fields, Weights, rarity, weigh
from chat.retrieval.everyday import everyday_words
from chat.retrieval.field import field_vocabulary
from chat.retrieval.question import known_words
from chat.retrieval.spelling import Speller
from chat.retrieval.terms import terms
from chat.words import words

#: What one occurrence counts, by field.
_NOTE_FIELDS = {"title": 5.0, "also": 5.0, "heading": 2.0, "text": 1.0, "source": 1.0}
#: A passage belongs to its note, so it answers to the title as well.
_PASSAGE_FIELDS = {"heading": 3.0, "title": 1.0, "text": 1.0}


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
    version: tuple[str, ...]
    notes: Mapping[str, NoteStats]
    holders: Mapping[str, frozenset[str]]  # term -> slugs of the notes that hold it
    title_terms: frozenset[str]  # of all titles
    vocabulary: frozenset[str] = field(repr=False)  # all words, as written

    def rarity_of(self, ways: Iterable[Sequence[str]]) -> float:
        """Of one meaning with several ways to say it: by the notes that say it at all."""
        slugs: set[str] = set()
        for way in ways:
            slugs |= frozenset.intersection(*(self.holders.get(t, frozenset()) for t in way))
        return rarity(len(slugs), len(self.notes))

    @cached_property
    def speller(self) -> Speller:
        return Speller(self.vocabulary | known_words() | everyday_words() | field_vocabulary())


_kept: LibraryIndex | None = None


def library_index() -> LibraryIndex:
    """The index of the library as it is in the database now."""
    global _kept
    version = _version()
    if _kept is None or _kept.version != version:
        _kept = _build(version)
    return _kept


def _version() -> tuple[str, ...]:
    return tuple(LibraryNote.objects.order_by("slug").values_list("digest", flat=True))


# --- Building ------------------------------------------------------------------------------------


def _build(version: tuple[str, ...]) -> LibraryIndex:
    notes = list(LibraryNote.objects.order_by("slug").prefetch_related("passages"))
    fields = [_note_fields(note) for note in notes]
    return LibraryIndex(
        version=version,
        notes=dict(_stats(notes, fields)),
        holders=_holders(notes, fields),
        title_terms=frozenset(term for found in fields for term in found["title"]),
        vocabulary=frozenset(word for note in notes for word in words(_everything(note))),
    )


def _stats(notes: list[LibraryNote], fields: list[Fields]) -> Iterator[tuple[str, NoteStats]]:
    rows = [(note, row) for note in notes for row in note.passages.all()]
    weighed = weigh([_passage_fields(note, row) for note, row in rows], _PASSAGE_FIELDS)
    passages: dict[str, list[PassageStats]] = {note.slug: [] for note in notes}
    for (note, row), weights in zip(rows, weighed, strict=True):
        passages[note.slug].append(PassageStats(_passage(note, row), weights))
    for note, weights in zip(notes, weigh(fields, _NOTE_FIELDS), strict=True):
        yield note.slug, NoteStats(note.slug, note.title, weights, tuple(passages[note.slug]))


def _holders(notes: list[LibraryNote], fields: list[Fields]) -> Mapping[str, frozenset[str]]:
    holders: dict[str, set[str]] = {}
    for note, found in zip(notes, fields, strict=True):
        for term in set().union(*found.values()):
            holders.setdefault(term, set()).add(note.slug)
    return {term: frozenset(slugs) for term, slugs in holders.items()}


def _note_fields(note: LibraryNote) -> Fields:
    rows = list(note.passages.all())
    return {
        "title": terms(note.title),
        "also": terms(note.also),
        "heading": [term for row in rows for term in terms(row.heading)],
        "text": [term for row in rows for term in terms(row.text)],
        "source": terms(f"{note.authority} {note.section}"),
    }


def _passage_fields(note: LibraryNote, row: LibraryPassage) -> Fields:
    return {
        "heading": terms(row.heading),
        "title": terms(note.title),
        "text": terms(row.text),
    }


def _everything(note: LibraryNote) -> str:
    texts = [f"{row.heading} {row.text}" for row in note.passages.all()]
    return " ".join([note.title, note.also, note.authority, note.section, *texts])


def _passage(note: LibraryNote, row: LibraryPassage) -> Passage:
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
