"""Parser of the library's files: ``chat/library/content/*.md`` to ``Note`` objects.

The format is documented in docs/library.md; ``passage_rules`` checks the prose. Called by
``loading`` and by the tests of the library's content. Does not touch the database.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from pathlib import Path
from typing import Annotated, get_args
from urllib.parse import urlsplit

import frontmatter
import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic import field_validator as validates

from chat.kernel.passages import NoteStatus, PassageKind
from chat.library.retrieval.passage_rules import section_problems

LIBRARY_DIR = Path(__file__).resolve().parent.parent / "content"
KINDS: tuple[str, ...] = get_args(PassageKind)

#: Part of every digest: raise it when the same file would be parsed or indexed differently.
READING_VERSION = 3

_SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_HEADING = re.compile(rf"## (?P<heading>.+?) \{{#(?P<anchor>{_SLUG}) \.(?P<kind>[a-z-]+)\}}")
_PASSAGES_PER_NOTE = range(2, 7)

#: "US", "EU", "US-CA" for California, "INT" for standards of international bodies.
_Jurisdiction = Annotated[str, StringConstraints(pattern=r"^(?:[A-Z]{2}(?:-[A-Z]{2})?|INT)$")]

_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class NoteInvalid(ValueError):
    """Invalid files; ``problems`` are lines such as "file.md:12: what is wrong"."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class _FrontMatter(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    title: _Line
    topic: Annotated[str, StringConstraints(pattern=rf"^{_SLUG}$", max_length=40)]
    authority: _Line
    section: _Line
    url: Annotated[str, StringConstraints(max_length=500)]
    checked: date
    jurisdiction: Annotated[tuple[_Jurisdiction, ...], Field(min_length=1)]
    binds: _Line
    status: NoteStatus
    as_of: date
    also: Annotated[tuple[_Line, ...], Field(min_length=1)]

    @validates("also", mode="before")
    @classmethod
    def _form_numbers_are_words(cls, value: object) -> object:
        """YAML reads ``1040`` as a number."""
        return [str(v) if type(v) is int else v for v in value] if type(value) is list else value

    @validates("url")
    @classmethod
    def _https(cls, value: str) -> str:
        if urlsplit(value).scheme != "https" or not urlsplit(value).netloc:
            raise ValueError("give an https address")
        return value


@dataclass(frozen=True)
class Section:
    """A passage as parsed. ``text`` has one line per paragraph or list item."""

    anchor: str
    heading: str
    kind: PassageKind
    text: str


@dataclass(frozen=True)
class Note:
    slug: str
    title: str
    topic: str
    authority: str
    section: str
    url: str
    checked: date
    jurisdiction: tuple[str, ...]  # whose law it is
    binds: str  # whom it binds
    status: NoteStatus
    as_of: date  # the day for which the status is known
    also: tuple[str, ...]
    digest: str
    passages: tuple[Section, ...]

    def key(self, passage: Section) -> str:
        """What citations point to: ``sar-filing-deadline#thirty-days``."""
        return f"{self.slug}#{passage.anchor}"


def read_library(folder: Path = LIBRARY_DIR) -> list[Note]:
    """All notes, by slug. Raises ``NoteInvalid`` with the problems of all files."""
    notes: list[Note] = []
    problems: list[str] = []
    for path in sorted(folder.glob("*.md")):
        try:
            notes.append(parse_note(path.name, path.read_bytes()))
        except NoteInvalid as exc:
            problems += exc.problems
    if problems:
        raise NoteInvalid(problems)
    return notes


def parse_note(name: str, content: bytes) -> Note:
    """``name`` is the file name; its stem becomes the slug. Raises ``NoteInvalid``."""
    slug = name.removesuffix(".md")
    text = content.decode("utf-8")
    front, passages = _front_matter(text), list(_sections(text))
    problems = [f"{name}:{line}: {what}" for line, what in _problems(slug, front, passages)]
    if problems:
        raise NoteInvalid(problems)
    assert isinstance(front, _FrontMatter)
    sections = tuple(section for _, section in passages if isinstance(section, Section))
    return Note(slug=slug, digest=file_digest(name, content), passages=sections, **dict(front))


def file_digest(name: str, content: bytes) -> str:
    return hashlib.sha256(f"{READING_VERSION}\n{name}\n".encode() + content).hexdigest()


_Problem = tuple[int, str]  # line number, message


def _front_matter(text: str) -> _FrontMatter | list[_Problem]:
    try:
        return _FrontMatter.model_validate(frontmatter.parse(text)[0])
    except yaml.YAMLError as exc:
        return [(1, f"the front matter is not YAML: {' '.join(str(exc).split())}")]
    except ValidationError as exc:
        return [_front_matter_problem(text, error) for error in exc.errors()]


def _front_matter_problem(text: str, error: object) -> _Problem:
    assert isinstance(error, dict)
    field = ".".join(str(part) for part in error["loc"])
    message = str(error["msg"]).removeprefix("Value error, ")
    return _line_of(text, f"{error['loc'][0]}:"), f"{field}: {message}"


def _line_of(text: str, start: str) -> int:
    numbered = enumerate(text.splitlines(), 1)
    return next((number for number, line in numbered if line.startswith(start)), 1)


def _sections(text: str) -> Iterator[tuple[int, Section | str]]:
    """(line number, section or message) for each ``##`` line."""
    lines = text.splitlines()
    starts = [at for at, line in enumerate(lines) if line.startswith("## ")]
    for start, end in pairwise([*starts, len(lines)]):
        yield start + 1, _section(lines[start].rstrip(), lines[start + 1 : end])


def _section(heading_line: str, body: list[str]) -> Section | str:
    found = _HEADING.fullmatch(heading_line)
    if not found:
        return f"a heading reads “## Heading {{#id .kind}}”, not “{heading_line}”"
    if found["kind"] not in KINDS:
        return f"“.{found['kind']}” is no kind of passage; the kinds are {', '.join(KINDS)}"
    kind: PassageKind = found["kind"]  # type: ignore[assignment]  # checked just above
    return Section(found["anchor"], found["heading"], kind, "\n".join(_unwrapped(body)))


def _unwrapped(lines: list[str]) -> Iterator[str]:
    """Joins wrapped lines; a list item (``- ``) starts a new line."""
    paragraph = 0

    def paragraph_of(line: str) -> int:
        nonlocal paragraph
        paragraph += not line.strip() or line.startswith("- ")
        return paragraph

    for _, group in groupby(lines, key=paragraph_of):
        if joined := " ".join(" ".join(group).split()):
            yield joined


def _problems(
    slug: str, front: _FrontMatter | list[_Problem], passages: list[tuple[int, Section | str]]
) -> Iterator[_Problem]:
    if not re.fullmatch(_SLUG, slug) or len(slug) > 100:
        yield 1, f"the file name “{slug}.md” is not lower-case-with-dashes (at most 100 letters)"
    if isinstance(front, list):
        yield from front
    if len(passages) not in _PASSAGES_PER_NOTE:
        yield 1, f"a note has two to six passages, this one {len(passages)}"
    seen: set[str] = set()
    for line, section in passages:
        if isinstance(section, str):
            yield line, section
            continue
        if section.anchor in seen:
            yield line, f"the id “{section.anchor}” stands twice in this note"
        seen.add(section.anchor)
        yield from ((line, f"{section.anchor}: {what}") for what in section_problems(section.text))
