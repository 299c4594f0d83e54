"""How often somebody did something in the last minutes, for ``chat.accounts.rate_limits``."""

from django.db import models


class RequestCount(models.Model):
    """One counter. ``minute``, in whole minutes since 1970, is when it began; an old one counts
    nothing.
    """

    key = models.CharField(max_length=200, primary_key=True, help_text="<what> <by whom>")
    minute = models.PositiveBigIntegerField(db_index=True)  # for the removal of old rows
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"
