"""Predicts the structure of undecided text from its beginning.

Each function returns None while more text may change the verdict, and depends only on the text.
"""

import re
from collections.abc import Collection

_THINKING = ("<thinking>", "<think>")
_THOUGHT = re.compile(r"</think(?:ing)?>", re.IGNORECASE)
_LONGEST_TAG = len("</thinking>")
_LISTS = re.compile(
    r"[\[{|*+•`–-]|\d{1,3}[.)]|(?:none|null|nil|n/?a|no|empty|there)\b", re.IGNORECASE
)
_ENOUGH = 8
_MEMBER = re.compile(r'\{\s*"(\w*)"\s*:')
_MEMBER_BEGUN = re.compile(r'\{\s*(?:"(?:\w*(?:"\s*)?)?)?\Z')
_LONGEST_MEMBER = 80


def opens_thinking(text: str, *, ended: bool) -> int | None:
    """Where the text after an opening ``<think>`` begins; 0 if it does not open with one."""
    bare = text.lstrip()
    begin = len(text) - len(bare)
    low = bare[:_LONGEST_TAG].casefold()
    for tag in _THINKING:
        if low.startswith(tag):
            return begin + len(tag)
        if not ended and tag.startswith(low):
            return None
    return 0


def split_thinking(text: str, *, ended: bool) -> tuple[str, str | None]:
    """(thought, text after its end). The latter is None until the end arrives; until then the
    thought omits a possible start of the end tag.
    """
    if match := _THOUGHT.search(text):
        return text[: match.start()], text[match.end() :]
    at = text.rfind("<", max(0, len(text) - _LONGEST_TAG))
    if ended or at < 0 or not "</thinking>".startswith(text[at:].casefold()):
        at = len(text)
    return text[:at], None


def begins_list(text: str, *, ended: bool) -> bool | None:
    """Whether this is a list field's value: JSON, bullets, a table, "none", or nothing."""
    bare = text.lstrip()[:_ENOUGH]
    line, newline, _ = bare.partition("\n")
    if not bare:
        return True if ended else None
    if len(bare) < _ENOUGH and not newline and not ended:
        return True if bare[0] in "[{|" else None
    return _LISTS.match(line) is not None


def json_start(text: str, names: Collection[str], *, ended: bool) -> bool | None:
    """Whether ``text``, which begins with a brace, is an object with one of these names first."""
    head = text[:_LONGEST_MEMBER]
    if match := _MEMBER.match(head):
        return match[1].casefold() in names
    undecided = not ended and len(text) < _LONGEST_MEMBER and _MEMBER_BEGUN.match(head)
    return None if undecided else False


def first_line(text: str, *, ended: bool) -> str | None:
    """The first non-blank line; None while it may grow, "" if there is none."""
    bare = text.lstrip()
    line, newline, _ = bare.partition("\n")
    if newline or ended or len(line) > _LONGEST_MEMBER:
        return line[: _LONGEST_MEMBER + 1]
    return None


def ends_thinking(line: str, *, ended: bool) -> bool | None:
    """Whether the line is just ``</think>``."""
    bare = line.strip().casefold()
    if bare and not any(tag.startswith(bare) for tag in ("</think>", "</thinking>")):
        return False
    return bare in ("</think>", "</thinking>") if ended else None
