"""Parses a list field's text into items: JSON, bullets, a table or a sentence; "none" is no item.

Items are repaired or dropped one by one: a bad one neither fails the answer nor hides others.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from chat.engine.providers.output.fields import loads_leniently, plain_text
from chat.kernel.items import Artifact, Finding, Item

_NONE = re.compile(
    r"[\W_]*(?:none|null|nil|n/?a|nothing|empty|no (?:\w+ ){0,2}(?:findings?|artifacts?|items?)"
    r"|there (?:are|is) (?:no|none)\b[^.]*|not applicable)[\W_]*",
    re.IGNORECASE,
)
_BULLET = re.compile(r"(?:[-*+•–]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s*)?")
_RULE = re.compile(r"\s*\|?[\s:|-]*-[\s:|-]*\|?\s*")
_LABEL = re.compile(r"(?:\*\*|__)(?P<title>.+?)(?:\*\*|__)\s*[:–—-]*\s*(?P<rest>.*)", re.DOTALL)
_SEVERITY = re.compile(
    r"[(\[]?\b(critical|severe|high|medium|moderate|low|info)\b[)\]]?\s*[:–—-]\s*", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"(?<=[.!?;:])\s")
_LONGEST_TITLE = 80
_FENCE = re.compile(r"\A```\w*\s*\n?|\n?\s*```\s*\Z")
#: Synonyms of members that models write.
_SYNONYMS = {
    "name": "title",
    "finding": "title",
    "heading": "title",
    "issue": "title",
    "description": "explanation",
    "detail": "explanation",
    "details": "explanation",
    "text": "explanation",
    "risk": "severity",
    "level": "severity",
    "priority": "severity",
    "citation": "citations",
    "sources": "citations",
    "source": "citations",
    "type": "kind",
    "body": "content",
    "id": "passage",
    "passage_id": "passage",
}
_KINDS = {"list": "checklist", "todo": "checklist", "letter": "draft", "email": "draft"}


def items_of(raw: str, model: type[Item]) -> list[Item]:
    """All readable items, in order."""
    text = _FENCE.sub("", raw.strip()).strip()
    if not text or _NONE.fullmatch(text):
        return []
    if text[0] in "[{" or '{"' in text:
        value = loads_leniently(text)
        if isinstance(value, list | dict):
            return items_in(value, model)
    if model is Artifact:
        return [Artifact.read(_whole_artifact(text))]
    if "|" in text and (rows := _table(text)):
        return items_in(rows, model)
    return items_in(_bullets(text), model)


def items_in(value: Any, model: type[Item]) -> list[Item]:
    """Accepts a list, one object, or an object that contains the list."""
    if isinstance(value, Mapping):
        if {_member(key) for key in value}.isdisjoint(model.model_fields):
            value = next((each for each in value.values() if isinstance(each, list)), [])
        else:
            value = [value]
    if not isinstance(value, Iterable) or isinstance(value, str):
        value = [value]
    return [item for each in value if (item := item_of(each, model)) is not None]


def item_of(raw: Any, model: type[Item]) -> Item | None:
    if isinstance(raw, str):
        raw = _from_sentence(raw, model) if not _NONE.fullmatch(raw) else {}
    if not isinstance(raw, Mapping):
        return None
    values = {_member(key): raw[key] for key in reversed(raw)}
    values |= {k: v for key, v in raw.items() if (k := str(key).casefold()) in model.model_fields}
    if model is Finding:
        return _finding(values)
    return _artifact(values) if model is Artifact else model.read(values)


def _member(key: object) -> str:
    name = str(key).strip().casefold()
    return _SYNONYMS.get(name, name)


def _finding(values: dict[str, Any]) -> Finding | None:
    title, explanation = _text(values, "title"), _text(values, "explanation")
    if not title and not explanation:
        return None
    return Finding.read(
        {
            "title": title or _title_of(explanation),
            "severity": _text(values, "severity"),
            "explanation": explanation or title,
            "citations": list(_citations(values.get("citations"))),
        }
    )


def _artifact(values: dict[str, Any]) -> Artifact | None:
    content = _text(values, "content") or _text(values, "explanation")
    if not content:
        return None
    kind = _text(values, "kind").casefold()
    title = _text(values, "title") or _title_of(content)
    return Artifact.read({"kind": _KINDS.get(kind, kind), "title": title, "content": content})


def _citations(raw: Any) -> Iterable[dict[str, str]]:
    """``"id"``, ``["id"]``, ``{"passage": …}`` or a list of those."""
    for each in raw if isinstance(raw, list) else [raw]:
        if isinstance(each, str) and each.strip(" []"):
            yield {"passage": each.strip(" []"), "quote": ""}
        elif isinstance(each, Mapping):
            values = {_member(key): each[key] for key in each}
            if passage := _text(values, "passage"):
                yield {"passage": passage.strip(" []"), "quote": _text(values, "quote")}


def _text(values: Mapping[str, Any], name: str) -> str:
    return plain_text(values.get(name)).strip()


def _bullets(text: str) -> list[str]:
    """Markdown list items with the text indented below them. Without a list, one item."""
    items: list[str] = []
    for line in text.split("\n"):
        if match := _BULLET.match(line):
            items.append(line[match.end() :])
        elif items:
            items[-1] += f"\n{line}"
        elif line.strip():
            items.append(line)
    if not any(_BULLET.match(line) for line in text.split("\n")):
        return [text]
    if not _BULLET.match(text):
        items = items[1:]  # "The findings are:"
    return [item.strip() for item in items]


def _table(text: str) -> list[dict[str, str]]:
    """Rows of a Markdown table, keyed by its head."""
    lines = [line.strip() for line in text.split("\n") if "|" in line]
    if len(lines) < 3 or not _RULE.fullmatch(lines[1]):
        return []
    head, *rows = [_cells(line) for line in (lines[0], *lines[2:])]
    return [dict(zip(head, row, strict=False)) for row in rows]


def _cells(line: str) -> list[str]:
    return [cell.strip().strip("*_` ") for cell in line.strip("|").split("|")]


def _from_sentence(text: str, model: type[Item]) -> dict[str, str]:
    """``**Late filing** (high): it is late.`` into its parts."""
    text = text.strip()
    if model is Artifact:
        return _whole_artifact(text)
    severity = ""
    if match := _SEVERITY.match(text):
        severity, text = match[1], text[match.end() :]
    label = _LABEL.match(text)
    title, rest = (label["title"].strip(" :"), label["rest"]) if label else (_title_of(text), text)
    if not severity and (match := _SEVERITY.match(rest)):
        severity, rest = match[1], rest[match.end() :]
    return {"title": title, "severity": severity, "explanation": rest.strip() or title}


def _whole_artifact(text: str) -> dict[str, str]:
    kind = "checklist" if _BULLET.match(text) else "table" if _table(text) else "memo"
    title = _title_of(text.partition("\n")[0].replace("|", " "))
    return {"kind": kind, "title": title, "content": text}


def _title_of(text: str) -> str:
    line = _BULLET.sub("", text.strip().split("\n")[0], count=1)
    first = _SENTENCE_END.split(line, maxsplit=1)[0].strip(" #*_-.")
    if len(first) <= _LONGEST_TITLE:
        return first
    return first[:_LONGEST_TITLE].rsplit(" ", 1)[0] + "…"
