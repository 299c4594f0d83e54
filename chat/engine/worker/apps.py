"""The worker as a Django app, for its table and its command."""

from django.apps import AppConfig


class WorkerConfig(AppConfig):
    name = "chat.engine.worker"
    label = "worker"
