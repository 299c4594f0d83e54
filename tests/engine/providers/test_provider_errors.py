"""What each provider's error means, by its own words: status first, as they are sent over HTTP."""

from typing import Any

import pytest

from chat.kernel.answer import Answer
from tests.engine.conftest import MakeAssistant
from tests.engine.providers.wire import chunk, data, named
from tests.support.provider_stand_in import Behaviour, ProviderStandIn, Raw, Refuses


def openai(message: str, code: str | None = None, kind: str | None = None) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def anthropic(kind: str, message: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"}


def gemini(code: int, status: str, message: str, *details: Any) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "status": status, "details": details}}


def plain(message: str, status: int) -> dict[str, Any]:
    """vLLM's, and Mistral's."""
    return {"object": "error", "message": message, "type": "BadRequestError", "code": status}


RATE = "This request would exceed your organization's rate limit of 30,000 input tokens per minute"
VLLM_LONG = (
    "This model's maximum context length is 4096 tokens. However, you requested 9000 tokens "
    "(8000 in the messages, 1000 in the completion). Please reduce the length of the messages."
)
LLAMA_LONG = {
    "error": {
        "code": 400,
        "message": "request (4390 tokens) exceeds the available context size (4096 tokens)",
        "type": "exceed_context_size_error",
        "n_prompt_tokens": 4390,
        "n_ctx": 4096,
    }
}
OPENROUTER_LONG = {
    "error": {
        "message": "This endpoint's maximum context length is 131072 tokens. However, you "
        "requested about 200000 tokens.",
        "code": 400,
        "metadata": {"provider_name": None},
    }
}
OPENROUTER_FLAGGED = {
    "error": {
        "code": 403,
        "message": "x requires moderation. Your input was flagged",
        "metadata": {"reasons": ["violence"], "flagged_input": "…", "provider_name": "OpenAI"},
    }
}
AZURE_FILTER = {
    "error": {
        "message": "The response was filtered due to the prompt triggering Azure OpenAI's content "
        "management policy.",
        "code": "content_filter",
        "status": 400,
        "innererror": {"code": "ResponsibleAIPolicyViolation"},
    }
}
QUOTA = "You exceeded your current quota, please check your plan and billing details."
RETRY = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34s"}

RESPONSES = [
    # A busy provider that speaks of tokens is no question that is too long.
    ("anthropic/m", 429, anthropic("rate_limit_error", RATE), "provider_rate_limited"),
    ("anthropic/m", 529, anthropic("overloaded_error", "Overloaded"), "provider_rate_limited"),
    ("gemini/m", 429, gemini(429, "RESOURCE_EXHAUSTED", QUOTA, RETRY), "provider_rate_limited"),
    # Too long, as each says it.
    ("openai/m", 400, plain(VLLM_LONG, 400), "context_too_long"),
    ("openai/m", 400, LLAMA_LONG, "context_too_long"),
    (
        "openai/m",
        500,
        openai("Context size has been exceeded.", None, "server_error"),
        "context_too_long",
    ),
    ("openrouter/m", 400, OPENROUTER_LONG, "context_too_long"),
    (
        "deepseek/m",
        400,
        openai("This model's maximum context length is 65536 tokens.", "invalid_request_error"),
        "context_too_long",
    ),
    (
        "anthropic/m",
        400,
        anthropic("invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"),
        "context_too_long",
    ),
    (
        "anthropic/m",
        413,
        anthropic("request_too_large", "Request exceeds the maximum size"),
        "context_too_long",
    ),
    (
        "gemini/m",
        400,
        gemini(
            400,
            "INVALID_ARGUMENT",
            "The input token count (1200000) exceeds the maximum number of tokens allowed",
        ),
        "context_too_long",
    ),
    (
        "mistral/m",
        400,
        plain(
            "Prompt contains 40000 tokens, too large for model with 32768 maximum context length",
            400,
        ),
        "context_too_long",
    ),
    # Keys, credit, regions, filters.
    (
        "gemini/m",
        400,
        gemini(
            400,
            "INVALID_ARGUMENT",
            "API key not valid. Please pass a valid API key.",
            {"reason": "API_KEY_INVALID"},
        ),
        "provider_auth",
    ),
    ("mistral/m", 401, {"detail": "Unauthorized"}, "provider_auth"),
    (
        "anthropic/m",
        400,
        anthropic(
            "invalid_request_error", "Your credit balance is too low to access the Anthropic API."
        ),
        "provider_billing",
    ),
    (
        "openai/m",
        429,
        openai(QUOTA, "insufficient_quota", "insufficient_quota"),
        "provider_billing",
    ),
    (
        "deepseek/m",
        402,
        openai("Insufficient Balance", "invalid_request_error"),
        "provider_billing",
    ),
    (
        "openai/m",
        403,
        openai(
            "Country, region, or territory not supported", "unsupported_country_region_territory"
        ),
        "provider_region",
    ),
    (
        "gemini/m",
        400,
        gemini(400, "FAILED_PRECONDITION", "User location is not supported for the API use."),
        "provider_region",
    ),
    ("openrouter/m", 403, OPENROUTER_FLAGGED, "provider_filtered"),
    ("openai/m", 400, AZURE_FILTER, "provider_filtered"),
    ("openai/m", 403, openai("You are not allowed to sample from this model"), "provider_auth"),
    # Models and addresses.
    (
        "ollama_chat/m",
        404,
        {"error": {"message": 'model "m" not found, try pulling it first'}},
        "provider_unknown_model",
    ),
    ("anthropic/m", 404, anthropic("not_found_error", "model: m"), "provider_unknown_model"),
    ("openrouter/m", 404, openai("No endpoints found for m."), "provider_unknown_model"),
    ("openai/m", 400, {"error": "m is not a valid model ID"}, "provider_unknown_model"),
    ("openai/m", 404, {"detail": "Not Found"}, "provider_wrong_address"),
    ("openai/m", 404, b"<html><h1>404</h1>The model of a page</html>", "provider_wrong_address"),
    ("openai/m", 405, b"<html>nginx</html>", "provider_wrong_address"),
    ("openai/m", 400, openai("max_tokens is too large: 200000"), "provider_refused"),
    ("openai/m", 422, {"detail": [{"msg": "field required"}]}, "provider_refused"),
    ("openai/m", 524, b"<html>timeout</html>", "provider_timeout"),
    ("openai/m", 500, b"", "provider_error"),
]

DISCONNECTED = {
    "error": {"code": 502, "message": "Provider disconnected"},
    "choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": "error"}],
}
FAILED = {"error": {"code": "rate_limit_exceeded", "message": "Slow down"}}

STREAMS = [
    ("openrouter/m", data(DISCONNECTED), "provider_error"),
    ("openai/m", data(plain(VLLM_LONG, 400)), "context_too_long"),
    ("openai/m", data(LLAMA_LONG), "context_too_long"),
    ("openai/m", data({"error": "model runner has unexpectedly stopped"}), "provider_error"),
    ("openai/m", data({"error": {"message": "no", "type": "server_error"}}), "provider_error"),
    ("anthropic/m", named(anthropic("overloaded_error", "Overloaded")), "provider_rate_limited"),
    ("gemini/m", data({"promptFeedback": {"blockReason": "SAFETY"}}), "provider_filtered"),
    ("openai/m", b'{"error": {"message": "Invalid key", "code": 401}}', "provider_auth"),
    ("mistral/m", chunk({"content": ""}, reason="error"), "provider_cut"),
]


async def answer_of(
    provider: ProviderStandIn, make: MakeAssistant, model: str, behaviour: Behaviour
) -> Answer:
    provider.plays(behaviour)
    answer = Answer()
    async for each in make(model=model, provider_retries=0).stream_response("report suspicious"):
        answer.apply(each)
    return answer


@pytest.mark.parametrize(("model", "status", "body", "code"), RESPONSES)
async def test_each_response_says_what_is_the_matter(
    model: str,
    status: int,
    body: Any,
    code: str,
    provider: ProviderStandIn,
    make_assistant: MakeAssistant,
) -> None:
    refuses = Refuses(status, body=body)
    answer = await answer_of(provider, make_assistant, model, refuses)
    assert answer.error
    assert answer.error.code == code
    assert answer.error.message.endswith((".", "LM."))


@pytest.mark.parametrize(("model", "event", "code"), STREAMS)
async def test_each_error_inside_a_stream_says_what_is_the_matter(
    model: str, event: bytes, code: str, provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    answer = await answer_of(provider, make_assistant, model, Raw([event]))
    assert answer.error
    assert answer.error.code == code


async def test_what_came_before_an_error_is_kept(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    text = chunk({"content": "[[ ## response ## ]]\nDue within 15"})
    body = text + data({"error": {"code": 502, "message": "Provider disconnected"}})
    answer = await answer_of(provider, make_assistant, "openrouter/m", Raw([body]))
    assert answer.response == "Due within 15"
    assert answer.error
    assert answer.error.code == "provider_error"


@pytest.mark.parametrize(
    ("headers", "body", "wait_s"),
    [
        ({"Retry-After": "20"}, openai("Slow down"), 20),
        ({"retry-after-ms": "7500"}, openai("Slow down"), 7.5),
        ({}, gemini(429, "RESOURCE_EXHAUSTED", QUOTA, RETRY), 34),
        ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, openai("Slow down"), 0),
    ],
)
async def test_the_wait_is_read_wherever_it_stands(
    headers: dict[str, str],
    body: Any,
    wait_s: float,
    provider: ProviderStandIn,
    make_assistant: MakeAssistant,
) -> None:
    refuses = Refuses(429, headers=headers, body=body)
    answer = await answer_of(provider, make_assistant, "openai/m", refuses)
    assert answer.error
    assert answer.error.retry_after_s == wait_s


async def test_a_busy_provider_inside_a_stream_is_asked_again(
    provider: ProviderStandIn, make_assistant: MakeAssistant
) -> None:
    busy = named(anthropic("overloaded_error", "Overloaded"))
    await answer_of(provider, make_assistant, "anthropic/m", Raw([busy]))
    assert len(provider.requests) == 1
    answer = Answer()
    async for each in make_assistant(model="anthropic/m", provider_retries=1).stream_response("x"):
        answer.apply(each)
    assert len(provider.requests) == 3
