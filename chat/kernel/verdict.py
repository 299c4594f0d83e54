"""The verdict on an answer: what checking all its quotes, citations and numbers found.

One function for everybody (page, transcript, shared page, exports, API, terminal), from the answer
and the passages stored with it. It counts each quote once for each passage that it names, wherever
it stands: reasoning, analysis, answer, findings, artifacts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pydantic import BaseModel, ConfigDict, Field

from chat.kernel.answer import Answer
from chat.kernel.citations import CheckedQuote, Examined, Sources, check_quote, examine
from chat.kernel.items import CheckedCitation, Finding

#: ``cited``: passages are cited, but nothing is quoted, or not only from them. ``empty``: no text.
VerdictState = Literal["verified", "unverified", "cited", "uncited", "empty"]


class Verdict(BaseModel):
    """``sentence`` says the rest in the language in force."""

    model_config = ConfigDict(frozen=True)

    state: VerdictState
    sentence: str
    quotes: int = Field(description="Quotes that name a passage, in all parts of the answer.")
    verbatim: int = Field(description="Those that their passage contains word for word.")
    citations: int = Field(description="Citations, with a quote or without.")
    unverified: int = Field(
        description="Citations of passages that were not read, or in a form that is not exact."
    )
    uncited_quotes: int = Field(
        description="Quotes without a citation that no passage read contains."
    )
    missing: list[str] = Field(
        description="Numbers, dates, amounts and sections of cited sentences that none of the "
        "passages cited there contains."
    )


@dataclass(frozen=True, slots=True)
class _Claim:
    quote: CheckedQuote
    is_odd: bool = False
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """``citations``: all that the answer cites, each quote once for its passage."""

    verdict: Verdict
    citations: list[CheckedCitation]


def assess(answer: Answer) -> Assessment:
    """Both results of one check, which takes milliseconds."""
    claims, parts = _claims(answer)
    return Assessment(_verdict(answer, claims, parts), _cited(claims))


def verdict_on(answer: Answer) -> Verdict:
    return assess(answer).verdict


def checked_citations(answer: Answer) -> list[CheckedCitation]:
    return assess(answer).citations


def _verdict(answer: Answer, claims: Sequence[_Claim], parts: Sequence[Examined]) -> Verdict:
    quoted = {(each.quote.passage_id, each.quote.words): each for each in claims if _counts(each)}
    verbatim = sum(each.quote.state == "verified" for each in quoted.values())
    doubtful = {
        (each.quote.passage_id, each.is_odd)
        for each in claims
        if not _counts(each) and (each.is_odd or each.quote.state == "unverified")
    }
    missing = [each for part in parts for each in part.missing]
    missing += [words for claim in claims for words in claim.missing]
    return _in_words(
        is_empty=not any(_texts(answer)) and not answer.findings,
        quotes=len(quoted),
        verbatim=verbatim,
        citations=len({(each.quote.passage_id, each.quote.words) for each in claims}),
        unverified=len(doubtful),
        uncited_quotes=len({words for part in parts for words in part.uncited}),
        missing=list(dict.fromkeys(missing)),
    )


def own_words_note(answer: Answer) -> str:
    """How to read what cites nothing, where a model wrote between citations; else empty."""
    if not answer.metadata.get("model") or not answer.passages or answer.outcome is None:
        return ""
    return _("What carries no citation is in the model's own words.")


def _cited(claims: Iterable[_Claim]) -> list[CheckedCitation]:
    rows = dict.fromkeys(
        (
            each.quote.passage_id,
            each.quote.words,
            "unverified" if each.is_odd else each.quote.state,
            each.missing,
        )
        for each in claims
    )
    return [
        CheckedCitation(passage=passage_id, quote=words, state=state, missing=list(missing))
        for passage_id, words, state, missing in rows
    ]


def examine_finding(finding: Finding, sources: Sources) -> Examined:
    """Its title and explanation; what cites nothing itself rests on the finding's citations."""
    cited = [citation.passage for citation in finding.citations]
    title = examine(finding.title, sources, cited=cited)
    explanation = examine(finding.explanation, sources, cited=cited)
    return Examined(
        title.citations + explanation.citations,
        title.uncited + explanation.uncited,
        tuple(dict.fromkeys(title.missing + explanation.missing)),
    )


def _counts(claim: _Claim) -> bool:
    """Whether it is a quote with a verdict of its own: no term, and not verbatim beside an odd
    marker, whose passage is a guess.
    """
    state = claim.quote.state
    return bool(claim.quote.words) and (
        state == "unverified" or (state == "verified" and not claim.is_odd)
    )


def _claims(answer: Answer) -> tuple[list[_Claim], list[Examined]]:
    sources = answer.sources
    parts = [examine(text, sources) for text in _texts(answer)]
    parts += [examine_finding(finding, sources) for finding in answer.findings]
    claims = list(_of_texts(parts))
    claims += (
        _Claim(check_quote(citation.passage, citation.quote, sources))
        for finding in answer.findings
        for citation in finding.citations
    )
    return claims, parts


def _of_texts(parts: Iterable[Examined]) -> Iterator[_Claim]:
    for part in parts:
        for citation in part.citations:
            for quote in citation.quotes:
                yield _Claim(quote, citation.is_odd, citation.missing)


def _texts(answer: Answer) -> list[str]:
    written = [answer.reasoning, answer.analysis, answer.response]
    return written + [each.content for each in answer.artifacts if not each.is_code]


# --- In words ------------------------------------------------------------------------------------


def _in_words(
    *,
    is_empty: bool,
    quotes: int,
    verbatim: int,
    citations: int,
    unverified: int,
    uncited_quotes: int,
    missing: list[str],
) -> Verdict:
    sentences = [
        _on_quotes(quotes, verbatim, citations),
        _on_citations(unverified),
        _on_uncited(uncited_quotes),
        _on_numbers(missing),
    ]
    state: VerdictState = "cited"
    if is_empty:
        state, sentences = "empty", []
    elif verbatim < quotes or unverified or missing:
        state = "unverified"
    elif not citations:
        state = "uncited"
    elif quotes and not uncited_quotes:
        state = "verified"
    return Verdict(
        state=state,
        sentence=" ".join(sentence for sentence in sentences if sentence),
        quotes=quotes,
        verbatim=verbatim,
        citations=citations,
        unverified=unverified,
        uncited_quotes=uncited_quotes,
        missing=missing,
    )


def _on_quotes(quotes: int, verbatim: int, citations: int) -> str:
    if not citations:
        return _("This answer cites no passage.")
    if not quotes:
        return ngettext(
            "{count} citation, no quotes.", "{count} citations, no quotes.", citations
        ).format(count=citations)
    if verbatim == quotes:
        return ngettext(
            "{verbatim} of {count} quote verbatim.",
            "{verbatim} of {count} quotes verbatim.",
            quotes,
        ).format(verbatim=verbatim, count=quotes)
    return ngettext(
        "{wrong} of {count} quote not verbatim.", "{wrong} of {count} quotes not verbatim.", quotes
    ).format(wrong=quotes - verbatim, count=quotes)


def _on_citations(unverified: int) -> str:
    if not unverified:
        return ""
    return ngettext(
        "{count} citation could not be verified.",
        "{count} citations could not be verified.",
        unverified,
    ).format(count=unverified)


def _on_uncited(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "{count} more quote names no passage.", "{count} more quotes name no passage.", count
    ).format(count=count)


def _on_numbers(missing: list[str]) -> str:
    if not missing:
        return ""
    return _("Not in the cited passage: {numbers}.").format(numbers=", ".join(missing))
