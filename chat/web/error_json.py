"""Maps ``OliverError`` to JSON for programs.

{"error": {"code": "invalid_input", "message": "messages.0.content is missing.",
           "field": "messages.0.content"}}
"""

from django.http import JsonResponse

from chat.kernel.errors import OliverError, Unauthorized
from chat.web.no_store import PRIVATE


def json_response(error: OliverError) -> JsonResponse:
    facts: dict[str, object] = {"code": error.code, "message": error.message}
    if error.field:
        facts["field"] = error.field
    if error.retry_after_s is not None:
        facts["retry_after_s"] = error.retry_after_s
    answer = JsonResponse({"error": facts}, status=error.http_status, headers=error.http_headers)
    answer["Cache-Control"] = PRIVATE
    if isinstance(error, Unauthorized):
        answer["WWW-Authenticate"] = 'Bearer realm="Oliver"'
    return answer
