"""Analytics as a Django app, for its page in the admin."""

from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "chat.analytics"
    label = "analytics"
