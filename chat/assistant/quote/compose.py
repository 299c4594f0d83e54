"""Composing an answer from quotes: each output field from the passages, and nothing else.

Every sentence about the law stands in quotes, verbatim, with its passage's id; the words around
them only say what was searched and where the quotes come from.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from chat.assistant.quote.prompt import Prompt
from chat.assistant.quote.sentences import closest, sentences
from chat.passages import Passage
from chat.words import keywords, words

#: The first passage answers; the next ones add to it.
_SENTENCES_OF_FIRST = 3
_SENTENCES_OF_NEXT = 1
_QUOTED_PASSAGES = 3
_CHECKLIST_FROM = 3  # items that make a checklist worth keeping

#: Kinds that ask something of the analyst, and how much a miss would matter.
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
    """(field, value as ChatAdapter expects it) for every field that is asked for, in order."""
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


def _analysis(prompt: Prompt) -> str:
    lines = [
        f"- **{passage.title}**: {passage.heading} ({passage.authority}, {passage.section};"
        f" checked {passage.checked.isoformat()}) [{passage.id}]"
        for passage in prompt.passages
    ]
    return "What the library says on this:\n\n" + "\n".join(lines)


def _response(prompt: Prompt) -> str:
    parts = []
    for rank, passage in enumerate(prompt.passages[:_QUOTED_PASSAGES]):
        most = _SENTENCES_OF_NEXT if rank else _SENTENCES_OF_FIRST
        parts.append(
            f"From **{passage.title}** ({passage.section}):\n\n"
            + "\n\n".join(_blockquote(quote, passage) for quote in _quotes(prompt, passage, most))
        )
    return "\n\n".join(parts)


def _quotes(prompt: Prompt, passage: Passage, most: int) -> list[str]:
    """The sentences to quote, those that follow one another in the passage as one quote."""
    everything = sentences(passage.text)
    chosen = closest(prompt.query, everything, most=most)
    runs: list[str] = []
    for sentence in chosen:
        joined = f"{runs[-1]} {sentence}" if runs else ""
        if joined and joined in passage.text:
            runs[-1] = joined
        else:
            runs.append(sentence)
    return runs


def _blockquote(quote: str, passage: Passage) -> str:
    return f"> {quote} [{passage.id}]"


def _findings(prompt: Prompt) -> str:
    return _as_json([_finding(p, prompt.query) for p in prompt.passages if p.kind in _SEVERITY])


def _finding(passage: Passage, query: str) -> dict[str, Any]:
    [quote] = closest(query, sentences(passage.text), most=1)
    return {
        "title": passage.heading,
        "severity": _SEVERITY[passage.kind],
        "explanation": f"“{quote}” [{passage.id}]",
        "citations": [{"passage": passage.id, "quote": quote}],
    }


def _artifacts(prompt: Prompt) -> str:
    """A checklist, when the passages list enough items to tick off."""
    items = [
        (item, passage)
        for passage in prompt.passages
        if "\n- " in f"\n{passage.text}"
        for item in _list_items(passage.text)
    ]
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
    answer = (
        "The library has no passage that answers this question, so I do not answer it:"
        " a guess about the law would help nobody."
    )
    if not prompt.related:
        return f"{answer} Try other words, or name the rule you have in mind."
    titles = "\n".join(f"- {title}" for title in prompt.related)
    return (
        f"{answer}\n\nThe nearest notes are:\n\n{titles}\n\n"
        "Ask about one of them, or try other words."
    )


def _empty_list(prompt: Prompt) -> str:
    return "[]"


def _empty(prompt: Prompt) -> str:
    return ""


def _as_json(items: Sequence[dict[str, Any]]) -> str:
    return json.dumps(items, ensure_ascii=False)


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
