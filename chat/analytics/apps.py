"""Django app of the statistics."""

from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "chat.analytics"
    label = "analytics"
