"""``JsonOnlyAPI``: a ninja API whose every response is JSON.

ninja answers a wrong method in plain text and leaves unknown paths to Django's HTML page.
"""

from collections.abc import Callable
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
)
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI

from chat.kernel.errors import MethodNotAllowed, NotFound
from chat.web.error_json import json_response


class JsonOnlyAPI(NinjaAPI):
    @property
    def urls(self) -> tuple[list[URLResolver | URLPattern], str, str]:
        patterns, app_name, namespace = super().urls
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                if pattern.name == "openapi-json":
                    pattern.callback = _cached(pattern.callback)
                # Like ninja's own views: ``auth`` checks the CSRF token where needed.
                pattern.callback = csrf_exempt(_answer_in_json(pattern.callback))
        unknown = path("<path:rest>", csrf_exempt(_answer_in_json(_unknown)))
        return [*patterns, unknown], app_name, namespace


def _unknown(request: HttpRequest, **kwargs: object) -> HttpResponseBase:
    raise Http404


def _cached(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Render once per process: the OpenAPI document never changes and takes 100 ms."""
    body = b""

    @wraps(view)
    def answered(request: HttpRequest, **kwargs: object) -> HttpResponseBase:
        nonlocal body
        body = body or view(request, **kwargs).content
        return HttpResponse(body, content_type="application/json; charset=utf-8")

    return answered


def _answer_in_json(view: Callable[..., Any]) -> Callable[..., Any]:
    if iscoroutinefunction(view):

        @wraps(view)
        async def answered_later(request: HttpRequest, **kwargs: object) -> HttpResponseBase:
            return _as_json(await view(request, **kwargs))

        return answered_later

    @wraps(view)
    def answered(request: HttpRequest, **kwargs: object) -> HttpResponseBase:
        try:
            return _as_json(view(request, **kwargs))
        except Http404:
            return _as_json(json_response(NotFound(_("Unknown path. See /api/docs."))))

    return answered


def _as_json(response: HttpResponseBase) -> HttpResponseBase:
    if isinstance(response, HttpResponseNotAllowed):
        allowed = response["Allow"]
        response = json_response(MethodNotAllowed())
        response["Allow"] = allowed
    return response
