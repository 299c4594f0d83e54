"""The admin's pages, which stand in their slices, and its title."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from chat.accounts import admin as _accounts  # noqa: F401
from chat.analytics import admin as _analytics  # noqa: F401
from chat.conversations import admin as _conversations  # noqa: F401
from chat.library import admin as _library  # noqa: F401

admin.site.site_header = "Oliver"
admin.site.site_title = "Oliver"
admin.site.index_title = _("Administration")
