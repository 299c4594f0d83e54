"""The reference library as a Django app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class LibraryConfig(AppConfig):
    name = "chat.library"
    label = "library"
    verbose_name = _("Library")

    def ready(self) -> None:
        from chat.library.retrieval import full_text

        post_migrate.connect(full_text.install, sender=self)
