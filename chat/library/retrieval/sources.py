"""Sources named by number or title in a text: "31 CFR 1020.320", "GDPR Article 33", "Form 8300".

``named_sources`` reads a question; ``KnownSources`` says which of them the notes have. What people
name and no note has, be it foreign, repealed or invented, is then told to them (``scope``).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from chat.kernel.word_stems import words
from chat.library.retrieval.synonyms import ABBREVIATIONS

_NUMBER = r"\d[\w.()-]*"

#: A numbered source, and what its number is looked up as.
_NUMBERED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("section", re.compile(r"\b\d+ ?C\.?F\.?R\.? ?(?:part |section |§+ ?)?(\d+\.\d+\w*)", re.I)),
    ("part", re.compile(r"\b\d+ ?C\.?F\.?R\.? ?(?:part |§+ ?)?(\d+)\b(?!\.\d)", re.I)),
    ("section", re.compile(r"\b\d+ ?U\.?S\.?C\.? ?(?:section |§+ ?)?(\d+\w*)", re.I)),
    ("section", re.compile(r"(?<!cfr )(?<!usc )\bsection (\d{3,5}[a-z]?)\b", re.I)),
    ("article", re.compile(r"\barticle (\d+)", re.I)),
    ("phrase", re.compile(r"\b(FIN-\d{4}-\w+)", re.I)),
    ("phrase", re.compile(r"\b(SR \d\d-\d+)", re.I)),
    ("form", re.compile(r"\b(?:fincen )?(?:form|report) (?:no\.? ?|number )?(\d[\w-]*)", re.I)),
    (
        "number",
        re.compile(
            r"\b(?:rule|notice|bulletin|circular|directive|recommendation|order|advisory)"
            r" (?:no\.? ?|number |\(\w+\) )?(\d[\w/-]{2,})",
            re.I,
        ),
    ),
    ("regulation", re.compile(r"\b[Rr]eg(?:ulation|\.)? ([A-Z]{1,2}|[b-hj-z]|[b-z]{2})\b(?! \d)")),
)

_LAW = "act|treaty|directive|code|convention|ordinance|statute|accord|charter|protocol|law"
_BODY = (
    "commission|office|authority|agency|bureau|council|ministry|institute|tribunal|unit|bank"
    "|inspectorate|directorate|service"
)
_TITLE_WORD = r"[A-Z][\w'-]*"
_LINK = r"(?:of|for|and|on|the|in|to|against)"
#: "Anti-Laundering Modernization Act of 2031", "National Office of Payment Integrity".
_TITLED = re.compile(
    rf"\b{_TITLE_WORD}(?: (?:{_LINK} ){{0,2}}{_TITLE_WORD})*(?: of (?:19|20)\d\d)?"
)
_LAW_OR_BODY = re.compile(rf"\b(?:{_LAW}|{_BODY})\b", re.I)
#: In small letters, only with the year or the preposition that make it a name.
_LOWER_CASE_LAW = re.compile(rf"\bthe ((?:[a-z-]+ ){{1,5}}(?:{_LAW})) of (?:19|20)\d\d\b")
_QUESTION_TEXT = """
    what when who which how does do is are can may must explain under the a an since because as if
    given my our we i why where and or but tell describe
"""
_QUESTION_WORDS = frozenset(_QUESTION_TEXT.split())
#: Longer words are small in a sentence; where all are capitalised, capitals name nothing.
_LONG_WORD = 4


@dataclass(frozen=True)
class Source:
    said: str
    kind: str  # "section", "part", "article", "form", …; "title" for a law or body by its name
    number: str


def named_sources(text: str) -> list[Source]:
    numbered = [
        Source(match[0], kind, match[1].lower().rstrip("."))
        for kind, pattern in _NUMBERED
        for match in pattern.finditer(text)
    ]
    return [*numbered, *_titled(text)]


def _titled(text: str) -> Iterator[Source]:
    said = [match[1] for match in _LOWER_CASE_LAW.finditer(text)]
    if not _is_headline(text):
        said += [match[0] for match in _TITLED.finditer(text)]
    for title in said:
        name = _without_question_words(title)
        if _LAW_OR_BODY.search(name) and len(name.split()) > 1:
            yield Source(name, "title", "")


def _is_headline(text: str) -> bool:
    _, *others = text.split() or [""]
    long = [word for word in others if word[0].isalpha() and len(word) >= _LONG_WORD]
    return len(long) > 1 and all(word[0].isupper() for word in long)


def _without_question_words(title: str) -> str:
    parts = title.split()
    while parts and parts[0].lower() in _QUESTION_WORDS:
        parts.pop(0)
    return " ".join(parts)


class KnownSources:
    """The sources that a library's notes name. ``texts`` are its notes' texts and citations."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._text = "\n".join(texts)

    def has(self, source: Source) -> bool:
        number = source.number
        match source.kind:
            case "section":
                return number in self._sections or number.partition("-")[0] in self._sections
            case "part":
                return number in self._parts
            case "article":
                return number in self._articles
            case "form":
                names = ("form", "report", "fincen", "forms")
                return any(self.has_phrase(f"{name} {number}") for name in names)
            case "regulation":
                return self.has_phrase(f"regulation {number}")
            case "number":
                return self.has_phrase(number)
            case "title":
                return self._has_title(source.said)
        return self.has_phrase(number)

    def has_phrase(self, said: str) -> bool:
        """Whether these words stand next to each other in a note, or name one by abbreviation."""
        return f" {_joined(said)} " in self._words

    def _has_title(self, title: str) -> bool:
        """A title's year is left away, and words before it: "Under the new Bank Secrecy Act"."""
        parts = re.sub(r" of (?:19|20)\d\d$", "", title).split()
        return any(self.has_phrase(" ".join(parts[at:])) for at in range(len(parts) - 1))

    @cached_property
    def _words(self) -> str:
        names = (name for short, longs in ABBREVIATIONS.items() for name in (short, *longs))
        return f" {_joined(self._text)} \n " + " \n ".join(f" {_joined(name)} " for name in names)

    @cached_property
    def _sections(self) -> frozenset[str]:
        """Sections of codes and acts; "1016.10 to 1016.15" holds those between."""
        found = set(re.findall(r"\b\d+\.\d+\w*", self._text))
        for part, first, last in re.findall(r"\b(\d+)\.(\d+) to \1\.(\d+)", self._text):
            found |= {f"{part}.{number}" for number in range(int(first), int(last) + 1)}
        found |= set(re.findall(r"\b[Ss]ections? (\d+\w*)", self._text))
        for listed in re.findall(r"\bUSC ((?:\d+\w*(?:\([^)]*\))*(?:, | and |; )?)+)", self._text):
            found |= set(re.findall(r"\d+\w*", listed))
        return frozenset(each.lower() for each in found)

    @cached_property
    def _parts(self) -> frozenset[str]:
        parts = {section.partition(".")[0] for section in self._sections if "." in section}
        return frozenset(parts | set(re.findall(r"\b[Pp]arts? (\d+)", self._text)))

    @cached_property
    def _articles(self) -> frozenset[str]:
        found: set[str] = set()
        for listed in re.findall(
            r"\bArticles? ((?:\d+(?:\(\w+\))*(?:, | and | to )?)+)", self._text
        ):
            plain = re.sub(r"\(\w+\)", "", listed)
            found |= set(re.findall(r"\d+", plain))
            for first, last in re.findall(r"(\d+) to (\d+)", plain):
                found |= {str(number) for number in range(int(first), int(last) + 1)}
        return frozenset(found)


def _joined(text: str) -> str:
    return " ".join(words(text))
