"""The API for programs, mounted at ``/api/`` and documented in docs/api.md.

Routers parse, call one use case and answer JSON or hand over a stream
(``chat.engine.delivery.follow``). ``auth`` authenticates, ``errors`` maps exceptions.
"""

from chat.api import errors, health, provider
from chat.api.auth import SessionAuth, TokenAuth
from chat.api.docs import DocsPage
from chat.api.json_api import JsonOnlyAPI
from chat.conversations.api import ask, branches, export, turns
from chat.conversations.feedback.api import router as feedback
from chat.conversations.prompts.api import router as prompts

_DESCRIPTION = """\
Ask questions and follow the answers as they are written.

Sign in with `Authorization: Bearer oliver_…` (`manage.py create_api_token USER` makes a token) or
with the session of the page; requests with a session that change something need `X-CSRFToken`.

Every error is `{"error": {"code", "message", "field"?, "retry_after_s"?}}`: a stable code for
programs, a sentence for people.
"""

api = JsonOnlyAPI(
    title="Oliver",
    version="1",
    urls_namespace="api",
    description=_DESCRIPTION,
    # A token is explicit, so it wins over a session cookie.
    auth=[TokenAuth(), SessionAuth()],
    docs=DocsPage(),
)
errors.install(api)
api.add_router("", ask.router, tags=["Ask"])
api.add_router("", turns.router, tags=["Turns"])
api.add_router("", branches.router, tags=["Turns"])
api.add_router("", feedback, tags=["Turns"])
api.add_router("", export.router, tags=["Conversations"])
api.add_router("", prompts, tags=["Prompts"])
api.add_router("", provider.router, tags=["Service"])
api.add_router("", health.router, tags=["Service"])

__all__ = ["api"]
