"""Maps exceptions of DSPy and its engines to Oliver's errors.

``failure_table`` classifies a provider's responses. This covers the rest: no response, an
unreadable one, an incomplete setup.
"""

import logging
import re

from dspy.utils import exceptions as dspy_errors

from chat.engine.providers.failure_table import ProviderFailure, failure_of
from chat.kernel import answer_errors as errors
from chat.kernel.errors import OliverError

logger = logging.getLogger(__name__)

#: The first matching class counts, so subclasses come before their bases.
_MEANING: tuple[tuple[type[Exception], type[OliverError]], ...] = (
    (dspy_errors.LMConfigurationError, errors.ProviderNotConfigured),
    (dspy_errors.LMUnsupportedFeatureError, errors.ProviderNotConfigured),
    (dspy_errors.LMTimeoutError, errors.ProviderTimeout),
    (dspy_errors.ContextWindowExceededError, errors.ContextTooLong),
    (dspy_errors.LMStreamAssemblyError, errors.ConnectionCut),
    (dspy_errors.LMTransportError, errors.ProviderUnreachable),
    (dspy_errors.LMProviderError, errors.ProviderError),
    (dspy_errors.AdapterParseError, errors.AnswerUnreadable),
)
#: Limit of a provider's message in the log.
_MOST_WORDS = 300
#: Keys in addresses and in providers' messages.
_KEY = re.compile(r"\bsk-[\w*-]+|(?<=key=)[^&\s]+|(?<=Bearer )\S+", re.IGNORECASE)


def meaning_of(exc: BaseException, *, text_arrived: bool) -> OliverError:
    """The error to show for ``exc``. ``text_arrived``: the model had begun to write.

    An unexpected exception becomes a plain ``OliverError`` and is logged with its traceback.
    """
    exc = _single(exc)
    if isinstance(exc, OliverError):
        return exc
    if failure := _answer_of_provider(exc):
        return failure.error
    meaning = next((ours for theirs, ours in _MEANING if isinstance(exc, theirs)), None)
    if meaning is None:
        logger.error("Unforeseen failure of a turn", exc_info=exc)
        return OliverError()
    if meaning is errors.ProviderUnreachable and text_arrived:
        meaning = errors.ConnectionCut
    return meaning(retry_after_s=getattr(exc, "retry_after", None))


def _answer_of_provider(exc: BaseException) -> ProviderFailure | None:
    """litellm's exceptions have a status and the provider's message."""
    if isinstance(exc, ProviderFailure):
        return exc
    if not (isinstance(exc, dspy_errors.LMProviderError) and exc.status):
        return None
    headers = {} if exc.retry_after is None else {"retry-after": str(exc.retry_after)}
    return failure_of(exc.status, headers, str(exc).encode())


def words_of(exc: BaseException) -> str:
    """The message of the provider or its connection in one line, for operators, never for readers.

    Empty if it is our own message or would repeat the model's text.
    """
    exc = _single(exc)
    if isinstance(exc, OliverError | dspy_errors.AdapterParseError):
        return ""
    words = " ".join(str(exc).split()) or type(exc).__name__
    return _KEY.sub("…", words)[:_MOST_WORDS]


def _single(exc: BaseException) -> BaseException:
    """Unwrap exception groups: the task group around a stream raises one."""
    while isinstance(exc, BaseExceptionGroup):
        exc = exc.exceptions[0]
    return exc
