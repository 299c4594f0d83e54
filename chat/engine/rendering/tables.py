"""Markdown tables as CSV, for spreadsheets."""

import csv
import io
import re
import unicodedata

from markdown_it import MarkdownIt
from markdown_it.token import Token

#: Excel reads a CSV file as UTF-8 only if it begins with this.
BYTE_ORDER_MARK = "\ufeff"

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_LINE_BREAK = re.compile(r"<br\s*/?>", re.I)
#: Spreadsheets run a cell that begins with one of these as a formula. Cell text is untrusted.
_FORMULA_SIGNS = ("=", "+", "-", "@")
_SIGNED_NUMBER = re.compile(r"[+-][$€£¥]?\d+(?:[.,'’ ]\d+)*(?: ?%)?|-")


def csv_of(markdown: str) -> str:
    """The rows of all tables in ``markdown``; "" when there is none."""
    output = io.StringIO()
    plain, quoted = csv.writer(output), csv.writer(output, quoting=csv.QUOTE_ALL)
    for row in _rows(_MARKDOWN.parse(markdown)):
        # Spreadsheets in many countries split unquoted text at these.
        splits = any(sign in cell for cell in row for sign in ";\t")
        (quoted if splits else plain).writerow(row)
    return output.getvalue()


def _rows(tokens: list[Token]) -> list[list[str]]:
    rows: list[list[str]] = []
    in_table = False
    for token in tokens:
        if token.type in ("table_open", "table_close"):
            in_table = token.type == "table_open"
        elif token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and in_table:
            rows[-1].append(_without_formula(_text_of(token)))
    return rows


def _text_of(inline: Token) -> str:
    """Without markup. Struck-out text is labelled, and a link keeps its address."""
    pieces, addresses = list[str](), list[str]()
    for token in inline.children or ():
        match token.type:
            case "text":
                pieces.append(_LINE_BREAK.sub("\n", token.content))
            case "link_open":
                addresses.append(str(token.attrs.get("href", "")))
            case "link_close":
                address = addresses.pop()
                pieces.append("" if address in "".join(pieces) else f" ({address})")
            case "s_open" | "s_close":
                pieces.append("~~")
            case _:
                pieces.append(token.content)
    return "".join(pieces).strip()


def _without_formula(cell: str) -> str:
    if _SIGNED_NUMBER.fullmatch(cell):
        return cell
    return f"'{cell}" if _visible(cell).startswith(_FORMULA_SIGNS) else cell


def _visible(cell: str) -> str:
    """As a lenient reader sees it: full-width characters as plain ones, no invisible ones."""
    plain = unicodedata.normalize("NFKC", cell)
    return "".join(sign for sign in plain if unicodedata.category(sign)[0] not in "CZ")
