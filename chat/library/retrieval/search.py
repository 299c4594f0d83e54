"""Search: the passages that answer a question, and the notes for the library page.

Synchronous. ``retrieve`` is called on a database thread by turns, ``search_notes`` by ``views``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chat.kernel.passages import Passage, Retrieved
from chat.library.models import LibraryNote
from chat.library.retrieval import full_text
from chat.library.retrieval.answerability import is_answerable
from chat.library.retrieval.followup import add_earlier_concepts, begins_like_follow_up, refers_back
from chat.library.retrieval.index import LibraryIndex, PassageStats, library_index
from chat.library.retrieval.intent import kinds_for_a_name, wanted_kinds
from chat.library.retrieval.long_text import instruction_part, text_themes
from chat.library.retrieval.question import Concept, concepts
from chat.library.retrieval.ranking import RankedNote, RankedPassage, rank
from chat.library.retrieval.terms import Phrase

_MOST_PASSAGES, _MOST_NEAR = 5, 3
_MOST_CANDIDATES = 200  # passages; the right note was among the first 120 in all our questions
#: Below this many notes, every note with a word of the question is ranked without the full-text
#: query, which takes 2 ms. For 679 questions the results were the same.
_FEW_NOTES = 400
#: Passages returned besides the best one: from the best note, and from other notes.
_MOST_OF_BEST, _CLOSE_PASSAGE = 3, 0.4
_MOST_OTHERS, _CLOSE_NOTE = 3, 0.55
#: Passages of one kind and one note with scores this close keep the note's order.
_CLOSE_LEAD = 0.8
#: The share of the question's weight that a near title must explain.
_NEAR_COVERAGE = 0.25
#: A question of at most this many words may depend on the previous one.
_BRIEF_WORDS, _ALL = 2, 0.99


@dataclass(frozen=True)
class Found:
    """Notes for a question, best first, and whether the best one answers it."""

    asked: Sequence[Concept]
    ranked: Sequence[RankedNote]
    answered: bool

    @property
    def is_brief(self) -> bool:
        """A few words, all known to the library: "what is the fine?"."""
        meant = sum(concept.carries_meaning for concept in self.asked)
        return meant <= _BRIEF_WORDS and any(note.coverage >= _ALL for note in self.ranked)


def retrieve(question: str, *, earlier: str = "") -> Retrieved:
    """Up to five passages, best first; only near titles when nothing fits.

    ``earlier`` is the conversation's previous question, for one that makes no sense alone.
    """
    found = _find_in_context(question, earlier)
    if found.answered:
        return Retrieved(passages=tuple(_chosen(found)))
    near = [note.stats.near() for note in found.ranked if note.coverage >= _NEAR_COVERAGE]
    return Retrieved(near=tuple(near[:_MOST_NEAR]))


def search_notes(q: str) -> list[LibraryNote]:
    """Notes for the library page, best first; all of them by topic when ``q`` is empty."""
    if not q.strip():
        return list(LibraryNote.objects.all())
    slugs = [note.stats.slug for note in find(q).ranked if note.score > 0]
    stored = LibraryNote.objects.in_bulk(slugs)
    return [stored[slug] for slug in slugs if slug in stored]


def _find_in_context(question: str, earlier: str) -> Found:
    if earlier and begins_like_follow_up(question):
        combined = find(question, earlier=earlier)
        return combined if combined.answered else find(question)
    found = find(question)
    if earlier and not found.answered and (refers_back(question) or found.is_brief):
        combined = find(question, earlier=earlier)
        return combined if combined.answered else found
    return found


def find(question: str, *, earlier: str = "") -> Found:
    index = library_index()
    text = instruction_part(question)
    asked = [*concepts(text, index.speller, index.title_terms), *text_themes(question, index)]
    kinds = wanted_kinds(text) or (wanted_kinds(earlier) if earlier else kinds_for_a_name(text))
    if earlier:
        said_before = concepts(instruction_part(earlier), index.speller, index.title_terms)
        asked = add_earlier_concepts(asked, said_before)
        text = f"{text}\n{instruction_part(earlier)}"
    ranked = rank(asked, kinds, index, _candidate_slugs(asked, index))
    return Found(asked, ranked, bool(ranked) and is_answerable(text, asked, ranked[0], index))


def _candidate_slugs(asked: Iterable[Concept], index: LibraryIndex) -> Iterable[str]:
    terms = {term for concept in asked for term in concept.terms}
    if len(index.notes) <= _FEW_NOTES:
        return set().union(*(index.holders.get(term, ()) for term in terms))
    keys = full_text.candidates(sorted(terms), most=_MOST_CANDIDATES)
    if keys is None:
        return list(index.notes)
    slugs = dict.fromkeys(key.partition("#")[0] for key in keys)
    return [slug for slug in slugs if slug in index.notes]


def _chosen(found: Found) -> list[Passage]:
    """The best note's best passages, then the best passage of each other note that comes close."""
    best, *others = found.ranked
    close = [note for note in others[:_MOST_OTHERS] if note.score >= _CLOSE_NOTE * best.score]
    most = max(_MOST_PASSAGES - len(close), 2)
    own = [
        passage
        for passage in best.passages[: min(most, _MOST_OF_BEST)]
        if passage.score >= _CLOSE_PASSAGE * best.passages[0].score
    ]
    chosen = [*_in_note_order(own, best, found.asked), *(note.passages[0] for note in close)]
    return [passage.stats.passage for passage in chosen[:_MOST_PASSAGES]]


def _in_note_order(
    own: list[RankedPassage], note: RankedNote, asked: Sequence[Concept]
) -> list[RankedPassage]:
    """Puts close passages of the leading kind in the note's order.

    A note states the rule before its exceptions, and "sixty days if no suspect is known" alone
    would mislead. A passage that lacks a word of the question which the best one has stays behind
    it: of two deadlines, "when is the annual report due" asks for the annual one.
    """
    places = {stats.passage.id: place for place, stats in enumerate(note.stats.passages)}
    best = own[0].stats
    lead = [
        passage
        for passage in own
        if passage.stats.passage.kind == best.passage.kind
        and passage.score >= _CLOSE_LEAD * own[0].score
        and not any(
            each.carries_meaning
            and _has(each.own, best)
            and not _has_any_synonym(each, passage.stats)
            for each in asked
        )
    ]
    lead.sort(key=lambda passage: places[passage.stats.passage.id])
    return [*lead, *(passage for passage in own if passage not in lead)]


def _has_any_synonym(concept: Concept, stats: PassageStats) -> bool:
    return any(_has(synonym, stats) for synonym, _ in concept.synonyms)


def _has(synonym: Phrase, stats: PassageStats) -> bool:
    return all(term in stats.weights for term in synonym)
