"""Oliver's checks and general commands as a Django app. Slices are apps of their own."""

from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "chat"

    def ready(self) -> None:
        from chat.engine.providers import model_check  # noqa: F401
        from chat.kernel import checks  # noqa: F401
