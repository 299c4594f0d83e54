"""Django's view of the chat application."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class ChatConfig(AppConfig):
    name = "chat"
    verbose_name = "Oliver"

    def ready(self) -> None:
        # ``checks`` registers the system checks, ``sessions`` hears of sign-ins.
        from chat.accounts import sessions  # noqa: F401
        from chat.conversations import search
        from chat.kernel import checks  # noqa: F401

        pre_migrate.connect(search.pause, sender=self)
        post_migrate.connect(search.install, sender=self)
