"""What models and their fields are called in the administration, in its reader's language.

Here and not in the models: people see these names nowhere else, and there each change of a word
would be a migration.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chat.accounts.models import ApiToken
from chat.conversations.models import Conversation, Feedback, Prompt, StatusText, StreamStats, Turn
from chat.library.models import LibraryNote, LibraryPassage

#: Model -> (one, several).
_MODELS: dict[Any, tuple[Any, Any]] = {
    ApiToken: (_("API token"), _("API tokens")),
    Conversation: (_("conversation"), _("conversations")),
    Feedback: (_("feedback"), _("feedback")),
    LibraryNote: (_("library note"), _("library notes")),
    LibraryPassage: (_("passage"), _("passages")),
    Prompt: (_("shared prompt"), _("shared prompts")),
    StatusText: (_("status message"), _("status messages")),
    StreamStats: (_("stream statistics"), _("stream statistics")),
    Turn: (_("turn"), _("turns")),
}
#: The same name means the same in every model.
_FIELDS = {
    "adapter": _("adapter"),
    "also": _("also known as"),
    "analysis_type": _("analysis type"),
    "authority": _("authority"),
    "bytes_sent": _("bytes sent"),
    "checked": _("checked on"),
    "chunk_count": _("chunks"),
    "comment": _("comment"),
    "connection_count": _("connections"),
    "connection_ms": _("connected (ms)"),
    "conversation": _("conversation"),
    "created_at": _("created at"),
    "engine": _("engine"),
    "error_code": _("error code"),
    "expires_at": _("expires at"),
    "frame_count": _("frames"),
    "heading": _("heading"),
    "key": _("key"),
    "kind": _("kind"),
    "language": _("language"),
    "last_used_at": _("last used at"),
    "model": _("model"),
    "name": _("name"),
    "outcome": _("outcome"),
    "owner": _("owner"),
    "queued_at": _("asked at"),
    "rating": _("rating"),
    "reasons": _("reasons"),
    "section": _("section"),
    "seq": _("events"),
    "slug": _("short name"),
    "stage": _("stage"),
    "status": _("status"),
    "text": _("text"),
    "title": _("title"),
    "tokens_in": _("tokens in"),
    "tokens_out": _("tokens out"),
    "topic": _("topic"),
    "updated_at": _("changed at"),
    "url": _("address"),
    "user": _("user"),
}


def give_names() -> None:
    """Once, before a page of the administration is made."""
    for model, (one, several) in _MODELS.items():
        model._meta.verbose_name, model._meta.verbose_name_plural = one, several
        for field in model._meta.get_fields():
            if not field.auto_created and field.name in _FIELDS:
                field.verbose_name = _FIELDS[field.name]
