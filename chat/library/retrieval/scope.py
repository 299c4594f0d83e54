"""Scope: whose law a question asks about, and what it names that no note covers.

"What does FINTRAC require?" must not be answered with American amounts. Places, authorities and
sources are recognised by a gazetteer and by form (``gazetteer``, ``sources``); whether the library
covers them follows from the notes' front matter and text. A country that is only a fact of the
case ("a wire to Mexico", "a Swiss customer") is no question about its law. Called by ``search``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from chat.library.retrieval.gazetteer import EU_MEMBERS, Name, names_in
from chat.library.retrieval.sources import KnownSources, named_sources


@dataclass(frozen=True)
class Scope:
    #: What is named and no note has, as it was written.
    missing: tuple[str, ...] = ()
    #: The place whose law is asked about, and whose notes may answer.
    place: str = ""
    jurisdictions: frozenset[str] = frozenset()  # empty: all


#: Where the library has many notes, but not of every authority and law.
_NAMED_BY_NOTES = frozenset(("US", "EU", "INT"))

#: Before a place that is a fact of the case: where someone lives, where money goes.
_PARTY = (
    "customers?|clients?|accounts?|branch(?:es)?|offices?|employees?|colleagues?|persons?|people|man"
    "|woman|someone|supplier|vendor|parent|subsidiary|affiliate|owner|shareholder|director|company"
    "|businesses|business|property|house|assets|family|relatives?|sister|brother|beneficiary|buyer"
    "|seller|server|provider|account holder|based|live[sd]?|living|born|resident|residing"
    "|operat\\w+|works?|worked|working|trad\\w+"
    "|citizens?|located|arrived|registered|incorporated|trip|holiday|war zone|projects?|charity"
    "|students?|tourist|merchant|shop|store|person|friend|mayor|minister|ambassador|politician"
)
_FACT_BEFORE = re.compile(
    r"(?:\b(?:to|from|with|between|via|through|into|toward|towards|outside|leaving|visiting|than)"
    rf"|\b(?:{_PARTY}) (?:in|of|from|outside))(?: the)? $",
    re.I,
)
_FACT_AFTER = re.compile(
    r"^ (?:dollars?|pesos?|francs?|pounds?|yen|yuan|rubles?|rupees?|cash|money|currency|passports?"
    r"|customers?|clients?|nationals?|citizens?|firms?|companies|company|owners?|parent|tourists?"
    r"|subsidiary|shell)\b",
    re.I,
)
_LAW_BEFORE = re.compile(r"\b(?:in|under|across|within|by) (?:the )?$", re.I)
_BODY_BEFORE = re.compile(
    r"\b(?:bank|fiu|unit|authority|law|laws|rules?|regulator|ministry|court|republic|act|lists?"
    r"|supervisor|regulations?|parliament) (?:of|in|for) (?:the )?$",
    re.I,
)
#: After a place or its adjective: an institution or a rule that it governs.
_LAW_AFTER = re.compile(
    r"^(?:'s|’s)?,? (?:[\w-]+ ){0,3}?(?:laws?|acts?|code|statutes?|regulations?|rules?|regulators?"
    r"|authority|authorities|fiu|fiu's|banks?|credit unions?|institutions?|parliament|supervisors?"
    r"|legislation|requirements?|thresholds?|deadlines?|fines?|guidance|directives?|ordinance)\b",
    re.I,
)
_HEADING = re.compile(r"^ ?:")
#: Then a foreign bank deals with the asker's; its own duties are not asked about.
_COUNTERPARTY = re.compile(
    r"\b(?:correspondent|respondent|nostro|vostro|shell bank|wire|with us|we|our|my)\b", re.I
)
_INSTITUTION = re.compile(r"\b(?:banks?|institutions?|credit unions?)\b", re.I)
_SANCTIONS = re.compile(r"\b(?:sanction\w*|ofac|embargo\w*|blocked|frozen|sdn|off limits)\b", re.I)
#: A capitalised word after "in", where a country would stand.
_UNKNOWN_PLACE = re.compile(r"\b(?:in|under|of) (?:the )?([A-Z][a-z]{3,})(?=[\s,:;?.]|$)")
#: An acronym in the place of a law or an authority.
_UNKNOWN_ACRONYM = re.compile(
    r"\b(?:under|per|does|by) (?:the )?([A-Z]{3,7})\b"
    r"|\b([A-Z]{3,7})(?:'s)? (?:breach|article|section|notice|rules?|requirements?|deadline"
    r"|threshold|fines?|penalt\w+|guidance|law|registration|regulations?)\b"
)


def scope_of(question: str, known: KnownSources, jurisdictions: frozenset[str]) -> Scope:
    """``jurisdictions`` are those of the notes: {"US", "EU", "US-CA"}."""
    names = names_in(question)
    sources = [source for source in named_sources(question) if not known.has(source)]
    missing = [source.said for source in sources]
    authorities = [n for n in names if n.kind == "authority" and not known.has_phrase(n.said)]
    covered = jurisdictions - _NAMED_BY_NOTES
    missing += [name.said for name in authorities if name.jurisdiction not in covered]
    asked = [n for n in names if n.kind == "place" and _governs(n, question, known)]
    asked += [name for name in authorities if name.jurisdiction in covered]
    for name in asked:
        if not _law_of(name.jurisdiction) & jurisdictions:
            missing.append(_with_what_follows(name, question))
        elif _is_state_law(name, question) and name.jurisdiction not in jurisdictions:
            missing.append(f"the law of {name.said}")
    missing += _unknown(question, names, known)
    foreign = [name for name in asked if name.jurisdiction[:2] not in _NAMED_BY_NOTES]
    return Scope(
        missing=tuple(dict.fromkeys(missing)),
        place=foreign[0].said if foreign else "",
        jurisdictions=_law_of(foreign[0].jurisdiction) if foreign else frozenset(),
    )


def _law_of(jurisdiction: str) -> frozenset[str]:
    """Whose notes apply there."""
    if jurisdiction in EU_MEMBERS:
        return frozenset((jurisdiction, "EU"))
    return frozenset((jurisdiction, jurisdiction.partition("-")[0]))


def _governs(name: Name, question: str, known: KnownSources) -> bool:
    """Whether its law is asked about."""
    before, after = question[: name.start], question[name.end :]
    if _HEADING.match(after):
        return True
    partner = bool(_COUNTERPARTY.search(question))
    law = _LAW_AFTER.match(after)
    if law and not (partner and _INSTITUTION.search(law[0])):
        return not re.search(r"\b(?:to|from|with|at) (?:an? |the |our )?$", before, re.I)
    if body := _BODY_BEFORE.search(before):
        return not (partner and _INSTITUTION.search(body[0]))
    if _FACT_BEFORE.search(before) or _FACT_AFTER.match(after):
        return False
    if _SANCTIONS.search(question) and known.has_phrase(name.said):
        return False
    return bool(_LAW_BEFORE.search(before))


def _is_state_law(name: Name, question: str) -> bool:
    return "-" in name.jurisdiction and bool(
        re.match(r"(?:'s)? (?:state )?(?:law|act|statute|code|privacy)", question[name.end :], re.I)
    )


def _with_what_follows(name: Name, question: str) -> str:
    """ "Irish Central Bank": a capitalised name as a whole."""
    more = re.match(r"(?: [A-Z][\w'-]*)*", question[name.end :])
    return name.said + (more[0] if more else "")


def _unknown(question: str, names: list[Name], known: KnownSources) -> Iterator[str]:
    """Names in the place of a country or a law that neither the gazetteer nor a note has."""
    taken = {word for name in names for word in name.said.split()}
    for match in _UNKNOWN_PLACE.finditer(question):
        before = question[: match.start(1)]
        is_known = match[1] in taken or known.has_phrase(match[1])
        if not is_known and not _FACT_BEFORE.search(before):
            yield match[1]
    for match in _UNKNOWN_ACRONYM.finditer(question):
        said = match[1] or match[2]
        singular = said.removesuffix("s")
        if said not in taken and not (known.has_phrase(said) or known.has_phrase(singular)):
            yield said
