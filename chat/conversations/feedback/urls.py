"""Feedback URLs."""

from django.urls import path

from chat.conversations.feedback import views

urlpatterns = [
    path("turns/<int:turn_id>/feedback/", views.feedback, name="turn-feedback"),
]
