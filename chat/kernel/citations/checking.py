"""Checks the statements of a text against the passages they cite."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from chat.kernel.citations.markdown_blocks import TextBlock
from chat.kernel.citations.numbers import numbers_missing
from chat.kernel.citations.statements import InlineCitation, Statement, statements_in, statements_of
from chat.kernel.citations.verbatim import WordSpan, is_verbatim_term, word_spans
from chat.kernel.items import CitationState


class Source(Protocol):
    """A passage, as far as checking needs it."""

    @property
    def text(self) -> str: ...

    @property
    def heading_line(self) -> str:
        """Title, section and so on; may contain numbers too."""


@dataclass(frozen=True, slots=True)
class SourceText:
    text: str
    heading_line: str = ""


#: By id.
Sources = Mapping[str, Source]


@dataclass(frozen=True, slots=True)
class CheckedQuote:
    """``at``: where a verified quote is in its passage."""

    passage_id: str
    words: str
    state: CitationState
    at: tuple[WordSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedInlineCitation(InlineCitation):
    """``verified``: every quote is verbatim. ``cited``: a known passage, nothing quoted. Otherwise
    ``unverified``. ``missing``: numbers in the sentence that no cited passage contains.
    """

    state: CitationState = "unverified"
    quotes: tuple[CheckedQuote, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Examined:
    """``uncited``: quotes that no passage contains, in sentences without a citation."""

    citations: tuple[CheckedInlineCitation, ...] = ()
    uncited: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()  # numbers in sentences that rest on ``cited``


def examine(text: str, sources: Sources, *, cited: Iterable[str] = ()) -> Examined:
    """Check all statements. Those without a citation rest on ``cited``."""
    cited = tuple(cited)
    return _examined(statements_of(text, plain=bool(cited)), sources, cited)


def examine_block(block: TextBlock, sources: Sources) -> list[CheckedInlineCitation]:
    return list(_examined(statements_in(block), sources, ()).citations)


def check(text: str, sources: Sources) -> list[CheckedInlineCitation]:
    return list(examine(text, sources).citations)


def check_quote(passage_id: str, words: str | None, sources: Sources) -> CheckedQuote:
    """A one- or two-word quote found in the passage is a term: it makes no claim to check."""
    source, words = sources.get(passage_id), words or ""
    if source is None:
        return CheckedQuote(passage_id, words, "unverified")
    if not words:
        return CheckedQuote(passage_id, words, "cited")
    if at := word_spans(words, source.text):
        return CheckedQuote(passage_id, words, "verified", at)
    is_term = is_verbatim_term(words, source.text)
    return CheckedQuote(passage_id, words, "cited" if is_term else "unverified")


def _examined(
    statements: Iterable[Statement], sources: Sources, cited: tuple[str, ...]
) -> Examined:
    citations, uncited, missing = list[CheckedInlineCitation](), list[str](), list[str]()
    for statement in statements:
        if statement.citations:
            citations += _checked(statement, sources)
            continue
        uncited += [quote for quote in statement.quotes if not _is_read(quote, sources)]
        missing += _missing(statement.own_words, cited, sources)
    return Examined(tuple(citations), tuple(uncited), tuple(missing))


def _is_read(quote: str, sources: Sources) -> bool:
    return any(word_spans(quote, each.text) or _names(quote, each) for each in sources.values())


def _names(quote: str, source: Source) -> bool:
    return bool(word_spans(quote, source.heading_line))


def _missing(words: str, cited: Iterable[str], sources: Sources) -> list[str]:
    read = [sources[each] for each in dict.fromkeys(cited) if each in sources]
    texts = [f"{each.heading_line}\n{each.text}" for each in read]
    return numbers_missing(words, texts) if texts else []


def _checked(statement: Statement, sources: Sources) -> list[CheckedInlineCitation]:
    """``missing`` covers the whole sentence and goes on its last citation."""
    *others, last = _with_quotes_beside(statement.citations, sources)
    cited = [citation.passage_id for citation in statement.citations]
    loose = [_in_any(quote, cited, sources) for quote in statement.quotes]
    states = {last.state, *(quote.state for quote in loose)}
    last = replace(
        last,
        state=next(state for state in _WORST_FIRST if state in states),
        quotes=(*last.quotes, *loose),
        missing=tuple(_missing(statement.own_words, cited, sources)),
    )
    return [*others, last]


_WORST_FIRST: tuple[CitationState, ...] = ("unverified", "verified", "cited")


def _in_any(words: str, cited: Sequence[str], sources: Sources) -> CheckedQuote:
    """A quote without a marker may be in, or name, any passage that the sentence cites."""
    checked = [check_quote(passage_id, words, sources) for passage_id in cited]
    found = next((quote for quote in checked if quote.state == "verified"), checked[-1])
    if found.state == "verified":
        return found
    named = (each for each in cited if each in sources and _names(words, sources[each]))
    return next((CheckedQuote(each, "", "cited") for each in named), found)


def _with_quotes_beside(
    citations: Sequence[InlineCitation], sources: Sources
) -> Iterator[CheckedInlineCitation]:
    """If a marker names several passages, one that contains the quote is enough."""
    checked = [(each, check_quote(each.passage_id, each.quote, sources)) for each in citations]
    found = {each.start for each, quote in checked if quote.state == "verified"}
    for each, quote in checked:
        if quote.state == "unverified" and each.start in found and each.passage_id in sources:
            quote = CheckedQuote(each.passage_id, "", "cited")
        yield CheckedInlineCitation(
            each.passage_id,
            each.quote,
            each.start,
            each.end,
            each.is_odd,
            state="unverified" if each.is_odd else quote.state,
            quotes=(quote,),
        )
