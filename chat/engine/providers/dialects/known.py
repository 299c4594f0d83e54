"""Maps lm15's provider names to dialects."""

from dspy._vendor.lm15.registry import lookup

from chat.engine.providers.dialects.anthropic import Anthropic
from chat.engine.providers.dialects.base import Dialect
from chat.engine.providers.dialects.gemini import Gemini
from chat.engine.providers.dialects.openai_chat import OpenAIChat
from chat.engine.providers.dialects.openai_responses import OpenAIResponses

#: Stateless, so one of each is enough.
_DIALECTS: dict[str, Dialect] = {
    "openai-chat": OpenAIChat(),
    "openai-responses": OpenAIResponses(),
    "anthropic": Anthropic(),
    "gemini": Gemini(),
}


def dialect_of(provider: str) -> Dialect:
    """Providers unknown to lm15 (``openai_compatible``) speak OpenAI's dialect."""
    definition = lookup(provider)
    return _DIALECTS[definition.dialect if definition else "openai-chat"]
