"""The provider: the one place that builds the language model, and says which one it is.

Native engine where it can serve, litellm where it cannot (6 x the CPU, 190 MiB), and the quote
engine when no model is set. ``provider()`` builds once per process.
"""

import logging
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

import dspy
from django.utils.translation import gettext as _
from dspy.lm15 import LM15Error

from chat.engine.providers.chat_adapter import FieldChatAdapter
from chat.engine.providers.native_engine import NativeEngine, SyncSide
from chat.engine.providers.quote.engine import QuoteEngine, SyncQuoteEngine
from chat.kernel.conf import Conf, conf

logger = logging.getLogger(__name__)

#: That one adapter meets: ours, and the versions of an optimised program.
_MOST_SIGNATURES = 32

EngineName = Literal["quote", "native", "litellm"]


@dataclass(frozen=True)
class ProviderInfo:
    """What answers, for the page, the API and the statistics."""

    model: str | None  # None: no language model, the quote engine
    engine: EngineName
    adapter: str
    healthy: bool  # configured completely; the network is not asked
    missing_key_of: str = ""  # the provider that wants one

    @property
    def problem(self) -> str:
        """What is wrong, in the language of whoever reads it; "" if nothing is."""
        if not self.missing_key_of:
            return ""
        words = _("No key for {provider}: set OLIVER_API_KEY.")
        return words.format(provider=self.missing_key_of)

    @property
    def label(self) -> str:
        return self.model or "the library"


@dataclass(frozen=True)
class Provider:
    """A language model ready to use, with the adapter that talks to it."""

    lm: dspy.LM
    adapter: dspy.Adapter
    info: ProviderInfo
    connections: NativeEngine | None = None

    async def aclose(self) -> None:
        """Close its connections. Call it on the loop that used them."""
        if self.connections is not None:
            await self.connections.aclose()


def build_provider(settings: Conf) -> Provider:
    """Build from settings. Never touches the network, never raises for a bad configuration.

    A problem is told by ``info.problem``: the site starts and says what is wrong.
    """
    if settings.model is None:
        return quote_provider()
    try:
        return _native(settings, settings.model)
    except LM15Error as exc:
        logger.info("The native engine cannot serve %s (%s); using litellm.", settings.model, exc)
        return _litellm(settings, settings.model)


@cache
def quote_provider() -> Provider:
    """The engine that needs no key: it quotes passages and invents nothing."""
    return Provider(
        lm=dspy.LM(
            "oliver/quote",
            engine=SyncQuoteEngine(),
            async_engine=QuoteEngine(),
            cache=False,
            num_retries=0,
        ),
        adapter=_chat_adapter(),
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
    )
    # A plain LM of the same name knows what the model can do; ours has an engine of its own.
    known = dspy.LM(model, engine="lm15", cache=False)
    capabilities = SyncSide(
        supports_response_schema=known.supports_response_schema,
        supported_params=set(known.supported_params),
    )
    lm = dspy.LM(model, engine=capabilities, async_engine=engine, cache=False, num_retries=0)
    return Provider(
        lm, _adapter(settings), _info(settings, "native", _missing_key_of(engine)), engine
    )


def _litellm(settings: Conf, model: str) -> Provider:
    options: dict[str, Any] = {"timeout": settings.provider_timeout_s}
    if settings.api_key:
        options["api_key"] = settings.api_key.get_secret_value()
    if settings.api_base:
        options["api_base"] = settings.api_base
    lm = dspy.LM(
        model, engine="litellm", cache=False, num_retries=settings.provider_retries, **options
    )
    return Provider(lm, _adapter(settings), _info(settings, "litellm", ""))


def _adapter(settings: Conf) -> dspy.Adapter:
    if settings.adapter == "json":
        return _describing_once(dspy.JSONAdapter())
    return _chat_adapter()


def _chat_adapter() -> dspy.Adapter:
    return _describing_once(FieldChatAdapter())


def _describing_once(adapter: dspy.Adapter) -> dspy.Adapter:
    """The system message depends on the signature alone. DSPy makes a schema of each field's type
    for it at each call, which takes 2 ms.
    """
    once = lru_cache(_MOST_SIGNATURES)(adapter.format_system_message)
    adapter.format_system_message = once  # an instance's own: subclasses call back twice
    return adapter


def _info(settings: Conf, engine: EngineName, missing_key_of: str) -> ProviderInfo:
    return ProviderInfo(
        model=settings.model,
        engine=engine,
        adapter=settings.adapter,
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
    """The provider of this process, from the settings in force at first use."""
    return build_provider(conf())


def provider_info() -> ProviderInfo:
    """What answers now."""
    return provider().info
