"""Maps the exceptions of API views to ``OliverError``, which ``chat.web.error_json`` renders.

Streams that have started end with a ``StreamError`` instead.
"""

import logging

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from chat.api.validation_messages import as_invalid_input
from chat.kernel.errors import (
    BodyTooLarge,
    HttpRefusal,
    InvalidJson,
    NotFound,
    OliverError,
    Unauthorized,
)
from chat.web.error_json import json_response
from chat.web.exception_middleware import to_oliver_error

logger = logging.getLogger(__name__)


#: ninja picks the handler of the nearest class.
_HANDLED = (
    OliverError,
    ValidationError,
    HttpError,
    Http404,
    RequestDataTooBig,
    DatabaseError,
    InterfaceError,
    Exception,
)


def install(api: NinjaAPI) -> None:
    for exc_class in _HANDLED:
        api.add_exception_handler(exc_class, _answer)


def _answer(request: HttpRequest, exc: Exception | type[Exception]) -> HttpResponse:
    assert isinstance(exc, Exception)  # ninja declares more than it hands over
    error = to_oliver_error(exc) or _meaning_in_ninja(exc)
    if error is None:
        logger.error("%s %s failed unexpectedly", request.method, request.path, exc_info=exc)
    return json_response(error or OliverError())


def _meaning_in_ninja(exc: Exception) -> OliverError | None:
    match exc:
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
        case HttpError():
            return HttpRefusal(str(exc))
        case _:
            return None


def _invalid_json(exc: HttpError) -> InvalidJson:
    """ninja raises 400 only for unparsable bodies; the cause is the parser error."""
    reason = exc.__cause__
    return (
        InvalidJson(gettext("The request body is not valid JSON: {reason}.").format(reason=reason))
        if reason
        else InvalidJson()
    )
