"""Pieces of HTML that tell htmx what changes where on a page that shows a turn.

``TurnRenderer`` builds frames of them; the stream consumer sends the ones that are not about an
answer's text (a reset, the end of a connection). Ids are ``turn-<id>-<part>`` everywhere.
"""

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe


def part_id(turn_id: int, part: str) -> str:
    """``(7, "response-tail")`` -> ``turn-7-response-tail``."""
    return f"turn-{turn_id}-{part}"


def partial(target_id: str, swap: str, html: SafeString) -> SafeString:
    """One change: ``html`` goes into the element with ``target_id`` in htmx's way ``swap``.

    Target and swap are Oliver's own words: a frame should not pay for escaping them, nor for the
    lazy texts that ``conditional_escape`` and ``mark_safe`` look for.
    """
    inner = html if type(html) is SafeString else conditional_escape(html)
    return SafeString(f'<hx-partial hx-target="#{target_id}" hx-swap="{swap}">{inner}</hx-partial>')


def delete_live(turn_id: int) -> SafeString:
    """Take away the element that is the connection: the page stops listening to this turn."""
    return partial(part_id(turn_id, "live"), "delete", SafeString(""))


def full_reset(turn_html: str, turn_id: int) -> SafeString:
    """Replace the whole turn, for a reader whose last event the log does not know.

    ``turn_html`` comes from ``chat.conversations.turn_html.turn_html``. When the turn still runs
    it brings a new live element, so that the page connects again from the state it now shows.
    """
    return partial(f"turn-{turn_id}", "outerHTML", mark_safe(turn_html))  # noqa: S308
