"""Parses markdown for exports without losing text, since an export may be the only copy.

CommonMark drops two things: link definitions (``[Deadline]: 30``) that no link uses, and text
nested deeper than the parser's limit. Both are kept as text here.
"""

import re
from collections.abc import Iterator, Mapping

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.utils import EnvType
from mdit_py_plugins.footnote import footnote_plugin

#: Deeper than any real document, and far below Python's recursion limit.
_DEEPEST = 100
_OPTIONS = {"html": False, "maxNesting": _DEEPEST, "store_labels": True, "alerts": True}


def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", _OPTIONS).enable(["table", "strikethrough"])


def _with_footnotes() -> MarkdownIt:
    """As on the page, a note stays where it was written (see ``chat.engine.rendering.gfm``)."""
    return _parser().use(footnote_plugin, inline=False, move_to_end=False)


_PARSER = _parser()
_WITH_FOOTNOTES = _with_footnotes()
_WITHOUT_DEFINITIONS = _with_footnotes().disable("reference")


def tokens_of(markdown: str) -> list[Token]:
    env: EnvType = {}
    tokens = _WITH_FOOTNOTES.parse(markdown, env)
    defined: Mapping[str, object] = env.get("references", {})
    used = {str(token.meta.get("label")) for token in _all(tokens)} & set(defined)
    if len(used) < len(defined) or env.get("duplicate_refs"):
        known = {"references": {label: defined[label] for label in used}}
        tokens = _WITHOUT_DEFINITIONS.parse(markdown, known)
    if any(token.level >= _DEEPEST - 2 for token in tokens):
        return [Token("code_block", "code", 0, content=markdown)]
    return tokens


def contained(markdown: str) -> str:
    """Keep a text from affecting the rest of its file: close its fence, and turn no citation into a
    link.
    """
    return _closed(_without_numbered_links(markdown))


def _without_numbered_links(markdown: str) -> str:
    r"""``[1]: https://…`` would make every ``[1]`` in the file a link: ``\[1]: https://…``."""
    env: EnvType = {}
    _PARSER.parse(markdown, env)
    labels = [*env.get("references", {}), *(ref["label"] for ref in env.get("duplicate_refs", []))]
    if not any(label[:1].isdigit() for label in labels):
        return markdown
    return re.sub(r"^([ >]*)\[(?=\s*\d[^\]]*\]:)", r"\1\\[", markdown, flags=re.M)


def _closed(markdown: str) -> str:
    last = next(reversed(_PARSER.parse(markdown)), None)
    if last is None or last.type != "fence" or last.map is None:
        return markdown
    lines = re.split(r"\r\n?|\n", markdown)[last.map[0] : last.map[1]]
    is_closed = len(lines) > 1 and _closes(lines[-1], last.markup)
    return markdown if is_closed else f"{markdown.rstrip()}\n{last.markup}"


def _closes(line: str, fence: str) -> bool:
    text = line.strip()
    return len(text) >= len(fence) and set(text) == {fence[0]} and not line.startswith("    ")


def _all(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or [])
