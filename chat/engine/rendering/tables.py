"""A markdown table as CSV, for those who go on in a spreadsheet."""

import csv
import io

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
#: A cell that begins so is run as a formula by spreadsheets. Its text may come from anywhere.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def csv_of(markdown: str) -> str:
    """The rows of all tables in ``markdown``; "" when there is none."""
    output = io.StringIO()
    csv.writer(output).writerows(_rows(_MARKDOWN.parse(markdown)))
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
            rows[-1].append(_cell(token))
    return rows


def _cell(inline: Token) -> str:
    text = "".join(child.content for child in inline.children or ())
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text
