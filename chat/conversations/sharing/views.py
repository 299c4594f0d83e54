"""Read-only links to a conversation, if ``OLIVER_SHARING`` is on.

The owner creates and revokes them. A link shows the path as it was when the link was created, on a
page without scripts, sidebar or forms. Expired, revoked and unknown links are 404.
"""

from collections.abc import Callable, Mapping
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat.conversations.exports.transcript import ExportedTurn, transcript_of
from chat.conversations.models import Conversation, ShareLink, path_of
from chat.conversations.ownership import conversation_of
from chat.engine.rendering.cards import artifact_body, finding_card, verdict_line
from chat.engine.rendering.citation_chips import PassageLabel, labels_of, without_links
from chat.engine.rendering.markdown import render_markdown
from chat.kernel.conf import conf
from chat.web.page_context import page_context
from chat.web.signed_in import SignedInRequest, signed_in

#: The first is the default.
LIFETIMES_DAYS = (7, 1, 30)


def requires_sharing(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def checked(*args: object, **kwargs: object) -> HttpResponseBase:
        if not conf().sharing:
            raise Http404("sharing is off")
        return view(*args, **kwargs)

    return checked


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@requires_sharing
def share(request: SignedInRequest, conversation_id: int) -> HttpResponse:
    """POST creates a link and shows its secret once."""
    conversation = conversation_of(request.user, conversation_id)
    new_url = ""
    if request.method == "POST":
        new_url = request.build_absolute_uri(_new_link(request, conversation))
    context: dict[str, object] = {
        "links": conversation.share_links.in_force(timezone.now()),
        "new_url": new_url,
        "lifetimes_days": LIFETIMES_DAYS,
    }
    context |= page_context(request, conversation=conversation)
    return render(request, "conversations/conversation_share.html", context)


def _new_link(request: SignedInRequest, conversation: Conversation) -> str:
    allowed = {str(days): days for days in LIFETIMES_DAYS}
    days = allowed.get(request.POST.get("days", ""), LIFETIMES_DAYS[0])
    last = next(reversed(path_of(conversation)), 0)
    _, secret = ShareLink.issue(conversation, last_turn_id=last, days=days)
    return reverse("shared", args=[secret])


@require_POST
@signed_in
@requires_sharing
def revoke(request: SignedInRequest, conversation_id: int, link_id: int) -> HttpResponse:
    conversation = conversation_of(request.user, conversation_id)
    get_object_or_404(conversation.share_links, pk=link_id).delete()
    return redirect("conversation-share", conversation.pk)


@require_safe
@requires_sharing
def shared(request: HttpRequest, secret: str) -> HttpResponse:
    link = ShareLink.objects.matching(secret)
    if link is None:
        raise Http404("no such link")
    transcript = transcript_of(link.conversation, last_turn_id=link.last_turn_id)
    context = {
        "transcript": transcript,
        "turns": [_readable(turn) for turn in transcript.turns],
        "expires_at": link.expires_at,
    }
    response = render(request, "conversations/shared.html", context)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"  # the address contains the secret
    return response


def _readable(turn: ExportedTurn) -> dict[str, object]:
    """What the owner's page shows, but its chips are no links: the reader has no library."""
    answer = turn.answer
    labels = labels_of(answer)
    with without_links():
        return {
            "turn": turn,
            "verdict": verdict_line(answer) if turn.verdict else "",
            "analysis": _html(answer.analysis, labels),
            "response": _html(answer.response, labels),
            "findings": [finding_card(finding, labels) for finding in answer.findings],
            "artifacts": [
                (shown, artifact_body(artifact, labels))
                for shown, artifact in zip(turn.artifacts, answer.artifacts, strict=True)
            ],
        }


def _html(markdown: str, labels: Mapping[str, PassageLabel]) -> SafeString:
    return mark_safe(render_markdown(markdown, labels))  # noqa: S308 (it escapes all HTML)
