"""Search: the passages that answer a question, and the notes for the library page.

A message is split into its questions (``parts``); each is ranked by words and by meaning
(``ranking``, ``fusion``) among the notes whose law it asks about (``scope``). Synchronous:
``retrieve`` is called on a database thread by turns, ``search_notes`` by ``views``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from chat.kernel.passages import Passage, PassageKind, Retrieved
from chat.library.models import LibraryNote
from chat.library.retrieval.answerability import is_answerable
from chat.library.retrieval.budget import Part, chosen
from chat.library.retrieval.followup import add_earlier_concepts, begins_like_follow_up, refers_back
from chat.library.retrieval.fusion import Fused, fuse
from chat.library.retrieval.index import LibraryIndex, library_index
from chat.library.retrieval.intent import kinds_for_a_name, wanted_kinds
from chat.library.retrieval.long_text import LONGEST_QUESTION_CHARS, instruction_part, text_themes
from chat.library.retrieval.parts import asks_for_form_only, parts_of
from chat.library.retrieval.question import Concept, concepts
from chat.library.retrieval.ranking import RankedNote, rank
from chat.library.retrieval.scope import Scope, scope_of
from chat.library.retrieval.small_talk import small_talk

_MOST_NEAR = 3
#: The share of the question's weight that a near title must explain.
_NEAR_COVERAGE = 0.25
#: A question of at most this many words may depend on the previous one.
_BRIEF_WORDS, _ALL = 2, 0.99


@dataclass(frozen=True)
class Found:
    """Notes and passages for a question, best first, and whether they answer it."""

    asked: Sequence[Concept]
    ranked: Sequence[RankedNote]
    passages: Sequence[Fused]
    answered: bool

    def leans_on(self, combined: "Found") -> bool:
        """A few words, all of them in the best note of this question and the one before:
        "what is the fine?".
        """
        meant = sum(concept.carries_meaning for concept in self.asked)
        explained = {note.stats.slug for note in self.ranked if note.coverage >= _ALL}
        best = {note.stats.slug for note in combined.ranked[:1]}
        return meant <= _BRIEF_WORDS and bool(explained & best)


def retrieve(question: str, *, earlier: str = "") -> Retrieved:
    """The passages that answer, best first; or what is missing, and near titles.

    ``earlier`` is the conversation's previous question, for one that makes no sense alone.
    """
    if talk := small_talk(question):
        return Retrieved(small_talk=talk)
    if earlier and asks_for_form_only(question):
        return retrieve(earlier)
    index = library_index()
    scope = scope_of(instruction_part(question), index.known, index.jurisdictions)
    found = _find_parts(question, earlier, scope)
    missing = scope.missing
    if not missing and scope.place and not any(each.answered for each in found):
        missing = (scope.place,)
    if not missing and (passages := _passages(found)):
        return Retrieved(passages=tuple(passages))
    near = {
        note.stats.slug: note.stats.near()
        for each in found
        for note in each.ranked
        if note.coverage >= _NEAR_COVERAGE
    }
    return Retrieved(near=tuple(near.values())[:_MOST_NEAR], missing=missing)


def search_notes(q: str) -> list[LibraryNote]:
    """Notes for the library page, best first; all of them by topic when ``q`` is empty."""
    if not q.strip():
        return list(LibraryNote.objects.all())
    slugs = [note.stats.slug for note in find(q).ranked if note.score > 0]
    stored = LibraryNote.objects.in_bulk(slugs)
    return [stored[slug] for slug in slugs if slug in stored]


def _passages(found: Sequence[Found]) -> list[Passage]:
    answered = [each for each in found if each.answered]
    return chosen([Part(each.asked, each.passages) for each in answered])


def _find_parts(question: str, earlier: str, scope: Scope) -> list[Found]:
    """A later part may lean on the one before it: "and how long do we keep it?"."""
    message = parts_of(instruction_part(question))
    if len(question) > LONGEST_QUESTION_CHARS:
        return [_find_in_context(question, earlier, scope)]
    if not message.told:
        found = [_find_in_context(message.asked[0], earlier, scope)]
    else:  # what is told counts less than what is asked
        found = [find(message.asked[0], earlier=message.told, scope=scope)]
        if not found[0].answered:
            found = [_find_in_context(f"{message.told} {message.asked[0]}", earlier, scope)]
    for before, part in zip(message.asked, message.asked[1:], strict=False):
        found.append(find(part, earlier=f"{message.told} {before}".strip(), scope=scope))
    return found


def _find_in_context(question: str, earlier: str, scope: Scope) -> Found:
    if earlier and begins_like_follow_up(question):
        combined = find(question, earlier=earlier, scope=scope)
        return combined if combined.answered else find(question, scope=scope)
    found = find(question, scope=scope)
    if earlier and (refers_back(question) or not found.answered):
        combined = find(question, earlier=earlier, scope=scope)
        leans = refers_back(question) or found.leans_on(combined)
        return combined if combined.answered and leans else found
    return found


def find(question: str, *, earlier: str = "", scope: Scope | None = None) -> Found:
    index = library_index()
    text = instruction_part(question)
    asked = [*concepts(text, index.speller, index.title_terms), *text_themes(question, index)]
    kinds = _kinds(index.speller.corrected(text), earlier)
    if earlier:
        said_before = concepts(instruction_part(earlier), index.speller, index.title_terms)
        asked = add_earlier_concepts(asked, said_before)
        text = f"{text}\n{instruction_part(earlier)}"
    slugs = _in_scope(index, scope)
    everywhere = rank(asked, kinds, index, _holding(asked, index))
    ranked = [note for note in everywhere if note.stats.slug in slugs]
    passages = fuse(ranked, text, index, slugs)
    # What another country's notes answer best is a matter that these do not treat.
    at_home = bool(ranked) and ranked[0] is everywhere[0]
    answered = at_home and is_answerable(asked, ranked[0], passages, index)
    return Found(asked, ranked, passages, answered)


def _kinds(text: str, earlier: str) -> Mapping[PassageKind, float]:
    return wanted_kinds(text) or (wanted_kinds(earlier) if earlier else kinds_for_a_name(text))


def _in_scope(index: LibraryIndex, scope: Scope | None) -> frozenset[str]:
    if scope is None or not scope.jurisdictions:
        return frozenset(index.notes)
    return frozenset(
        slug for slug, note in index.notes.items() if note.jurisdictions & scope.jurisdictions
    )


def _holding(asked: Iterable[Concept], index: LibraryIndex) -> frozenset[str]:
    terms = {term for concept in asked for term in concept.terms}
    return frozenset().union(*(index.holders.get(term, frozenset()) for term in terms))
