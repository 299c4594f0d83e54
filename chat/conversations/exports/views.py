"""A conversation as a file to keep or to send on."""

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from chat.conversations.exports import FORMAT_NAMES, ExportedFile, export
from chat.conversations.ownership import conversation_of
from chat.kernel.errors import OliverError
from chat.web.error_pages import refusal_line
from chat.web.signed_in import SignedInRequest, signed_in


@require_safe
@signed_in
def conversation_export(request: SignedInRequest, conversation_id: int, kind: str) -> HttpResponse:
    """``/conversations/7/export/pdf``."""
    conversation = conversation_of(request.user, conversation_id)
    if kind not in FORMAT_NAMES:
        raise Http404("no such format")
    try:
        return file_response(export(conversation, kind))
    except OliverError as error:
        return refusal_line(error)


def file_response(file: ExportedFile) -> HttpResponse:
    """Saved, never shown: nothing in it may run in a page of ours."""
    return HttpResponse(
        file.content,
        content_type=file.content_type,
        headers={"Content-Disposition": str(content_disposition_header(True, file.name))},
    )
