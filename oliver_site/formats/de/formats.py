"""``22. November 2026, 13:00``; numbers (``1.234,5``) use Django's own format."""

DATETIME_FORMAT = "j. F Y, H:i"
