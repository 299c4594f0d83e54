"""Parsing ids and texts from query strings and forms."""

from django.http import Http404, HttpRequest


def parse_id(text: str) -> int | None:
    """None unless ``text`` is a number that fits a 64-bit id column."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def optional_id(text: str) -> int | None:
    """None for "". Raises ``Http404`` for anything that is not an id."""
    if text and parse_id(text) is None:
        raise Http404("an id is a number")
    return parse_id(text)


def posted_text(request: HttpRequest, name: str) -> str:
    """Forms send line breaks as CR LF; stored texts use LF."""
    return request.POST.get(name, "").replace("\r\n", "\n")
