"""Counters of ``chat.accounts.rate_limits``."""

from django.db import models


class RequestCount(models.Model):
    """A counter whose window began at ``minute`` (since 1970). An expired one counts as zero."""

    key = models.CharField(max_length=200, primary_key=True, help_text="<what> <by whom>")
    minute = models.PositiveBigIntegerField(db_index=True)  # for deleting old rows
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"
