"""HTML fragments that tell htmx what changes where on a page with a turn.

``TurnRenderer`` builds frames from them; the stream consumer sends those that carry no answer text
(a reset, the end of a connection). Ids are ``turn-<id>-<part>`` everywhere.
"""

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe


def part_id(turn_id: int, part: str) -> str:
    """``(7, "response-tail")`` -> ``turn-7-response-tail``."""
    return f"turn-{turn_id}-{part}"


def partial(target_id: str, swap: str, html: SafeString) -> SafeString:
    """Swap ``html`` into the element ``target_id`` in htmx's way ``swap``.

    Target and swap are our own constants: escaping them, and the lazy texts that
    ``conditional_escape`` and ``mark_safe`` look for, would slow down every frame.
    """
    inner = html if type(html) is SafeString else conditional_escape(html)
    return SafeString(f'<hx-partial hx-target="#{target_id}" hx-swap="{swap}">{inner}</hx-partial>')


def delete_live(turn_id: int) -> SafeString:
    """Remove the element that holds the connection, so the page stops listening to this turn."""
    return partial(part_id(turn_id, "live"), "delete", SafeString(""))


def full_reset(turn_html: str, turn_id: int) -> SafeString:
    """Replace the whole turn, for a reader whose last event is not in the log.

    ``turn_html`` comes from ``chat.conversations.turn_html.turn_html``. If the turn is running it
    contains a new live element, so the page reconnects from the state it now shows.
    """
    return partial(f"turn-{turn_id}", "outerHTML", mark_safe(turn_html))  # noqa: S308
