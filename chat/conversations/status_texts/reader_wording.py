"""A reader's wording: their chosen style and the status texts of the staff.

Each process caches the few texts for seconds: a change applies without a restart (at once in the
process that saved it), and turns cost no extra query.
"""

from functools import cache
from time import monotonic
from typing import cast

from django.contrib.auth.models import User
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from chat.accounts.models.preferences import preferences_of
from chat.conversations.models import StatusText
from chat.engine.rendering.status_wording import Style, Texts, Wording

_KEPT_S = 5.0


class StatusTextCache:
    def __init__(self) -> None:
        self._texts: Texts = {}
        self._read_at = float("-inf")

    def fresh(self) -> Texts:
        """At most a few seconds old; may query the database."""
        if monotonic() - self._read_at > _KEPT_S:
            rows = StatusText.objects.values_list("stage", "analysis_type", "language", "text")
            self._texts = {(stage, kind, spoken): text for stage, kind, spoken, text in rows}
            self._read_at = monotonic()
        return self._texts

    def last(self) -> Texts:
        """Never queries: for streams, whose view has just called ``fresh``."""
        return self._texts

    def forget(self) -> None:
        self._read_at = float("-inf")


@cache
def status_text_cache() -> StatusTextCache:
    return StatusTextCache()


@receiver([post_save, post_delete], sender=StatusText)
def _forget(**_: object) -> None:
    status_text_cache().forget()


def style_of(user: User) -> Style:
    return cast("Style", preferences_of(user).status_style)


def wording_of(user: User) -> Wording:
    """For a page; may query the database."""
    return Wording(style=style_of(user), texts=status_text_cache().fresh())


def wording_for_stream(style: Style, analysis_type: str) -> Wording:
    """Never queries the database."""
    return Wording(style=style, texts=status_text_cache().last(), analysis_type=analysis_type)
