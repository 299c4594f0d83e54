"""Keeps line breaks between ``To:``, ``From:`` and ``Re:`` at the head of a letter.

Markdown would join them into one line. Shared by pages and exports.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from markdown_it.token import Token

_HEAD = re.compile(
    r"\s*(?:To|From|Date|Re|Subject|Cc|Bcc|An|Von|Datum|Betreff|Betrifft)\b[^\w\n]{0,4}:", re.I
)
#: ``**To:** Ann``: nothing, an opening, the word.
_MOST_TOKENS = 5


def keep_letter_lines(children: Sequence[Token], *, all_lines: bool = False) -> None:
    """Turn soft breaks into hard ones within the head of a letter, or everywhere.

    ``children`` is one paragraph. It has a head only if it begins with one.
    """
    if not all_lines and not _HEAD.match(_beginning(children, 0)):
        return
    for at, token in enumerate(children):
        if token.type == "softbreak" and (all_lines or _HEAD.match(_beginning(children, at + 1))):
            token.type, token.tag = "hardbreak", "br"


def _beginning(children: Sequence[Token], start: int) -> str:
    return "".join(_texts(islice(children, start, start + _MOST_TOKENS)))


def _texts(tokens: Iterator[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            return
        yield token.content
