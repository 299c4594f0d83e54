"""The language of a page: the user's stored choice, else the cookie's, else the browser's.

The sign-in page sets the cookie, and so does a stored choice, so that the administration and error
pages follow it. Streams keep the language of their request (``chat.engine.delivery.follow``);
stored messages are translated when they are read.
"""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils.cache import patch_vary_headers
from django.utils.translation import activate, get_language

from chat.accounts.models.preferences import preferences_of


class LanguageMiddleware(LocaleMiddleware):
    """Adds ``Vary: Cookie``, which Django's middleware omits."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        response = super().process_response(request, response)
        patch_vary_headers(response, ["Cookie"])
        return response


def speak_to(user: User | AnonymousUser) -> None:
    language = preferences_of(user).language
    if language in dict(settings.LANGUAGES) and language != get_language():
        activate(language)


def keep_language(response: HttpResponse, language: str) -> None:
    """Set the cookie for pages that do not know their user; "" deletes it."""
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
