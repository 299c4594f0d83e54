"""A yardstick: the obvious design. An async Django view runs ``dspy.streamify`` with two of DSPy's
own listeners and sends one JSON event per token. No log, no database, no HTML.

    BENCH_PROVIDER_URL=… daphne tests.benchmarks.obvious:application
"""

import json
import os
from collections.abc import AsyncIterator

os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")

import dspy
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import path

settings.configure(
    ROOT_URLCONF=__name__, SECRET_KEY="bench", ALLOWED_HOSTS=["*"], MIDDLEWARE=[], USE_TZ=True
)

_PROGRAM = dspy.Predict("question -> reasoning, response")
_LM = dspy.LM("openai/bench", api_base=os.environ["BENCH_PROVIDER_URL"], api_key="k", cache=False)


async def _events(question: str) -> AsyncIterator[str]:
    listeners = [
        dspy.streaming.StreamListener(signature_field_name=name)
        for name in ("reasoning", "response")
    ]
    stream = dspy.streamify(_PROGRAM, stream_listeners=listeners, is_async_program=True)
    with dspy.context(lm=_LM, disable_history=True, trace=None):
        async for value in stream(question=question):
            if isinstance(value, dspy.streaming.StreamResponse):
                event = {"field": value.signature_field_name, "content": value.chunk}
                yield f"data: {json.dumps(event)}\n\n"
    yield 'event: done\ndata: "x"\n\n'


async def ask(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(_events(request.body.decode()), content_type="text/event-stream")


urlpatterns = [path("ask", ask)]
application = get_asgi_application()
