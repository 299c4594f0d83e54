"""Django looks for models here; they stand in their slices."""

from chat.accounts.models import *  # noqa: F403
from chat.conversations.models import *  # noqa: F403
from chat.engine.worker.models import *  # noqa: F403
from chat.library.models import *  # noqa: F403
