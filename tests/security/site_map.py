"""The site as its URL conf has it: every route, and a request for it that names real things."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from chat.accounts.models import ApiToken
from chat.conversations.models import (
    Conversation,
    Feedback,
    Message,
    Prompt,
    StatusText,
    StreamStats,
    Turn,
)
from chat.kernel.answer import Answer
from chat.library.models import LibraryNote, LibraryPassage

ROLES = ("anonymous", "owner", "other", "reviewer", "staff", "superuser")
_APP_LABEL = re.compile(r"\^\(\?P<app_label>[a-z|]+\)/\$")
_APPS = ("accounts", "conversations", "library")
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
_NOTHING = 999_999


def routes(resolver: Any = None, prefix: str = "") -> Iterator[str]:
    """Every route as the URL conf spells it: ``conversations/<int:conversation_id>/``."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        elif isinstance(pattern, URLResolver):
            yield from routes(pattern, route)


@dataclass(frozen=True)
class Site:
    """The owner's things, and everybody who may want them."""

    users: Mapping[str, User]
    turn: Turn
    token: ApiToken
    status_text: StatusText
    prompt: Prompt
    shared_prompt: Prompt
    feedback: Feedback
    group: Group

    def client(self, role: str, **options: Any) -> Client:
        client = Client(raise_request_exception=False, **options)
        if role != "anonymous":
            client.force_login(self.users[role])
        return client

    def url(self, route: str) -> str:
        """An address of the route: the owner's conversation, turn and so on."""
        values = {
            "conversation_id": self.turn.conversation_id,
            "turn_id": self.turn.pk,
            "position": 1,
            "slug": "sar",
            "anchor": "due",
            "object_id": self._object(route),
            "id": self.users["other"].pk,
            "content_type_id": _NOTHING,
            "rest": "nothing",
            "kind": "markdown",
            "link_id": 1,
            "prompt_id": self.prompt.pk,
            "token_id": self.token.pk,
            "session_id": _NOTHING,
            "secret": "nothing",
        }
        route = _APP_LABEL.sub("conversations/", route).replace(r"(?P<url>.*)$", "nothing")
        return "/" + _PARAMETER.sub(lambda match: str(values[match[1]]), route)

    def _object(self, route: str) -> object:
        objects = {
            "auth/group": self.group.pk,
            "auth/user": self.users["other"].pk,
            "accounts/apitoken": self.token.pk,
            "conversations/conversation": self.turn.conversation_id,
            "conversations/feedback": self.feedback.pk,
            "library/librarynote": "sar",
            "conversations/prompt": self.shared_prompt.pk,
            "conversations/statustext": self.status_text.pk,
            "conversations/streamstats": self.turn.pk,
            "conversations/turn": self.turn.pk,
        }
        return next((pk for part, pk in objects.items() if f"/{part}/" in route), _NOTHING)


def build_site() -> Site:
    """One finished turn of the owner, with an artifact, and a library of one passage."""
    users = {role: User.objects.create_user(role) for role in ROLES[1:]}
    for role in ("reviewer", "staff", "superuser"):
        users[role].is_staff = True
        users[role].is_superuser = role == "superuser"
        users[role].save()
    views = Permission.objects.filter(
        content_type__app_label__in=_APPS, codename__startswith="view_"
    )
    users["reviewer"].user_permissions.set(views)
    note = LibraryNote.objects.create(
        slug="sar", title="SAR", topic="sar", url="https://a.example", checked="2026-11-22"
    )
    LibraryPassage.objects.create(
        key="sar#due", note=note, position=1, anchor="due", heading="Due", text="Thirty days."
    )
    turn = _turn(users["owner"])
    return Site(
        users=users,
        turn=turn,
        feedback=Feedback.objects.create(user=users["owner"], turn=turn, rating="down"),
        token=ApiToken.issue(users["owner"])[0],
        prompt=Prompt.objects.create(owner=users["owner"], title="Private", text="Private"),
        shared_prompt=Prompt.objects.create(
            owner=users["superuser"], title="Shared", text="Shared", is_shared=True
        ),
        status_text=StatusText.objects.create(stage="search", text="Looking around…"),
        group=Group.objects.create(name="Reviewers"),
    )


def _turn(owner: User) -> Turn:
    conversation = Conversation.objects.create(owner=owner, title="Private")
    question = Message.objects.create(conversation=conversation, sender="user", text="Private")
    memo = {"kind": "memo", "title": "Private", "content": "Private"}
    turn = Turn.objects.create(
        conversation=conversation,
        question=question,
        analysis_type="general",
        status="done",
        idempotency_key="1:matrix",
        answer_state=Answer(response="Private", artifacts=[memo], outcome="done").model_dump(
            mode="json"
        ),
    )
    StreamStats.objects.create(turn=turn)
    return turn
