"""The admin: conversations, turns, streaming statistics, tokens and the library, to look at.

Nothing here changes history. Users and groups are Django's own pages.
"""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from chat.admin import access, conversations, feedback, library, prompts, stats, status_texts, turns
from chat.admin.names import give_names

give_names()
admin.site.site_header = "Oliver"
admin.site.site_title = "Oliver"
admin.site.index_title = _("Administration")

__all__ = [
    "access",
    "conversations",
    "feedback",
    "library",
    "prompts",
    "stats",
    "status_texts",
    "turns",
]
