"""Syntax highlighting: code as pieces, each with its kind.

Rendering turns them into spans, exports into coloured runs. Code that is very long or in a language
not listed here is one plain piece. The joined pieces always equal the code.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Token, _TokenType

from chat.kernel.c_lexer import BraceLexer


class Language(NamedTuple):
    """Its display name and Pygments' name."""

    label: str
    lexer: str


class Piece(NamedTuple):
    """``Piece("keyword", "def")``; "" is plain."""

    kind: str
    text: str


#: Pygments is linear for code that people write, but takes seconds for what a looping model may
#: write: one endless line, a thousand empty ones. That stays plain.
MOST_CHARS = 10_000
_LOOPING = re.compile(r"[^\n]{1001}|(?:[ \t\r\f\v]*\n){6}")
_FENCED = re.compile(
    r"\s*(?P<fence>`{3,}|~{3,})(?P<language>[^\s`~]*)[^\n]*\n(?P<code>(?:(?!\n(?P=fence)).)*)\n(?P=fence)\s*",
    re.S,
)
_KINDS: dict[_TokenType, str] = {
    Token.Comment: "comment",
    Token.Comment.Preproc: "keyword",
    Token.Keyword: "keyword",
    Token.Keyword.Constant: "value",
    Token.Operator.Word: "keyword",
    Token.Literal: "value",
    Token.Literal.String: "string",
    Token.Literal.String.Doc: "comment",
    Token.Name.Builtin: "name",
    Token.Name.Class: "name",
    Token.Name.Decorator: "name",
    Token.Name.Function: "name",
    Token.Name.Tag: "keyword",
    Token.Name.Attribute: "name",
    Token.Name.Constant: "value",
    Token.Name.Variable: "value",
    Token.Generic.Heading: "keyword",
    Token.Generic.Subheading: "name",
    Token.Generic.Inserted: "inserted",
    Token.Generic.Deleted: "deleted",
}
KINDS = frozenset(_KINDS.values())
#: label: Pygments' name ("braces" is our own lexer, "-" none), and aliases.
_LANGUAGES = """
    Bash: bash sh shell zsh console
    C: braces c h
    C++: braces cpp c++ cc hpp
    C#: braces csharp c# cs
    CSS: css
    COBOL: cobol cob
    CSV: - csv
    Diff: diff patch
    Dockerfile: docker dockerfile containerfile
    Go: go golang
    GraphQL: graphql
    HTML: html htm
    HTTP: http
    INI: ini cfg conf properties
    Java: braces java
    JavaScript: javascript js mjs jsx
    JSON: json jsonc
    Kotlin: kotlin kt
    Lua: lua
    Makefile: make makefile
    Markdown: - markdown md
    Nginx: nginx
    PHP: php
    Perl: perl pl
    PowerShell: powershell ps1 pwsh
    Python: python py python3
    R: splus r
    Ruby: ruby rb
    Rust: rust rs
    SAS: - sas
    Scala: scala
    SQL: sql sqlite postgresql postgres mysql tsql plpgsql
    Swift: swift
    TOML: toml
    TypeScript: typescript ts tsx
    Visual Basic: vb.net vb vba
    XML: xml xsd xsl svg
    YAML: yaml yml
"""


def _languages() -> Iterator[tuple[str, Language]]:
    for line in _LANGUAGES.strip().splitlines():
        label, _, names = line.strip().partition(": ")
        lexer, *others = names.split()
        own = [] if lexer in ("braces", "-") else [lexer]
        for name in (*own, *others):
            yield name, Language(label, lexer)


_BY_NAME = dict(_languages())


def language_of(name: str) -> Language | None:
    """``"py"`` -> Python; None if not listed."""
    return _BY_NAME.get(name.lower())


def language_of_file(file_name: str) -> str:
    """``"Due dates.py"`` -> ``"py"``; "" if the extension says nothing."""
    _, dot, ending = file_name.strip().rpartition(".")
    return ending.lower() if dot and ending.lower() in _BY_NAME else ""


def unfenced(content: str, *, title: str) -> tuple[str, str]:
    """(code, language) of an artifact: from its fence, else from its title's extension."""
    fenced = _FENCED.fullmatch(content)
    if fenced:
        return fenced["code"], fenced["language"]
    return content, language_of_file(title)


@lru_cache(maxsize=64)  # a page, its canvas and its exports show the same code
def pieces_of(code: str, name: str) -> tuple[Piece, ...]:
    plain = (Piece("", code),) if code else ()
    language = language_of(name)
    if language is None or language.lexer == "-" or not _is_ordinary(code):
        return plain
    # Lexers expect a newline at the end, which the last line of a file may lack.
    *pieces, last = _merged(_lexer(language.lexer), f"{code}\n")
    pieces = [*pieces, Piece(last.kind, last.text.removesuffix("\n"))]
    # Pygments drops or changes a few characters (NUL, a byte order mark).
    whole = "".join(piece.text for piece in pieces)
    return tuple(piece for piece in pieces if piece.text) if whole == code else plain


def _is_ordinary(code: str) -> bool:
    return len(code) <= MOST_CHARS and _LOOPING.search(code) is None


def _merged(lexer: Lexer, code: str) -> Iterator[Piece]:
    kind, texts = "", list[str]()
    for _, token, text in lexer.get_tokens_unprocessed(code):
        found = _kind(token)
        # White space has no colour, so it joins the piece before it.
        if found != kind and not text.isspace():
            if texts:
                yield Piece(kind, "".join(texts))
            kind, texts = found, []
        texts.append(text)
    if texts:
        yield Piece(kind, "".join(texts))


@lru_cache
def _kind(token: _TokenType) -> str:
    at: _TokenType | None = token
    while at is not None:
        if at in _KINDS:
            return _KINDS[at]
        at = at.parent
    return ""


@lru_cache
def _lexer(name: str) -> Lexer:
    return BraceLexer() if name == "braces" else get_lexer_by_name(name)
