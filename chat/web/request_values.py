"""What addresses and forms bring: ids and texts as views read them."""

from django.http import Http404, HttpRequest


def parse_id(text: str) -> int | None:
    """The id that ``text`` is; None for what is none, and for more than the database can hold."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def optional_id(text: str) -> int | None:
    """The id that a request names; None if it names none. Raises ``Http404`` for what is no id."""
    if text and parse_id(text) is None:
        raise Http404("an id is a number")
    return parse_id(text)


def posted_text(request: HttpRequest, name: str) -> str:
    """Forms send CR LF for each line break, which the reader never typed."""
    return request.POST.get(name, "").replace("\r\n", "\n")
