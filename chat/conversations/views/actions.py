"""Renaming, archiving, deleting and restoring a conversation.

Without scripts each is a form that ends with a redirect. With htmx a conversation is renamed in its
heading, and deleting removes its entry from the list.
"""

from urllib.parse import urlencode, urlsplit

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from chat.conversations.auto_titles import title_is_pending
from chat.conversations.deletion import delete_conversation, restore_conversation
from chat.conversations.models import Conversation
from chat.conversations.ownership import conversation_of
from chat.web.page_context import page_context
from chat.web.sidebar import list_page
from chat.web.signed_in import SignedInRequest, signed_in
from chat.web.undo_notice import undo_notice

TITLE_MAX_CHARS = 200


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@signed_in
def rename(request: SignedInRequest, conversation_id: int) -> HttpResponse:
    """A form in the heading or on its own page. ``?keep`` closes it unchanged."""
    conversation = conversation_of(request.user, conversation_id)
    if request.method != "POST":
        return _heading(request, conversation, is_open="keep" not in request.GET)
    title = clean_title(request.POST.get("title", ""))
    if not title:
        return _heading(request, conversation, is_open=True, error=_("Write a title."))
    # Not save(): the list is ordered by last use, and renaming is not a use.
    Conversation.objects.filter(pk=conversation.pk).update(title=title)
    conversation.title = title
    if not request.htmx:
        return redirect(conversation)
    context = {"conversation": conversation, "listed": list_page(request.user)}
    return render(request, "conversations/heading/renamed.html", context)


@require_safe
@signed_in
def title(request: SignedInRequest, conversation_id: int) -> HttpResponse:
    """Polled while a generated title is pending."""
    conversation = conversation_of(request.user, conversation_id)
    context: dict[str, object] = {"conversation": conversation}
    if title_is_pending(conversation):
        return render(request, "conversations/heading/_awaited.html", context)
    context["listed"] = list_page(request.user)
    return render(request, "conversations/heading/arrived.html", context)


def clean_title(text: str) -> str:
    """One line without control characters that fits the column."""
    printable = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(printable.split())[:TITLE_MAX_CHARS].strip()


def _heading(
    request: SignedInRequest, conversation: Conversation, *, is_open: bool, error: str = ""
) -> HttpResponse:
    context = {
        "conversation": conversation,
        "error": error,
        "title_max_chars": TITLE_MAX_CHARS,
    }
    status = 422 if error else 200
    if request.htmx:
        part = "_form" if is_open else "_title"
        return render(request, f"conversations/heading/{part}.html", context, status=status)
    context |= page_context(request, conversation=conversation)
    return render(request, "conversations/conversation_rename.html", context, status=status)


@require_POST
@signed_in
def archive(request: SignedInRequest, conversation_id: int) -> HttpResponse:
    conversation = conversation_of(request.user, conversation_id)
    _set_archived(conversation, True)
    return redirect(f"{reverse('home')}?{urlencode({'undo': conversation.pk})}")


@require_POST
@signed_in
def unarchive(request: SignedInRequest, conversation_id: int) -> HttpResponse:
    conversation = conversation_of(request.user, conversation_id)
    _set_archived(conversation, False)
    return redirect(conversation)


def _set_archived(conversation: Conversation, archived: bool) -> None:
    moment = timezone.now() if archived else None
    Conversation.objects.filter(pk=conversation.pk).update(archived_at=moment)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def delete(request: SignedInRequest, conversation_id: int) -> HttpResponse:
    """POST deletes at once and offers Undo; GET is the form for browsers without scripts."""
    conversation = conversation_of(request.user, conversation_id)
    if request.method != "POST":
        context = page_context(request, conversation=conversation)
        return render(request, "conversations/conversation_delete.html", context)
    delete_conversation(conversation)
    here = _here(request)
    if request.htmx and not here.startswith(conversation.get_absolute_url()):
        notice = undo_notice(request.user, conversation.pk)
        context = {"notice": notice, "here": here, "listed": list_page(request.user)}
        return render(request, "conversations/deleted.html", context)
    there = f"{_page_after(request, conversation)}?{urlencode({'undo': conversation.pk})}"
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": there})
    return redirect(there)


@require_POST
@signed_in
def restore(request: SignedInRequest, conversation_id: int) -> HttpResponse:
    """Idempotent: a second tab or the back button changes nothing."""
    mine = Conversation.objects.filter(owner=request.user)
    conversation = get_object_or_404(mine, pk=conversation_id)
    restore_conversation(conversation)
    here = _here(request)
    return redirect(here if _is_ours(request, here) else conversation.get_absolute_url())


def _page_after(request: SignedInRequest, deleted: Conversation) -> str:
    here = _here(request)
    if here.startswith(deleted.get_absolute_url()) or not _is_ours(request, here):
        return reverse("home")
    return here


def _here(request: SignedInRequest) -> str:
    return request.POST.get("next") or urlsplit(request.htmx.current_url or "").path


def _is_ours(request: SignedInRequest, url: str) -> bool:
    return url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
