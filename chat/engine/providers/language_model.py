"""Builds the language model and describes it.

Uses the native engine where it can serve the model, litellm where it cannot (6 x the CPU, 190 MiB),
and the quote engine when no model is set. ``provider()`` builds once in each process.
"""

import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

import dspy
from django.utils.translation import gettext as _
from dspy.clients.lm import _is_openai_reasoning_model
from dspy.clients.model_metadata import model_info
from dspy.lm15 import LM15Error

from chat.engine.providers.adapter_choice import chosen_adapter
from chat.engine.providers.adapters import FieldChatAdapter, FieldJSONAdapter, ResponseFormat
from chat.engine.providers.native_engine import NativeEngine, SyncSide, lm15_name
from chat.engine.providers.quote.engine import QuoteEngine, SyncQuoteEngine
from chat.kernel.conf import Conf, conf

_LOW_TEMPERATURE = 0.2

logger = logging.getLogger(__name__)

EngineName = Literal["quote", "native", "litellm"]


@dataclass(frozen=True)
class ProviderInfo:
    """What produces the answers, for the page, the API and the statistics."""

    model: str | None  # None: no language model, the quote engine
    engine: EngineName
    adapter: str
    healthy: bool  # fully configured; the provider is not contacted
    missing_key_of: str = ""  # the provider whose key is missing
    response_format: ResponseFormat = "none"  # current format of requests; a refusal is remembered

    @property
    def problem(self) -> str:
        """In the active language; "" if there is none."""
        if not self.missing_key_of:
            return ""
        words = _("No key for {provider}: set OLIVER_API_KEY.")
        return words.format(provider=self.missing_key_of)

    @property
    def label(self) -> str:
        return self.model or "the library"


@dataclass(frozen=True)
class Provider:
    """A ready language model with its adapter."""

    lm: dspy.LM
    adapter: FieldChatAdapter | FieldJSONAdapter
    info: ProviderInfo
    connections: NativeEngine | None = None
    context_tokens: int | None = None  # context length; None: unknown

    async def aclose(self) -> None:
        """Must be called on the event loop that used the connections."""
        if self.connections is not None:
            await self.connections.aclose()


def build_provider(settings: Conf) -> Provider:
    """Build from settings. Never uses the network, never raises for a bad configuration.

    ``info.problem`` describes problems, so the site starts and can say what is wrong.
    """
    if settings.model is None:
        return quote_provider()
    try:
        return _native(settings, lm15_name(settings.model))
    except LM15Error as exc:
        logger.info("The native engine cannot serve %s (%s); using litellm.", settings.model, exc)
        return _litellm(settings, settings.model)


@cache
def quote_provider() -> Provider:
    """Needs no key: quotes passages and invents nothing."""
    return Provider(
        lm=dspy.LM(
            "oliver/quote",
            engine=SyncQuoteEngine(),
            async_engine=QuoteEngine(),
            cache=False,
            num_retries=0,
        ),
        adapter=FieldChatAdapter(),
        info=ProviderInfo(model=None, engine="quote", adapter="chat", healthy=True),
    )


def _native(settings: Conf, model: str) -> Provider:
    engine = NativeEngine(
        model,
        api_key=settings.api_key.get_secret_value() if settings.api_key else None,
        api_base=settings.api_base,
        timeout_s=settings.provider_timeout_s,
        max_connections=settings.provider_max_connections,
        retries=settings.provider_retries,
        max_tokens=settings.max_tokens,
    )
    # A plain LM of the same name knows the model's capabilities; ours has its own engine.
    known = dspy.LM(model, engine="lm15", cache=False)
    capabilities = SyncSide(
        supports_response_schema=known.supports_response_schema,
        supported_params=set(known.supported_params),
    )
    lm = dspy.LM(
        model,
        engine=capabilities,
        async_engine=engine,
        cache=False,
        num_retries=0,
        **_sampling(settings, model, known.supported_params),
    )
    adapter = chosen_adapter(settings)
    info = _info(settings, adapter, "native", _missing_key_of(engine))
    return Provider(lm, adapter, info, engine, _context_tokens(settings, engine.provider))


def _litellm(settings: Conf, model: str) -> Provider:
    options: dict[str, Any] = {"timeout": settings.provider_timeout_s}
    if settings.api_key:
        options["api_key"] = settings.api_key.get_secret_value()
    if settings.api_base:
        options["api_base"] = settings.api_base
    if settings.max_tokens:
        options["max_tokens"] = settings.max_tokens
    lm = dspy.LM(
        model,
        engine="litellm",
        cache=False,
        num_retries=settings.provider_retries,
        **options,
        **_sampling(settings, model, {"temperature"}),
    )
    adapter = chosen_adapter(settings)
    return Provider(
        lm,
        adapter,
        _info(settings, adapter, "litellm", ""),
        context_tokens=settings.context_tokens,
    )


def _sampling(settings: Conf, model: str, supported: Collection[str]) -> dict[str, Any]:
    """Low by default, because quotes must be copied exactly. Explicit settings are always sent;
    DSPy refuses a temperature for OpenAI's reasoning models.
    """
    options: dict[str, Any] = {}
    if settings.reasoning_effort is not None:
        options["reasoning_effort"] = settings.reasoning_effort
    if settings.temperature is not None:
        options["temperature"] = settings.temperature
    elif "temperature" in supported and not _is_openai_reasoning_model(model):
        options["temperature"] = _LOW_TEMPERATURE
    return options


def _context_tokens(settings: Conf, provider: str) -> int | None:
    """As set, otherwise from DSPy's table of well-known models."""
    if settings.context_tokens is not None or settings.model is None:
        return settings.context_tokens
    known = model_info(provider, settings.model.partition("/")[2])
    tokens: int | None = known.get("max_input_tokens") or known.get("max_tokens")
    return tokens


def _info(
    settings: Conf, adapter: dspy.Adapter, engine: EngineName, missing_key_of: str
) -> ProviderInfo:
    return ProviderInfo(
        model=settings.model,
        engine=engine,
        adapter="json" if isinstance(adapter, FieldJSONAdapter) else "chat",
        healthy=not missing_key_of,
        missing_key_of=missing_key_of,
    )


def _missing_key_of(engine: NativeEngine) -> str:
    try:
        engine.check_credentials()
    except LM15Error:
        return str(engine.provider)
    return ""


@cache
def provider() -> Provider:
    """One for the process, from the settings at first use."""
    return build_provider(conf())


def provider_info() -> ProviderInfo:
    now = provider()
    return replace(now.info, response_format=now.adapter.response_format)
