"""Composes an answer from quotes: each output field from the passages, and nothing else.

Every sentence about the law is a verbatim quote with its passage's id; the words around the quotes
only say what was searched and where the quotes come from.
"""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from chat.engine.providers.quote.prompt import Prompt
from chat.engine.providers.quote.sentences import closest, sentences
from chat.kernel.passages import Passage
from chat.kernel.word_stems import keywords, words

#: The first passage answers; the next ones add to it.
_SENTENCES_OF_FIRST = 3
_SENTENCES_OF_NEXT = 2
_QUOTED_PASSAGES = 3
#: A passage of another note is quoted if it shares this much of the first one's overlap.
_CLOSE = 0.75
#: Nearly every English question has one of them; none is a word of German, French or Spanish.
_ENGLISH_TEXT = """
    the of to and is are does did what how when who which why where can may must should we my our
    you your it for with from this that have there if not any about
"""
_ENGLISH = frozenset(_ENGLISH_TEXT.split())
_GERMAN_TEXT = """
    der die das den dem ein eine ist sind was wie wann wer welche muss nach für bei und von
"""
_GERMAN = frozenset(_GERMAN_TEXT.split())
_GERMAN_SMALL_TALK = re.compile(r"\b(?:hallo|moin|danke|dank|kannst|können|guten)\b", re.I)
_ENOUGH_TO_TELL = 4  # words
_CHECKLIST_FROM = 3  # items that make a checklist worth keeping

#: Kinds that require action by the analyst, and how serious a miss would be.
_SEVERITY = {
    "prohibition": "high",
    "deadline": "high",
    "duty": "medium",
    "threshold": "medium",
    "record": "medium",
    "red-flag": "medium",
    "penalty": "info",
    "exception": "info",
}


def compose(prompt: Prompt) -> list[tuple[str, str]]:
    """(field, value in ChatAdapter's format) for every requested field, in order."""
    if prompt.small_talk:
        fill = _FILLERS_FOR_SMALL_TALK
    else:
        fill = _FILLERS if prompt.passages else _FILLERS_WHEN_NOTHING_FITS
    return [(name, fill[name](prompt)) for name in prompt.fields if name in fill]


# --- with passages -------------------------------------------------------------------------------


def _reasoning(prompt: Prompt) -> str:
    first = prompt.passages[0]
    shared = _shared_words(prompt.query, first)
    because = f" It shares {shared} with the question" if shared else " It is the nearest"
    count = len(prompt.passages)
    fits = "1 passage fits" if count == 1 else f"{count} passages fit"
    return (
        f"I searched the reference library; {fits}. The best is “{first.heading}” in the note"
        f" “{first.title}” ({first.section}).{because} and states a"
        f" {first.kind.replace('-', ' ')}. I quote it word for word and add nothing of my own."
    )


def _shared_words(query: str, passage: Passage) -> str:
    stems = set(keywords(f"{passage.title} {passage.heading} {passage.text}"))
    shared = [word for word in dict.fromkeys(words(query)) if stems.intersection(keywords(word))]
    return ", ".join(f"“{word}”" for word in shared[:5])


def _quoted(prompt: Prompt) -> list[Passage]:
    """The first, others of its note, and those about as close as the first."""
    first, *others = prompt.passages
    wanted = set(keywords(prompt.query))
    enough = _CLOSE * _shared(wanted, first)
    near = [
        passage
        for passage in others
        if passage.title == first.title or _shared(wanted, passage) >= max(enough, 1)
    ]
    return [first, *near][:_QUOTED_PASSAGES]


def _shared(wanted: set[str], passage: Passage) -> int:
    return len(wanted.intersection(keywords(f"{passage.title} {passage.heading} {passage.text}")))


def _analysis(prompt: Prompt) -> str:
    quoted = _quoted(prompt)
    others = [passage for passage in prompt.passages if passage not in quoted]
    parts = ["What the library says on this:", _listed(quoted)]
    if others:
        parts += ["Also read, but less to the point:", _listed(others)]
    return "\n\n".join(parts)


def _listed(passages: Sequence[Passage]) -> str:
    return "\n".join(
        f"- **{passage.title}**: {passage.heading} ({passage.authority}, {passage.section};"
        f" checked {passage.checked}) [{passage.id}]"
        for passage in passages
    )


def _response(prompt: Prompt) -> str:
    parts: list[str] = []
    named = ""
    for rank, passage in enumerate(_quoted(prompt)):
        if passage.title != named:
            parts.append(f"From **{passage.title}** ({passage.section}):")
            named = passage.title
        most = _SENTENCES_OF_NEXT if rank else _SENTENCES_OF_FIRST
        parts += [f"> {quote} [{passage.id}]" for quote in _quotes(prompt, passage, most)]
    return "\n\n".join(parts)


def _quotes(prompt: Prompt, passage: Passage, most: int) -> list[str]:
    """The sentences to quote; consecutive ones are one quote.

    The first sentence is always included: it states the rule, and a later one alone (the
    exception's deadline) could mislead.
    """
    first, *rest = sentences(passage.text)
    runs: list[str] = []
    for sentence in [first, *closest(prompt.query, rest, most=most - 1)]:
        joined = f"{runs[-1]} {sentence}" if runs else ""
        if joined and joined in passage.text:
            runs[-1] = joined
        else:
            runs.append(sentence)
    return runs


def _findings(prompt: Prompt) -> str:
    return _as_json([_finding(p) for p in _quoted(prompt) if p.kind in _SEVERITY])


def _finding(passage: Passage) -> dict[str, Any]:
    quote = sentences(passage.text)[0]
    return {
        "title": passage.heading,
        "severity": _SEVERITY[passage.kind],
        "explanation": f"“{quote}” [{passage.id}]",
        "citations": [{"passage": passage.id, "quote": quote}],
    }


def _artifacts(prompt: Prompt) -> str:
    """A checklist, if the quoted passages list enough items."""
    items = [(item, passage) for passage in _quoted(prompt) for item in _list_items(passage.text)]
    if len(items) < _CHECKLIST_FROM:
        return "[]"
    content = "\n".join(f"- [ ] “{item}” [{passage.id}]" for item, passage in items)
    title = f"Checklist: {items[0][1].title}"
    return _as_json([{"kind": "checklist", "title": title, "content": content}])


def _list_items(text: str) -> list[str]:
    return [line.removeprefix("- ") for line in text.splitlines() if line.startswith("- ")]


# --- without -------------------------------------------------------------------------------------


def _no_passage(prompt: Prompt) -> str:
    return "I searched the reference library, and no passage fits this question well enough."


def _nothing_fits(prompt: Prompt) -> str:
    if prompt.missing:
        return _not_covered(prompt)
    answer = (
        "The library has no passage that answers this question, so I do not answer it:"
        " a guess about the law would help nobody."
    )
    if _is_foreign(prompt.query):
        return f"{answer} The library is in English, and finds only what is asked in English."
    if not prompt.related:
        return f"{answer} Try other words, or name the rule you have in mind."
    return f"{answer}\n\n{_nearest(prompt)}\n\nAsk about one of them, or try other words."


def _not_covered(prompt: Prompt) -> str:
    # In bold: in quotation marks, "31 CFR 1020.999" would count as a quote without a passage.
    names = ", ".join(f"**{name}**" for name in prompt.missing)
    with override(_language(prompt.query)):
        answer = _(
            "The library has no note on %(names)s, so I do not answer this: the rules of another"
            " law or country, with other numbers, would only mislead."
        ) % {"names": names}
        return f"{answer}\n\n{_nearest(prompt)}" if prompt.related else answer


def _nearest(prompt: Prompt) -> str:
    titles = "\n".join(f"- {title}" for title in prompt.related)
    with override(_language(prompt.query)):
        return f"{_('The nearest notes are:')}\n\n{titles}"


def _small_talk(prompt: Prompt) -> str:
    with override("de" if _GERMAN_SMALL_TALK.search(prompt.query) else "en"):
        if prompt.small_talk == "thanks":
            return _("You are welcome. Ask on whenever you like.")
        hello = _("Hello, I am Oliver.") + " " if prompt.small_talk == "greeting" else ""
        return f"{hello}{_ABILITIES}"


def _language(query: str) -> str:
    """Of the question: two German words suffice, since "die" and "was" are English too."""
    return "de" if len(_GERMAN & set(query.lower().split())) > 1 else "en"


def _is_foreign(query: str) -> bool:
    """Whether the query has no word that nearly every English question has."""
    said = words(query)
    return len(said) >= _ENOUGH_TO_TELL and _ENGLISH.isdisjoint(said)


def _empty_list(prompt: Prompt) -> str:
    return "[]"


def _empty(prompt: Prompt) -> str:
    return ""


def _as_json(items: Sequence[dict[str, Any]]) -> str:
    return json.dumps(items, ensure_ascii=False)


_ABILITIES = gettext_lazy(
    "I search a reference library on financial crime and privacy rules (BSA/AML, customer"
    " identification, sanctions, GDPR, CCPA, consumer complaints, model and vendor risk), quote the"
    " sentences that answer your question word for word, and name the rule each comes from. You can"
    " also paste a text for review. Where the library has nothing, I say so."
)

_FILLERS: dict[str, Callable[[Prompt], str]] = {
    "reasoning": _reasoning,
    "analysis": _analysis,
    "findings": _findings,
    "response": _response,
    "artifacts": _artifacts,
}
_FILLERS_WHEN_NOTHING_FITS: dict[str, Callable[[Prompt], str]] = {
    "reasoning": _no_passage,
    "analysis": _empty,
    "findings": _empty_list,
    "response": _nothing_fits,
    "artifacts": _empty_list,
}
_FILLERS_FOR_SMALL_TALK: dict[str, Callable[[Prompt], str]] = {
    "reasoning": _empty,
    "analysis": _empty,
    "findings": _empty_list,
    "response": _small_talk,
    "artifacts": _empty_list,
}
