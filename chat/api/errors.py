"""Errors as JSON: the one mapper of the API.

    {"error": {"code": "invalid_input", "message": "messages.0.content is missing.",
               "field": "messages.0.content"}}

``install`` gives it to the API. Streams that have begun end in a ``StreamError`` instead.
"""

import logging
import math
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from chat.api.validation_messages import as_invalid_input
from chat.kernel.database import AWAY
from chat.kernel.errors import NotFound, OliverError, StorageUnavailable
from chat.web.outage import note_outage

logger = logging.getLogger(__name__)


class Unauthorized(OliverError):
    """Nobody, or nobody we know."""

    code = "unauthorized"
    http_status = 401
    default_message = _("Sign in, or send a token: Authorization: Bearer oliver_…")


class CsrfFailed(OliverError):
    """A session's request that may come from another site."""

    code = "csrf_failed"
    http_status = 403
    default_message = _(
        "Requests with a session need the CSRF token in X-CSRFToken. Programs use a bearer token."
    )


class Forbidden(OliverError):
    """Known, but not allowed to do this."""

    code = "forbidden"
    http_status = 403
    default_message = _("This needs a member of staff.")


class InvalidJson(OliverError):
    """A body that cannot even be read."""

    code = "invalid_json"
    http_status = 400
    default_message = _("The body is not valid JSON.")


class BodyTooLarge(OliverError):
    """More than ``DATA_UPLOAD_MAX_MEMORY_SIZE``."""

    code = "body_too_large"
    http_status = 413
    default_message = _("The body is too large.")


class MethodNotAllowed(OliverError):
    """The right path, the wrong verb."""

    code = "method_not_allowed"
    http_status = 405
    default_message = _("This path does not know this method.")


class HttpRefusal(OliverError):
    """Any other refusal of the framework."""

    code = "refused"


def install(api: NinjaAPI) -> None:
    """Map every exception of a view, and of the framework around it."""
    for exc_class in (OliverError, ValidationError, HttpError, Http404, RequestDataTooBig):
        api.add_exception_handler(exc_class, _answer)
    for away in AWAY:
        api.add_exception_handler(away, _answer_outage)
    api.add_exception_handler(Exception, _answer_unforeseen)


def error_response(error: OliverError) -> HttpResponse:
    """The error as an HTTP answer."""
    facts: dict[str, Any] = {"code": error.code, "message": error.message}
    if error.field:
        facts["field"] = error.field
    if error.retry_after_s is not None:
        facts["retry_after_s"] = error.retry_after_s
    response = JsonResponse({"error": facts}, status=error.http_status)
    if error.retry_after_s is not None:
        response["Retry-After"] = str(math.ceil(error.retry_after_s))
    if isinstance(error, Unauthorized):
        response["WWW-Authenticate"] = 'Bearer realm="Oliver"'
    return response


def _answer(request: HttpRequest, exc: Any) -> HttpResponse:
    return error_response(_meaning(exc))


def _answer_outage(request: HttpRequest, exc: Any) -> HttpResponse:
    note_outage(exc)
    return error_response(StorageUnavailable())


def _answer_unforeseen(request: HttpRequest, exc: Any) -> HttpResponse:
    logger.error("%s %s failed unforeseen", request.method, request.path, exc_info=exc)
    return error_response(OliverError())


def _meaning(exc: Exception) -> OliverError:
    match exc:
        case OliverError():
            return exc
        case ValidationError():
            return as_invalid_input(exc)
        case Http404():
            return NotFound()
        case RequestDataTooBig():
            return BodyTooLarge()
        case AuthenticationError():
            return Unauthorized()
        case HttpError(status_code=400):
            return _invalid_json(exc)
        case _:
            return HttpRefusal(str(exc))


def _invalid_json(exc: HttpError) -> InvalidJson:
    """ninja refuses with 400 only bodies that its parser cannot read, and keeps the reason."""
    reason = exc.__cause__
    return (
        InvalidJson(gettext("The body is not valid JSON: {reason}.").format(reason=reason))
        if reason
        else InvalidJson()
    )
