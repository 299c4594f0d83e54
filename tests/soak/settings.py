"""Oliver's settings for a soak: what is kept for a while on purpose is kept for a few seconds."""

from oliver_site.settings import *  # noqa: F403
from oliver_site.settings import OLIVER as _OLIVER

OLIVER = _OLIVER.model_copy(update={"log_retention_s": 10.0})
