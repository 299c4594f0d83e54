"""Errors of the API: which exception means which ``OliverError``; ``chat.web`` makes JSON of it.

``install`` gives it to the API. Streams that have begun end in a ``StreamError`` instead.
"""

import logging
from typing import Any

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


#: ninja looks for a handler by class, the nearest first.
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
    """Map every exception of a view, and of the framework around it."""
    for exc_class in _HANDLED:
        api.add_exception_handler(exc_class, _answer)


def _answer(request: HttpRequest, exc: Any) -> HttpResponse:
    error = to_oliver_error(exc) or _meaning_in_ninja(exc)
    if error is None:
        logger.error("%s %s failed unforeseen", request.method, request.path, exc_info=exc)
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
    """ninja refuses with 400 only bodies that its parser cannot read, and keeps the reason."""
    reason = exc.__cause__
    return (
        InvalidJson(gettext("The request body is not valid JSON: {reason}.").format(reason=reason))
        if reason
        else InvalidJson()
    )
