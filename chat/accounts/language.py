"""The reader's language: what they stored, else what they chose here, else what their browser asks.

The choice on the sign-in page is a cookie. Who has stored a language in the settings gets it on
every page of theirs, and as the cookie too, so that the administration and the error pages speak it
as well. Streams carry it on (``chat.engine.delivery.follow``); what is stored is told in it when
it is read.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils.cache import patch_vary_headers
from django.utils.translation import activate, get_language

from chat.accounts.models.preferences import preferences_of


class LanguageMiddleware(LocaleMiddleware):
    """Django's, which forgets that a page in the cookie's language varies with the cookie."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        response = super().process_response(request, response)
        patch_vary_headers(response, ["Cookie"])
        return response


def speak_to(user: Any) -> None:
    """From here on the language that the user stored, if any."""
    language = preferences_of(user).language
    if language in dict(settings.LANGUAGES) and language != get_language():
        activate(language)


def keep_language(response: HttpResponse, language: str) -> None:
    """For pages that do not ask who reads them. "": as the browser asks."""
    if not language:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
        return
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )
