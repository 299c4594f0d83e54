"""Markdown that is hard to stream: pieces to put together at random, and one real document."""

from hypothesis import strategies as st

from chat.engine.rendering.citation_chips import PassageLabel

PASSAGES = {"sar#due": PassageLabel(1, "Deadline", "A bank must file a SAR within 30 days.")}

# What changes its meaning with what follows, or with what stands before it.
LISTS = ["- a\n", "- b\n", "  - c\n", "    - d\n", "1. x\n", "2. y\n", "10) z\n", "* q\n", "-\n"]
LISTS += ["+ p\n", "1.\n", "- \n", "   - e\n", "- ```\n", "- > q\n", "  more\n", "1) a\n"]
CODE = ["```\n", "```py\n", "~~~\n", "code()\n", "    indented\n", "\ttab\n", "  ```\n", "> ```\n"]
TABLES = ["| a | b |\n", "|---|--:|\n", "a|b\n", "-|-\n", "| 1 | 2 |\n", "|x\n", ":-:|-\n"]
QUOTES = ["> q\n", ">\n", "> > n\n", "lazy\n", "> - l\n", "> A bank must file a SAR [sar#due]\n"]
HEADINGS = ["===\n", "---\n", "--\n", "***\n", "# h\n", "## h ##\n", "#\n"]
HTML = ["<div>\n", "</div>\n", "<!-- c\n", "-->\n", "<b>x</b>\n", "<script>\n", "&amp;", "&"]
DEFINITIONS = ["[foo]: http://x.y\n", "[foo]:\n", "http://u.v\n", "'title\n", "more'\n", '"t"\n']
DEFINITIONS += ["[foo]: http://x.y 'many\n", "- [foo]: http://l.m\n", "> [foo]: http://q.r\n"]
DEFINITIONS += ["[bar]: <http://b.c> 'x'\n", "[foo\n", "bar]: http://h.i\n", "(t\n", "t)\n"]
DEFINITIONS += ["1. [bar]: http://n.o 't\n", "[sar#due]: Yes.\n", "[^1]: note\n", "]: http://a.b\n"]
USES = ["[foo]\n", "see [foo] and [bar][foo].\n", "[^1]", "![i](http://i.j/k.png)\n", "[sar#due]"]
PIECES = ["text", "para\n", "a", "*", "**", "_", "`", "~~", "[", "]", "!", "\\", "(http://a.b)"]
PIECES += ["para  \nhard\n", "back\\\n", '"A bank must file" [sar#due]\n', "[sar#d", "30", "x\n"]
SPACE = ["\n", "\n\n", " ", "  ", "    ", "\t", "\r\n", "\r", "\0", "\u2028", "\x0b", "\u00a0"]
GFM = [
    "- [ ] t\n",
    "- [x] t\n",
    "[ ] ",
    "> [!NOTE]\n",
    "[!TIP]\n",
    "[^1]: note\n",
    "[^n]: m\n    more\n",
]
GFM += [
    "see[^1]",
    "[^n]",
    "[^",
    "https://a.b/c",
    "www.a.b",
    "me@a.b",
    "https://a.b[sar#due]",
    "ww",
    "http",
]
EMOJI = ["😀", "👩‍👩‍👧", "é"]
EVERYTHING = [
    *(LISTS + CODE + TABLES + QUOTES + HEADINGS + HTML + DEFINITIONS + USES + PIECES + SPACE + GFM),
    *EMOJI,
]
UNTIL_A_BLANK_LINE = [*DEFINITIONS, *USES, *HEADINGS, "- a\n", "> q\n", "x\n", "\n", "    i\n"]
ENDINGS = ["", "\n", "\r", "\r\n", "\n\n[foo]: http://late.er\n"]

documents = st.builds(
    lambda pieces, ending: "".join(pieces) + ending,
    st.one_of(
        st.lists(st.sampled_from(EVERYTHING), max_size=14),
        st.lists(st.sampled_from(UNTIL_A_BLANK_LINE), max_size=8),
    ),
    st.sampled_from(ENDINGS),
)

WHOLE = """\
# Filing

A bank must file [the form][sar] within *30 days* [sar#due].
Second line  
with a hard break, \\
and another.

- tight
- list

- now loose
  1. nested

      code in a list

  > "A bank must file" [sar#due]
lazy continuation

Setext
over two lines
===

```py
print("[sar#due]")

```
| Amount | Days |
|:------:|-----:|
| $5,000 | 30 |

    indented

<div onclick="x">html</div>

![alt](https://example.com/a.png) ~~old~~ 👩‍👩‍👧 https://example.com

---

[sar]: https://example.com/sar "The
form"
"""  # noqa: W291  two spaces make a hard break
