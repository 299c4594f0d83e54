"""The pages of conversations, turns and artifacts."""

from django.urls import path

from chat.conversations.views import (
    actions,
    artifacts,
    conversation_list,
    pages,
    turn_edit,
    turns,
)

urlpatterns = [
    path("", pages.home, name="home"),
    path("conversations/", conversation_list.conversation_list, name="conversation-list"),
    path("conversations/<int:conversation_id>/", pages.conversation, name="conversation"),
    path(
        "conversations/<int:conversation_id>/rename/",
        actions.rename,
        name="conversation-rename",
    ),
    path(
        "conversations/<int:conversation_id>/title/",
        actions.title,
        name="conversation-title",
    ),
    path(
        "conversations/<int:conversation_id>/archive/",
        actions.archive,
        name="conversation-archive",
    ),
    path(
        "conversations/<int:conversation_id>/unarchive/",
        actions.unarchive,
        name="conversation-unarchive",
    ),
    path(
        "conversations/<int:conversation_id>/delete/",
        actions.delete,
        name="conversation-delete",
    ),
    path(
        "conversations/<int:conversation_id>/restore/",
        actions.restore,
        name="conversation-restore",
    ),
    path("turns/", turns.create, name="turn-create"),
    path("turns/<int:turn_id>/stop", turns.stop, name="turn-stop"),
    path("turns/<int:turn_id>/retry", turns.retry, name="turn-retry"),
    path("turns/<int:turn_id>/continue", turns.go_on, name="turn-continue"),
    path("turns/<int:turn_id>/edit/", turn_edit.edit, name="turn-edit"),
    path("turns/<int:turn_id>/stream", turns.stream, name="turn-stream"),
    path("turns/<int:turn_id>/artifacts/<int:position>/", artifacts.artifact, name="turn-artifact"),
    path(
        "turns/<int:turn_id>/artifacts/<int:position>/download",
        artifacts.download,
        name="turn-artifact-download",
    ),
]
