"""One tree of errors: what went wrong, for people (a sentence) and for programs (a code).

Every error that a person or a program may see is an ``OliverError``. ``message`` is a plain
sentence that says what happened and what to do next; ``code`` is stable; ``http_status`` is what
an HTTP answer carries. Views map them to a fragment, the API to JSON, streams to a ``StreamError``.
"""

from typing import TYPE_CHECKING, ClassVar

from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from chat.kernel.chunks import StreamError

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: The language of what is stored: a log holds facts, and its readers have languages of their own.
STORED_LANGUAGE = "en"


class OliverError(Exception):
    """Base of all errors shown to people or programs."""

    code: ClassVar[str] = "internal"
    http_status: ClassVar[int] = 500
    default_message: "ClassVar[StrOrPromise]" = _(
        "Something went wrong on our side. Please try again; "
        "if it happens again, tell your administrator."
    )

    def __init__(
        self, message: str = "", *, field: str | None = None, retry_after_s: float | None = None
    ) -> None:
        self.message = message or str(self.default_message)
        self._is_plain = not message
        self.field = field
        self.retry_after_s = retry_after_s
        super().__init__(self.message)

    def as_stream_error(self) -> StreamError:
        """To store. ``in_words`` tells it in a reader's language."""
        with override(STORED_LANGUAGE):
            message = str(self.default_message) if self._is_plain else self.message
        return StreamError(code=self.code, message=message, retry_after_s=self.retry_after_s)


# --- What a person or a program sent -------------------------------------------------------------


class InvalidInput(OliverError):
    """A value that cannot be used; ``field`` names it."""

    code = "invalid_input"
    http_status = 422
    default_message = _("Something you sent cannot be used as it is.")


class TurnInProgress(OliverError):
    """A conversation has one live turn at a time."""

    code = "turn_in_progress"
    http_status = 409
    default_message = _(
        "An answer is still being written in this conversation. Wait for it or stop it first."
    )


class IdempotencyKeyReused(OliverError):
    """The key has started ``turn_id``, for another question or in another place."""

    code = "idempotency_key_reused"
    http_status = 409
    default_message = _("This idempotency key belongs to a different question. Use a new key.")

    def __init__(self, turn_id: int) -> None:
        super().__init__(field="idempotency_key")
        self.turn_id = turn_id


class RateLimited(OliverError):
    """Too often in this minute; ``retry_after_s`` says when it will do again."""

    code = "rate_limited"
    http_status = 429
    default_message = _("That was too often in a short time. Wait a minute and try again.")


class TooManyLiveTurns(RateLimited):
    """A user has a limited number of answers in the making."""

    code = "too_many_live_turns"
    default_message = _(
        "Several of your answers are still being written. Wait for one or stop one first."
    )


class NotFound(OliverError):
    """It does not exist, or it is somebody else's."""

    code = "not_found"
    http_status = 404
    default_message = _("There is nothing here, or it is not yours to see.")


class StorageUnavailable(OliverError):
    """The database is away, or has no room left."""

    code = "storage_unavailable"
    http_status = 503
    default_message = _(
        "Oliver cannot store or read anything right now. What you typed is kept on this page; "
        "try again in a moment, and tell your administrator if it goes on."
    )

    def __init__(self) -> None:
        super().__init__(retry_after_s=10)


# --- What HTTP refuses ---------------------------------------------------------------------------


class Unauthorized(OliverError):
    """Nobody, or nobody we know."""

    code = "unauthorized"
    http_status = 401
    default_message = _("Sign in, or send a token: Authorization: Bearer oliver_…")


class CsrfFailed(OliverError):
    """A session's request that may come from another site."""

    code = "csrf_failed"
    http_status = 403
    default_message = _(
        "Requests with a session need the CSRF token in X-CSRFToken. Programs use a bearer token."
    )


class Forbidden(OliverError):
    """Known, but not allowed to do this."""

    code = "forbidden"
    http_status = 403
    default_message = _("This needs a member of staff.")


class InvalidJson(OliverError):
    """A body that cannot even be read."""

    code = "invalid_json"
    http_status = 400
    default_message = _("The body is not valid JSON.")


class BodyTooLarge(OliverError):
    """More than ``DATA_UPLOAD_MAX_MEMORY_SIZE``."""

    code = "body_too_large"
    http_status = 413
    default_message = _("The body is too large.")


class HeadersTooLarge(OliverError):
    """More cookies than a browser of ours has."""

    code = "headers_too_large"
    http_status = 431
    default_message = _(
        "Your browser sends too many cookies for this site. Delete its cookies and sign in again."
    )


class MethodNotAllowed(OliverError):
    """The right path, the wrong verb."""

    code = "method_not_allowed"
    http_status = 405
    default_message = _("This path does not know this method.")


class HttpRefusal(OliverError):
    """Any other refusal of the framework."""

    code = "refused"


# --- The provider (who serves the model) ---------------------------------------------------------


class ProviderError(OliverError):
    """The model's provider failed in a way not named below."""

    code = "provider_error"
    http_status = 502
    default_message = _("The model's provider answered with an error. Try again in a moment.")


class ProviderAuthError(ProviderError):
    code = "provider_auth"
    default_message = _(
        "The model's provider refused our key. Ask your administrator to check OLIVER_API_KEY."
    )


class ProviderNotConfigured(ProviderError):
    code = "provider_not_configured"
    default_message = _(
        "The model is not set up completely. Ask your administrator to check "
        "OLIVER_MODEL, OLIVER_API_BASE and OLIVER_API_KEY."
    )


class UnknownModel(ProviderError):
    code = "provider_unknown_model"
    default_message = _(
        "The model's provider does not know this model. "
        "Ask your administrator to check OLIVER_MODEL."
    )


class ProviderUnreachable(ProviderError):
    code = "provider_unreachable"
    default_message = _(
        "The model's provider cannot be reached. Try again in a moment; "
        "if it goes on, ask your administrator to check OLIVER_API_BASE."
    )


class ProviderRateLimited(ProviderError):
    code = "provider_rate_limited"
    http_status = 503
    default_message = _("The model's provider is busy and asks us to wait. Try again in a moment.")


class ProviderOutOfCredit(ProviderError):
    code = "provider_billing"
    default_message = _(
        "The account at the model's provider is out of credit. Ask your administrator to check it."
    )


class ProviderTimeout(ProviderError):
    code = "provider_timeout"
    http_status = 504
    default_message = _("The model's provider took too long to answer. Try again.")


class ProviderRefusedRequest(ProviderError):
    code = "provider_refused"
    default_message = _("The model's provider did not accept this request.")


class ContextTooLong(ProviderError):
    code = "context_too_long"
    http_status = 422
    default_message = _(
        "The question and its conversation are longer than the model can read. "
        "Shorten the text, or start a new conversation."
    )


class ConnectionCut(ProviderError):
    code = "provider_cut"
    default_message = _(
        "The connection to the model's provider broke in the middle of the answer. "
        "What had arrived is kept. Try again."
    )


class AnswerUnreadable(ProviderError):
    code = "answer_unreadable"
    default_message = _(
        "The model's answer did not have the expected form. What it wrote is kept. Try again, "
        "or ask your administrator about OLIVER_ADAPTER."
    )


class AnswerTooLong(OliverError):
    """The model wrote more than ``answer_max_chars``."""

    code = "answer_too_long"
    http_status = 502
    default_message = _("The answer became too long and was cut. What had arrived is kept.")


class AnswerTookTooLong(OliverError):
    """The model was not done after ``answer_max_s``."""

    code = "answer_took_too_long"
    http_status = 504
    default_message = _("The answer took too long and was cut. What had arrived is kept.")


# --- The turn itself -----------------------------------------------------------------------------


class TurnInterrupted(OliverError):
    """The worker that ran the turn went away."""

    code = "interrupted"
    http_status = 503
    default_message = _(
        "The answer was interrupted because its worker stopped. "
        "What had arrived is kept. Try again."
    )


def in_words(error: StreamError) -> str:
    """A stored error's sentence in the language of whoever reads it now.

    The sentences of this module are their own msgids; any other (a newer worker's) stays as it is.
    """
    return gettext(error.message)
