"""Links in untrusted text: they open in a new tab and show where they lead."""

import re
from collections.abc import Sequence

from markdown_it.token import Token

_LINK_ATTRIBUTES = {"rel": "noopener noreferrer nofollow", "target": "_blank"}
#: Bidirectional controls: they could make ``gov.example`` look like another address.
_BIDI_SIGNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def with_safe_links(children: list[Token]) -> list[Token]:
    """Turns images into links, or into text inside a link."""
    tokens, link_depth = list[Token](), 0
    for token in children:
        if token.type == "image":
            tokens += _image_as_link(token, in_link=link_depth > 0)
            continue
        if token.type == "link_open":
            token.attrs.update(_link_attributes(str(token.attrs["href"])))
        if token.tag == "a":
            link_depth += token.nesting
        if link_depth:
            token.content = _BIDI_SIGNS.sub("", token.content)
        tokens.append(token)
    return tokens


def plain_text(tokens: Sequence[Token]) -> str:
    return "".join(
        plain_text(token.children)
        if token.children
        else " "
        if token.type in ("softbreak", "hardbreak")
        else token.content
        for token in tokens
        if token.nesting == 0
    )


def _image_as_link(image: Token, *, in_link: bool) -> list[Token]:
    """A model's answer must not make the reader's browser load anything."""
    href = str(image.attrs["src"])
    said = _BIDI_SIGNS.sub("", plain_text(image.children or []))
    text = Token("text", "", 0, content=said or href)
    if in_link:
        return [text]
    opening = Token("link_open", "a", 1, attrs=_link_attributes(href))
    return [opening, text, Token("link_close", "a", -1)]


def _link_attributes(href: str) -> dict[str, str | int | float]:
    """The title is the link's target, whatever title the model gave it.

    markdown-it has percent-encoded all non-ASCII characters, bidirectional controls included.
    """
    return {"href": href, "title": href, **_LINK_ATTRIBUTES}
