"""``/api/docs``: Swagger UI from our own static files, under the strict CSP.

ninja's own page needs inline images that the CSP blocks (see static/api/docs.css).
"""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

#: One page for reading and trying. Schemas are folded away, as each call shows its own.
_SETTINGS = {
    "layout": "BaseLayout",
    "deepLinking": True,
    "defaultModelsExpandDepth": 0,
    "docExpansion": "list",
}


class DocsPage(DocsBase):
    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: object) -> HttpResponse:
        url = self.get_openapi_url(api, kwargs)
        context = {"openapi_url": url, "swagger_settings": json.dumps({**_SETTINGS, "url": url})}
        return render(request, "api/docs.html", context)
