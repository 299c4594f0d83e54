"""What a provider's error means: its HTTP status first, only then its words.

Words alone mislead: a 429 about "input tokens" does not mean the question is too long. Used for
responses (``failure_of``) and for errors inside a stream whose status was 200.
"""

import re
from collections.abc import Mapping

from dspy.utils.exceptions import LMProviderError

from chat.engine.providers.failure_bodies import (
    Said,
    is_error,
    read_body,
    read_error,
    retry_after_s,
)
from chat.kernel import answer_errors as errors
from chat.kernel.errors import OliverError

_TOO_LONG = (
    r"context[ _](length|window|size|limit)|prompt length|(prompt|input) is too long"
    r"|too large for model|maximum (number of )?(context|input|prompt|tokens)"
    r"|exceeds the (maximum|available|model)|exceed_context_size|reduce the length"
    r"|request_too_large|range of input length|inputs` tokens|too many (input )?tokens"
)
_FILTERED = (
    r"content[ _-]?(filter|management|policy)|responsibleai|moderation|flagged|safety system"
    r"|usage polic|blockReason|guardrail|data_inspection_failed|sensitive (content|word|inform)"
)
_REGION = (
    r"(country|region|location|territory)[\w, ]* not (supported|available)|unsupported_country"
)
_NO_CREDIT = (
    r"insufficient[ _](quota|balance|credit|funds)|credit balance|out of credits?|billing_error"
    r"|exceeded_current_quota|billing_hard_limit|spending limit|payment required|\b1113\b"
)
_WRONG_KEY = r"api[ _-]?key|API_KEY_INVALID|unauthenticated|invalid authentication"
_MODEL = r"model|deployment|no endpoints|engine"
_ANYTHING = ""

Meaning = type[OliverError]
_Rows = tuple[tuple[str, Meaning], ...]

#: By status; the first row with matching words counts.
_TABLE: dict[int, _Rows] = {
    400: (
        (_NO_CREDIT, errors.ProviderOutOfCredit),  # Anthropic
        (_TOO_LONG, errors.ContextTooLong),
        (_FILTERED, errors.ProviderFiltered),  # Azure, OpenAI
        (_REGION, errors.ProviderRegion),  # Gemini
        (_WRONG_KEY, errors.ProviderAuthError),  # Gemini, xAI
        (r"model[\w `'\"/:.-]* (not found|does not exist|not exist)|model_not_found"
         r"|(invalid|unknown|not a valid) model", errors.UnknownModel),
        (_ANYTHING, errors.ProviderRefusedRequest),
    ),
    401: ((_ANYTHING, errors.ProviderAuthError),),
    402: ((_ANYTHING, errors.ProviderOutOfCredit),),
    403: (
        (_FILTERED, errors.ProviderFiltered),  # OpenRouter
        (_REGION, errors.ProviderRegion),  # OpenAI
        (_NO_CREDIT, errors.ProviderOutOfCredit),
        (_TOO_LONG, errors.ContextTooLong),  # Together
        (r"access to (the )?model|model_not_found|model_permission", errors.UnknownModel),
        (_ANYTHING, errors.ProviderAuthError),
    ),
    404: ((_MODEL, errors.UnknownModel), (_ANYTHING, errors.ProviderWrongAddress)),
    405: ((_ANYTHING, errors.ProviderWrongAddress),),
    408: ((_ANYTHING, errors.ProviderTimeout),),
    413: ((_ANYTHING, errors.ContextTooLong),),
    429: (
        (_NO_CREDIT, errors.ProviderOutOfCredit),  # OpenAI, Z.AI, Moonshot
        (_ANYTHING, errors.ProviderRateLimited),
    ),
    500: ((_TOO_LONG, errors.ContextTooLong), (_ANYTHING, errors.ProviderError)),  # llama.cpp
    503: ((_ANYTHING, errors.ProviderRateLimited),),
    504: ((_ANYTHING, errors.ProviderTimeout),),
    524: ((_ANYTHING, errors.ProviderTimeout),),  # Cloudflare
    529: ((_ANYTHING, errors.ProviderRateLimited),),  # Anthropic
}  # fmt: skip
_OTHER_4XX, _OTHER_5XX = 400, 500
#: An error inside a stream without a status.
_UNNAMED = 0
_TABLE[_UNNAMED] = (*_TABLE[_OTHER_4XX][:-1], (_ANYTHING, errors.ProviderError))

#: Errors worth a retry. Not a timeout: the reader has waited long enough.
_PASSING = (errors.ProviderRateLimited, errors.ProviderError)


class ProviderFailure(LMProviderError):  # type: ignore[misc]  # DSPy has no types
    """A classified error of a provider. DSPy passes it on unchanged."""

    def __init__(self, error: OliverError, words: str, *, passing: bool) -> None:
        """``passing``: a retry may help."""
        super().__init__(words, retry_after=error.retry_after_s)
        self.error = error
        self.passing = passing


def failure_of(status: int, headers: Mapping[str, str], body: bytes) -> ProviderFailure:
    said, wait_s = read_body(body), retry_after_s(headers)
    return _failure(status, said, said.retry_after_s if wait_s is None else wait_s)


def failure_in(event: object) -> ProviderFailure | None:
    if not is_error(event):
        return None
    said = read_error(event)
    return _failure(said.status or _UNNAMED, said, said.retry_after_s)


def failure_in_body(body: bytes) -> ProviderFailure | None:
    """None unless ``body``, a whole response with status 200, is an error."""
    if body.lstrip().startswith(b"<"):  # a web page
        return ProviderFailure(errors.ProviderWrongAddress(), "200: a page of HTML", passing=False)
    said = read_body(body)
    return _failure(said.status or _UNNAMED, said, said.retry_after_s) if said.is_error else None


def broken_off(reason: str) -> ProviderFailure:
    """For an answer whose end ``reason`` is a failure."""
    return ProviderFailure(
        errors.ConnectionCut(), f"the answer ended with {reason!r}", passing=True
    )


def _failure(status: int, said: Said, retry_after_s: float | None) -> ProviderFailure:
    rows = _TABLE.get(status) or _TABLE[_OTHER_5XX if status > _OTHER_5XX else _OTHER_4XX]
    meaning = next(each for words, each in rows if re.search(words, said.whole, re.IGNORECASE))
    error, words = meaning(retry_after_s=retry_after_s), f"{status or 200}: {said.words}"
    return ProviderFailure(error, words, passing=meaning in _PASSING)
