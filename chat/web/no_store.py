"""Every answer of a view is its reader's alone: neither a proxy nor a shared browser keeps it.

A page restored by Back must show new turns and a fresh idempotency key, and nothing after signing
out. Static files are not meant; WhiteNoise answers before this middleware is asked.
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
