"""Statistics of a turn, from its worker and its readers; staff and the API see them."""

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat.conversations.models.turn import Turn
from chat.kernel.token_rate import tokens_per_second


class StreamStats(models.Model):
    """How a turn went; its outcome and analysis type are in ``Turn``.

    Times are from the server clock. Frames, bytes and connections are sums over all readers.
    """

    turn = models.OneToOneField(
        Turn, on_delete=models.CASCADE, related_name="stats", primary_key=True
    )
    queued_at = models.DateTimeField(
        default=timezone.now, db_index=True, verbose_name=_("asked at")
    )
    started_at = models.DateTimeField(null=True, blank=True)
    first_status_at = models.DateTimeField(null=True, blank=True)
    first_token_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    chunk_count = models.PositiveIntegerField(default=0, verbose_name=_("chunks"))
    tokens_in = models.PositiveIntegerField(null=True, blank=True, verbose_name=_("tokens in"))
    tokens_out = models.PositiveIntegerField(null=True, blank=True, verbose_name=_("tokens out"))
    frame_count = models.PositiveIntegerField(default=0, verbose_name=_("frames"))
    bytes_sent = models.PositiveBigIntegerField(default=0, verbose_name=_("bytes sent"))
    connection_count = models.PositiveIntegerField(default=0, verbose_name=_("connections"))
    connection_ms = models.PositiveBigIntegerField(default=0, verbose_name=_("connected (ms)"))

    model = models.CharField(max_length=200, blank=True, verbose_name=_("model"))
    engine = models.CharField(max_length=40, blank=True, verbose_name=_("engine"))
    adapter = models.CharField(max_length=20, blank=True, verbose_name=_("adapter"))

    class Meta:
        verbose_name = _("stream statistics")
        verbose_name_plural = _("stream statistics")

    def __str__(self) -> str:
        return gettext("Statistics of turn {number}").format(number=self.pk)

    # From queueing, as the reader experiences it.

    @property
    def started_ms(self) -> int | None:
        return self._ms_until(self.started_at)

    @property
    def first_status_ms(self) -> int | None:
        return self._ms_until(self.first_status_at)

    @property
    def first_token_ms(self) -> int | None:
        return self._ms_until(self.first_token_at)

    @property
    def total_ms(self) -> int | None:
        return self._ms_until(self.ended_at)

    def _ms_until(self, moment: datetime | None) -> int | None:
        return None if moment is None else (moment - self.queued_at) // timedelta(milliseconds=1)

    @property
    def tokens_per_second(self) -> float | None:
        return tokens_per_second(
            self.tokens_out, first_token_ms=self.first_token_ms, total_ms=self.total_ms
        )
