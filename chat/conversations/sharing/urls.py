"""URLs of share links."""

from django.urls import path

from chat.conversations.sharing import views

urlpatterns = [
    path(
        "conversations/<int:conversation_id>/share/",
        views.share,
        name="conversation-share",
    ),
    path(
        "conversations/<int:conversation_id>/share/<int:link_id>/revoke",
        views.revoke,
        name="conversation-share-revoke",
    ),
    path("shared/<slug:secret>/", views.shared, name="shared"),
]
