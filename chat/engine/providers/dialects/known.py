"""Which dialect a provider speaks, by lm15's name for it."""

from dspy._vendor.lm15.registry import lookup

from chat.engine.providers.dialects.anthropic import Anthropic
from chat.engine.providers.dialects.base import Dialect
from chat.engine.providers.dialects.gemini import Gemini
from chat.engine.providers.dialects.openai_chat import OpenAIChat
from chat.engine.providers.dialects.openai_responses import OpenAIResponses

#: One of each serves all: they keep nothing.
_DIALECTS: dict[str, Dialect] = {
    "openai-chat": OpenAIChat(),
    "openai-responses": OpenAIResponses(),
    "anthropic": Anthropic(),
    "gemini": Gemini(),
}


def dialect_of(provider: str) -> Dialect:
    """Those that lm15 does not know are declared by us, and speak OpenAI's."""
    definition = lookup(provider)
    return _DIALECTS[definition.dialect if definition else "openai-chat"]
