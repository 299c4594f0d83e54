"""A code block as HTML: its language, and its tokens in spans with classes (markdown.css).

``blocks`` calls it for fences, ``cards`` for artifacts. Colours come from classes, because the
page's CSP drops styles.
"""

import re

from markdown_it.common.utils import escapeHtml

from chat.kernel.code_highlighting import language_of, pieces_of

_UNSAFE = re.compile(r"[^A-Za-z0-9_+-]")
_LABEL_MAX_CHARS = 30


def code_block(code: str, info: str, *, coloured: bool) -> str:
    """``info`` is the text after the fence, which a model may have filled with anything."""
    name = _UNSAFE.sub("", info)[:_LABEL_MAX_CHARS]
    known = language_of(info)
    text = _spans(code, info) if coloured and known else escapeHtml(code)
    attribute = f' class="language-{name}"' if name else ""
    block = f"<pre><code{attribute}>{text}</code></pre>"
    label = known.label if known else name
    if not label:
        return f"{block}\n"
    return f'<figure class="code"><figcaption>{escapeHtml(label)}</figcaption>{block}</figure>\n'


def _spans(code: str, name: str) -> str:
    return "".join(_span(kind, escapeHtml(text)) for kind, text in pieces_of(code, name))


def _span(kind: str, html: str) -> str:
    return f'<span class="code-{kind}">{html}</span>' if kind else html
