"""Highlights the words of a passage that an answer quotes.

Words are counted as in ``kernel.citations``. Private-use characters mark the ends of each quote in
the Markdown and become ``<mark>`` in its HTML, text by text, so that marks never cross tags.
"""

import re
from collections.abc import Iterator, Sequence

from chat.engine.rendering.citation_chips import QUOTED_ID
from chat.engine.rendering.markdown import render_markdown
from chat.kernel.citations import WordSpan, places_of_words

_OPEN, _CLOSE = "\ue001", "\ue002"
_SIGN = re.compile(f"([{_OPEN}{_CLOSE}])")
_LINK_TARGET = re.compile(r"\]\([^)\n]*\)")
_TAG = re.compile(r"(<[^>]*>)")


def highlighted(markdown: str, spans: Sequence[WordSpan]) -> str:
    """Returns HTML. Spans that the text does not have are ignored."""
    html = render_markdown(_signed(_SIGN.sub("", markdown), spans))
    return "".join(_marked(html)).replace("<mark>", f'<mark id="{QUOTED_ID}" tabindex="-1">', 1)


def _signed(markdown: str, spans: Sequence[WordSpan]) -> str:
    places = places_of_words(markdown)
    signs = list[tuple[int, str]]()
    for first, last in spans:
        if 0 <= first <= last < len(places):
            signs += [(places[first][0], _OPEN), (places[last][1], _CLOSE)]
    for at, sign in sorted(signs, reverse=True):
        place = _outside_markup(markdown, at)
        markdown = f"{markdown[:place]}{sign}{markdown[place:]}"
    return markdown


def _outside_markup(markdown: str, at: int) -> int:
    """Moves a position out of a link's address and away from a backslash."""
    for link in _LINK_TARGET.finditer(markdown):
        if link.start() < at < link.end():
            return link.start()
    return at - markdown[:at].endswith("\\")


def _marked(html: str) -> Iterator[str]:
    is_inside = False
    for part in _TAG.split(html):
        if part.startswith("<"):
            yield _SIGN.sub("", part)
            continue
        for text in _SIGN.split(part):
            if text in (_OPEN, _CLOSE):
                is_inside = text == _OPEN
            else:
                yield f"<mark>{text}</mark>" if is_inside and text.strip() else text
