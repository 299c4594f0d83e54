"""Forbids proxies and browsers to cache any response of a view.

A page restored by Back must show new turns and a fresh idempotency key, and nothing after sign-out.
WhiteNoise serves static files before this middleware runs.
"""

from django.http import HttpRequest, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

PRIVATE = "private, no-store"


class NoStoreMiddleware(MiddlewareMixin):
    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        response.headers.setdefault("Cache-Control", PRIVATE)
        return response
