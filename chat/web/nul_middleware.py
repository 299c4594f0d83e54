"""Rejects NUL in headers and cookies with 400: HTTP forbids it and PostgreSQL cannot compare it.

Form fields and API bodies are checked where they are parsed: pasted documents may contain NUL.
"""

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from chat.kernel.errors import InvalidInput
from chat.web.error_json import json_response

GetResponse = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]


class NulMiddleware:
    sync_capable = True
    async_capable = True

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        name = _header_with_nul(request)
        if name is None:
            return self.get_response(request)
        return (
            _refused_later(request, name) if iscoroutinefunction(self) else _refused(request, name)
        )


def _header_with_nul(request: HttpRequest) -> str | None:
    for key, value in request.META.items():
        if key.startswith("HTTP_") and "\0" in value:
            return key.removeprefix("HTTP_").replace("_", "-").title()
    # Quoted cookies may contain octal escapes.
    if "\\000" in request.META.get("HTTP_COOKIE", ""):
        return next((name for name, value in request.COOKIES.items() if "\0" in value), None)
    return None


def _refused(request: HttpRequest, name: str) -> HttpResponse:
    sentence = _("{name} contains a character that is not allowed (NUL).").format(name=name)
    if request.path_info.startswith("/api/"):
        answer = json_response(InvalidInput(sentence, field=name))
        answer.status_code = 400
        return answer
    return HttpResponse(sentence, status=400, content_type="text/plain; charset=utf-8")


async def _refused_later(request: HttpRequest, name: str) -> HttpResponse:
    return _refused(request, name)
