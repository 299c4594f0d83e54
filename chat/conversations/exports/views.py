"""Downloads of a conversation."""

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
    conversation = conversation_of(request.user, conversation_id)
    if kind not in FORMAT_NAMES:
        raise Http404("no such format")
    try:
        return file_response(export(conversation, kind))
    except OliverError as error:
        return refusal_line(error)


def file_response(file: ExportedFile) -> HttpResponse:
    """As a download, so that nothing in the file can run as a page of ours."""
    return HttpResponse(
        file.content,
        content_type=file.content_type,
        headers={"Content-Disposition": str(content_disposition_header(True, file.name))},
    )
