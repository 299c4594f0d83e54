"""The URL of conversation exports."""

from django.urls import path

from chat.conversations.exports import views

urlpatterns = [
    path(
        "conversations/<int:conversation_id>/export/<slug:kind>",
        views.conversation_export,
        name="conversation-export",
    ),
]
