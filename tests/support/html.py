"""Parsed pages, instead of searching them as text."""

from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

HTMX = {"HX-Request": "true"}


def page_of(response: Any, *, status: int = 200) -> LexborHTMLParser:
    assert response.status_code == status, response.status_code
    return LexborHTMLParser(response.content.decode())


def one(page: LexborHTMLParser, selector: str) -> LexborNode:
    found = page.css(selector)
    assert len(found) == 1, f"{len(found)} elements match {selector}"
    return found[0]


def text_of(page: LexborHTMLParser, selector: str) -> str:
    return " ".join(one(page, selector).text().split())


def texts_of(page: LexborHTMLParser, selector: str) -> list[str]:
    return [" ".join(node.text().split()) for node in page.css(selector)]


def attribute(page: LexborHTMLParser, selector: str, name: str) -> str:
    return one(page, selector).attributes[name] or ""
