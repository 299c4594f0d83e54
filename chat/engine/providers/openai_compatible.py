"""Providers and servers that speak OpenAI's chat completions and are unknown to lm15.

They run on the native engine, so Stop ends their requests at once. Names, addresses and variables
match litellm's, so configurations for it stay valid.
"""

from dataclasses import replace

from dspy._vendor.lm15.features import AccessPolicy, EndpointSupport
from dspy.lm15 import OpenAIChatCompat, ProviderDefinition, register_provider

#: Options that every such server accepts. ``max_tokens`` is the older name, known to all.
_COMPAT = OpenAIChatCompat(
    instruction_role="system",
    max_tokens_field="max_tokens",
    stream_usage="include",
    thinking_format="none",
    tool_result_name="omit",
    strict_tools="omit",
    cache_control="none",
    tool_result_media="reject",
)
#: Mistral reports usage unasked and refuses unknown fields.
_MISTRAL = replace(_COMPAT, stream_usage="omit", tool_result_name="include")
#: For self-hosted servers, which need no key.
_NO_KEY = "none"


def _provider(
    name: str, base_url: str, *, key: str = "", compat: OpenAIChatCompat = _COMPAT
) -> ProviderDefinition:
    """``key``: the environment variable with its key."""
    access = AccessPolicy(
        provider=name,
        supports=EndpointSupport(complete=True, stream=True, models=True),
        auth_modes=("bearer",),
        env_keys=(key,) if key else (),
        base_url=base_url,
    )
    return ProviderDefinition.chat(access, compat=compat, placeholder_key=None if key else _NO_KEY)


COMPATIBLE = (
    _provider("mistral", "https://api.mistral.ai/v1", key="MISTRAL_API_KEY", compat=_MISTRAL),
    _provider("codestral", "https://codestral.mistral.ai/v1", key="CODESTRAL_API_KEY",
              compat=_MISTRAL),
    _provider("together-ai", "https://api.together.xyz/v1", key="TOGETHERAI_API_KEY"),
    _provider("fireworks-ai", "https://api.fireworks.ai/inference/v1", key="FIREWORKS_API_KEY"),
    _provider("cerebras", "https://api.cerebras.ai/v1", key="CEREBRAS_API_KEY"),
    _provider("sambanova", "https://api.sambanova.ai/v1", key="SAMBANOVA_API_KEY"),
    _provider("nvidia-nim", "https://integrate.api.nvidia.com/v1", key="NVIDIA_NIM_API_KEY"),
    _provider("deepinfra", "https://api.deepinfra.com/v1/openai", key="DEEPINFRA_API_KEY"),
    _provider("perplexity", "https://api.perplexity.ai", key="PERPLEXITYAI_API_KEY"),
    _provider("nebius", "https://api.studio.nebius.ai/v1", key="NEBIUS_API_KEY"),
    _provider("novita", "https://api.novita.ai/v3/openai", key="NOVITA_API_KEY"),
    _provider("dashscope", "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
              key="DASHSCOPE_API_KEY"),
    _provider("lm-studio", "http://localhost:1234/v1"),
    _provider("llamafile", "http://localhost:8080/v1"),
    _provider("llama-cpp", "http://localhost:8080/v1"),
    _provider("litellm-proxy", "http://localhost:4000", key="LITELLM_PROXY_API_KEY"),
)  # fmt: skip

for _definition in COMPATIBLE:
    # DSPy lists the capabilities of their models under litellm's names.
    register_provider(_definition, metadata_namespaces=(_definition.id.replace("-", "_"),))
