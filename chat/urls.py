"""The URLs of the page. Their names are used across the project; the API has its own."""

from django.urls import path

from chat.views import (
    artifacts,
    conversation_actions,
    conversation_list,
    conversations,
    exports,
    feedback,
    library,
    password,
    prompts,
    settings_page,
    sharing,
    turn_edit,
    turns,
)

urlpatterns = [
    path("", conversations.home, name="home"),
    path("conversations/", conversation_list.conversation_list, name="conversation-list"),
    path("conversations/<int:conversation_id>/", conversations.conversation, name="conversation"),
    path(
        "conversations/<int:conversation_id>/rename/",
        conversation_actions.rename,
        name="conversation-rename",
    ),
    path(
        "conversations/<int:conversation_id>/title/",
        conversation_actions.title,
        name="conversation-title",
    ),
    path(
        "conversations/<int:conversation_id>/archive/",
        conversation_actions.archive,
        name="conversation-archive",
    ),
    path(
        "conversations/<int:conversation_id>/unarchive/",
        conversation_actions.unarchive,
        name="conversation-unarchive",
    ),
    path(
        "conversations/<int:conversation_id>/delete/",
        conversation_actions.delete,
        name="conversation-delete",
    ),
    path(
        "conversations/<int:conversation_id>/restore/",
        conversation_actions.restore,
        name="conversation-restore",
    ),
    path(
        "conversations/<int:conversation_id>/export/<slug:kind>",
        exports.conversation_export,
        name="conversation-export",
    ),
    path(
        "conversations/<int:conversation_id>/share/",
        sharing.share,
        name="conversation-share",
    ),
    path(
        "conversations/<int:conversation_id>/share/<int:link_id>/revoke",
        sharing.revoke,
        name="conversation-share-revoke",
    ),
    path("shared/<slug:secret>/", sharing.shared, name="shared"),
    path("turns/", turns.create, name="turn-create"),
    path("turns/<int:turn_id>/stop", turns.stop, name="turn-stop"),
    path("turns/<int:turn_id>/retry", turns.retry, name="turn-retry"),
    path("turns/<int:turn_id>/feedback/", feedback.feedback, name="turn-feedback"),
    path("turns/<int:turn_id>/edit/", turn_edit.edit, name="turn-edit"),
    path("turns/<int:turn_id>/stream", turns.stream, name="turn-stream"),
    path("turns/<int:turn_id>/artifacts/<int:position>/", artifacts.artifact, name="turn-artifact"),
    path(
        "turns/<int:turn_id>/artifacts/<int:position>/download",
        artifacts.download,
        name="turn-artifact-download",
    ),
    path("prompts/", prompts.prompts, name="prompts"),
    path("prompts/options/", prompts.prompt_options, name="prompt-options"),
    path("prompts/new/", prompts.prompt_new, name="prompt-new"),
    path("prompts/<int:prompt_id>/", prompts.prompt_edit, name="prompt-edit"),
    path("prompts/<int:prompt_id>/delete/", prompts.prompt_delete, name="prompt-delete"),
    path("settings/", settings_page.settings_page, name="settings"),
    path("settings/password/", password.change_password, name="password"),
    path("settings/tokens/", settings_page.token_create, name="token-create"),
    path("settings/tokens/<int:token_id>/revoke", settings_page.token_revoke, name="token-revoke"),
    path("settings/sessions/end", settings_page.sessions_end, name="sessions-end"),
    path("settings/sessions/<int:session_id>/end", settings_page.session_end, name="session-end"),
    path("library/", library.library, name="library"),
    path("library/<slug:slug>/", library.note, name="library-note"),
    path("library/passages/<slug:slug>/<slug:anchor>/", library.passage, name="library-passage"),
]
