"""Django app of the conversations."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class ConversationsConfig(AppConfig):
    name = "chat.conversations"
    label = "conversations"
    verbose_name = _("Conversations")

    def ready(self) -> None:
        from chat.conversations import search

        pre_migrate.connect(search.pause, sender=self)
        post_migrate.connect(search.install, sender=self)
