"""Texts that make markdown parsers slow: what a model that loops, or is told to, may write."""

from collections.abc import Iterator

_SIZE_CHARS = 60_000

#: Repeated up to the size. Each is a known trap of some parser.
_REPEATED = (
    '"[a#b]',
    "[a#b]",
    "[a#b][c#d] ",
    "[",
    "]",
    "[]",
    "[a]",
    "[a](",
    "[a](b",
    "![",
    "![a](",
    "[![a](b)",
    "[[a]](",
    "[a][",
    "[a][b]",
    "[a]: b\n",
    "[a]: b\n\n",
    "[a",
    "[^1]",
    "[^1]: a\n\n",
    "[a]:\n",
    "[ ] ",
    "(",
    ")",
    "<",
    "<a",
    "<!--",
    "<?",
    "<![CDATA[",
    "<a href='",
    "</a>",
    "<a@b.c>",
    "<http://a>",
    "https://a.b ",
    "*",
    "**",
    "*a",
    "a*",
    "*a **b ",
    "**a *b ",
    "*a_ ",
    "_",
    "__a",
    "_a_ ",
    "~",
    "~~",
    "~~a",
    "***a** ",
    "*a* ",
    "**a**",
    "a**b",
    "*a\n",
    "`",
    "``",
    "`a``b",
    "` `` ",
    "`a` ",
    "```\n",
    "~~~x\n",
    "```python\n",
    "\\",
    "\\[",
    "\\`",
    "&",
    "&amp;",
    "&#1;",
    "&#x10FFFF;",
    "&a",
    ";&",
    ">",
    "> ",
    ">\n",
    "> a\n",
    "> > a\n\n",
    "- ",
    "-\n",
    "- a\n",
    "  - a\n",
    "* * ",
    "1. ",
    "1) a\n",
    "+ a\n\n",
    "- [ ] a\n",
    "- > ",
    "> - ",
    "# ",
    "# a\n",
    "#",
    "a\n===\n",
    "a\n---\n",
    "---\n",
    "***\n",
    "|",
    "|a",
    "|-",
    "| a | b |\n",
    "|\n",
    "| \\| ",
    "a|b\n-|-\n",
    "\t",
    " ",
    "\n",
    "    a\n",
    "a  \n",
    "\u202e",
    "\u200b",
    "\ufeff",
    "\U0001f600",
    "\ud83d",
    '"',
    "'",
    "\u201ca\u201d ",
    '"a" [a#b] ',
    '> "a" [a#b]\n',
    "a ... ",
    "a\u0301",
    "x",
)


def hostile_texts(size_chars: int = _SIZE_CHARS) -> Iterator[tuple[str, str]]:
    """Name and text."""
    for part in _REPEATED:
        yield repr(part), (part * (size_chars // len(part) + 1))[:size_chars]
    half = size_chars // 2
    yield "nested brackets", "[" * half + "]" * half
    yield "nested links", "[" * (size_chars // 5) + "a" + "](b)" * (size_chars // 5)
    yield "nested emphasis", "*a " * (size_chars // 6) + "a*" * (size_chars // 6)
    yield "backtick runs", "".join("`" * n + "a" for n in range(1, int((2 * size_chars) ** 0.5)))
    columns = size_chars // 8
    yield "a wide table", "|a" * columns + "\n" + "|-" * columns + "\n" + "|b" * columns + "\n"
    square = int((size_chars / 4) ** 0.5)
    yield "a wide head over empty rows", "|a" * 2_000 + "\n" + "|-" * 2_000 + "\n" + "|\n" * 1_000
    yield "a square table", "\n".join(["|a" * square, "|-" * square, *["|b" * square] * square])
    yield "deep quotes", "".join(">" * n + " a\n" for n in range(1, int((2 * size_chars) ** 0.5)))
    yield "deep lists", "".join("  " * n + "- a\n" for n in range(int(size_chars**0.5)))
    yield "odd fence", "```" + "x" * half + "\n" + "y" * half
    for language in ("python", "json", "sql", "html", "javascript", "yaml", "diff", "c"):
        yield f"{language} code", f"```{language}\n" + "([{\"'" * (size_chars // 5) + "\n```\n"
