"""NativeEngine: DSPy's native engine with a larger connection pool and shorter retries.

DSPy's own engine holds 100 connections (the 101st stream waits for another to end), and its retry
honours any ``Retry-After``, so an analyst could wait an hour in silence. This engine retries only
before the first event of a stream, and only when the wait is short.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from json import JSONDecodeError
from typing import Any

from dspy._vendor.lm15.transports import ReadTimeout
from dspy.clients.engines.lm15_engine import AsyncLM15Engine
from dspy.lm15 import (
    LM15Error,
    RateLimitError,
    Request,
    Response,
    RouterConfig,
    ServerError,
    TransportError,
)
from dspy.lm15 import (
    TimeoutError as ProviderTimeoutError,
)

from chat.engine.providers.dialects.known import dialect_of
from chat.engine.providers.failure_table import ProviderFailure
from chat.engine.providers.openai_compatible import COMPATIBLE
from chat.engine.providers.transport import CalmTransport

_TRANSIENT = (ProviderFailure, RateLimitError, ServerError, TransportError)
#: Raised by lm15 when a line of the stream is not JSON.
_RUBBISH = (JSONDecodeError, UnicodeDecodeError)
#: OpenAI pads each delta with random characters unless told not to. Others may reject the option.
_PLAIN_STREAM = {
    "openai": {"include_obfuscation": False},
    "openai-chat": {"include_usage": True, "include_obfuscation": False},
}
#: Seconds. Instead of waiting longer for a retry, readers are told "busy, try again in 20 s".
LONGEST_WAIT_S = 4.0


class NativeEngine:
    """For ``dspy.LM(async_engine=…)``. Bound to the event loop that first uses it."""

    def __init__(
        self,
        model: str,
        *,
        api_key: str | None,
        api_base: str | None,
        timeout_s: float,
        max_connections: int,
        retries: int,
        max_tokens: int | None = None,
    ) -> None:
        """Raises ``dspy.lm15.LM15Error`` when the native engine cannot serve ``model``."""
        known = RouterConfig(env={}, providers=COMPATIBLE)
        provider = AsyncLM15Engine(known).resolve(model).provider
        self._transport = CalmTransport(
            dialect=dialect_of(provider), timeout_s=timeout_s, max_connections=max_connections
        )
        config = RouterConfig(
            api_keys={provider: api_key} if api_key else None,
            base_urls={provider: api_base} if api_base else None,
            transport=self._transport,
            providers=COMPATIBLE,
        )
        self.provider = provider
        self._engine = AsyncLM15Engine(config)
        self._model = model
        self._retries = retries
        self._max_tokens = max_tokens
        self._stream_options = _PLAIN_STREAM.get(provider) if api_base is None else None

    def check_credentials(self) -> None:
        """Raise ``dspy.lm15.LM15Error`` if a required key is missing."""
        self._engine.router.lm(f"{self.provider}:{self._engine.resolve(self._model).model}")

    def bounded(self, request: Request) -> Request:
        """With our token limit; lm15 translates it for each provider."""
        if self._max_tokens is None:
            return request
        return replace(request, config=replace(request.config, max_tokens=self._max_tokens))

    def streamed(self, request: Request) -> Request:
        request = self.bounded(request)
        if self._stream_options is None:
            return request
        extensions = {**(request.config.extensions or {}), "stream_options": self._stream_options}
        return replace(request, config=replace(request.config, extensions=extensions))

    async def complete(self, request: Request) -> Response:
        request = self.bounded(request)
        for attempt in range(self._retries + 1):
            try:
                return await self._engine.complete(request)
            except _TRANSIENT as exc:
                await self._wait_or_raise(exc, attempt)
        raise AssertionError("the last attempt returns or raises")

    async def stream(self, request: Request) -> AsyncIterator[Any]:
        request = self.streamed(request)
        for attempt in range(self._retries + 1):
            begun = False
            try:
                async with aclosing(self._engine.stream(request)) as events:
                    async for event in events:
                        begun = True
                        yield event
                return
            except _RUBBISH as exc:
                raise ServerError(f"the provider's stream cannot be read: {exc}") from exc
            except _TRANSIENT as exc:
                await self._wait_or_raise(exc, self._retries if begun else attempt)

    async def _wait_or_raise(self, exc: LM15Error | ProviderFailure, attempt: int) -> None:
        if isinstance(exc, ProviderFailure) and not exc.passing:
            raise exc
        if _causes(exc, ReadTimeout):
            # It waited long enough already. DSPy drops the cause, so the class must say it.
            raise ProviderTimeoutError(exc.message) from exc
        wait_s = exc.retry_after if exc.retry_after is not None else 0.5 * 2**attempt
        if attempt >= self._retries or wait_s > LONGEST_WAIT_S:
            raise exc
        await asyncio.sleep(wait_s)

    async def aclose(self) -> None:
        await self._engine.aclose()
        await self._transport.aclose()


def lm15_name(model: str) -> str:
    """litellm's ``openai/responses/gpt-5`` is lm15's ``openai:gpt-5``; lm15 reads others itself."""
    provider, _, rest = model.partition("/responses/")
    return f"{provider}:{rest}" if rest and provider in ("openai", "azure") else model


def missing_setting(model: str, *, api_base: str | None) -> str:
    """The setting that the address of ``model`` lacks; keys are not checked.

    Raises ``dspy.lm15.LM15Error`` when the native engine cannot serve the model.
    """
    engine = NativeEngine(
        lm15_name(model),
        api_key="any",
        api_base=api_base,
        timeout_s=1,
        max_connections=1,
        retries=0,
    )
    try:
        engine.check_credentials()
    except LM15Error as exc:
        return str(exc.message).partition("\n")[0]
    return ""


def _causes(exc: BaseException | None, kind: type[BaseException]) -> bool:
    while exc is not None and not isinstance(exc, kind):
        exc = exc.__cause__ or exc.__context__
    return exc is not None


class SyncSide:
    """The synchronous engine that ``dspy.LM`` requires beside an async one. Turns never use it.

    It also holds the model's capabilities, from which JSONAdapter decides whether to send a schema.
    """

    def __init__(self, *, supports_response_schema: bool, supported_params: set[str]) -> None:
        self.supports_response_schema = supports_response_schema
        self.supported_params = supported_params

    def complete(self, request: Request) -> Response:
        raise NotImplementedError("Oliver calls its models asynchronously only")

    def close(self) -> None:
        pass
