"""The URLs of the page, slice by slice. The API has its own."""

from django.urls import include, path

SLICES = (
    "chat.conversations.urls",
    "chat.conversations.exports.urls",
    "chat.conversations.sharing.urls",
    "chat.conversations.feedback.urls",
    "chat.conversations.prompts.urls",
    "chat.accounts.urls",
    "chat.library.urls",
)

urlpatterns = [path("", include(urls)) for urls in SLICES]
