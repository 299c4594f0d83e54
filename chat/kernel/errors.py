"""The errors that people or programs may see: a sentence, a code and an HTTP status each.

Here are those of requests; ``chat.kernel.answer_errors`` has those of answers.
``message`` says what happened and what to do next; ``code`` is stable. Views turn them into a
fragment, the API into JSON, streams into a ``StreamError``.
"""

import math
from typing import TYPE_CHECKING, ClassVar

from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from chat.kernel.chunks import StreamError

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: Errors are stored in English and translated for each reader.
STORED_LANGUAGE = "en"


class OliverError(Exception):
    code: ClassVar[str] = "internal"
    http_status: ClassVar[int] = 500
    default_message: "ClassVar[StrOrPromise]" = _(
        "Something went wrong on our side. Try again. If it happens again, tell your administrator."
    )

    def __init__(
        self, message: str = "", *, field: str | None = None, retry_after_s: float | None = None
    ) -> None:
        self.message = message or str(self.default_message)
        self._is_plain = not message
        self.field = field
        self.retry_after_s = retry_after_s
        super().__init__(self.message)

    @property
    def http_headers(self) -> dict[str, str]:
        if self.retry_after_s is None:
            return {}
        return {"Retry-After": str(math.ceil(self.retry_after_s))}

    def as_stream_error(self) -> StreamError:
        """For storage, in English; ``in_words`` translates it."""
        with override(STORED_LANGUAGE):
            message = str(self.default_message) if self._is_plain else self.message
        return StreamError(code=self.code, message=message, retry_after_s=self.retry_after_s)


# --- What a person or a program sent -------------------------------------------------------------


class InvalidInput(OliverError):
    """``field`` names the invalid value."""

    code = "invalid_input"
    http_status = 422
    default_message = _("The request is invalid.")


class TurnInProgress(OliverError):
    """A conversation has at most one live turn."""

    code = "turn_in_progress"
    http_status = 409
    default_message = _(
        "An answer is still being written in this conversation. Wait for it to finish, or stop it."
    )


class IdempotencyKeyReused(OliverError):
    """``turn_id`` was started with this key, by another question or in another place."""

    code = "idempotency_key_reused"
    http_status = 409
    default_message = _("This idempotency key belongs to a different question. Use a new key.")

    def __init__(self, turn_id: int) -> None:
        super().__init__(field="idempotency_key")
        self.turn_id = turn_id


class RateLimited(OliverError):
    """``retry_after_s`` says when to try again."""

    code = "rate_limited"
    http_status = 429
    default_message = _("Too many attempts. Wait a minute and try again.")

    @classmethod
    def for_seconds(cls, wait_s: float) -> "RateLimited":
        text = gettext("Too many attempts. Try again in {seconds} s.")
        return cls(text.format(seconds=math.ceil(wait_s)), retry_after_s=wait_s)


class TooManyLiveTurns(RateLimited):
    code = "too_many_live_turns"
    default_message = _(
        "You have too many answers in progress. Wait for one to finish, or stop one."
    )


class NotFound(OliverError):
    """Missing, or owned by somebody else."""

    code = "not_found"
    http_status = 404
    default_message = _("This does not exist, or you do not have access to it.")


class StorageUnavailable(OliverError):
    code = "storage_unavailable"
    http_status = 503
    default_message = _(
        "Oliver cannot save or load data right now. Your text is kept on this page. Try"
        " again in a moment. If this continues, tell your administrator."
    )

    def __init__(self) -> None:
        super().__init__(retry_after_s=10)


# --- What HTTP refuses ---------------------------------------------------------------------------


class Unauthorized(OliverError):
    code = "unauthorized"
    http_status = 401
    default_message = _("Sign in, or send a token: Authorization: Bearer oliver_…")


class CsrfFailed(OliverError):
    """A session's request that may come from another site."""

    code = "csrf_failed"
    http_status = 403
    default_message = _(
        "Session requests need the CSRF token in X-CSRFToken. Programs use a bearer token."
    )


class Forbidden(OliverError):
    code = "forbidden"
    http_status = 403
    default_message = _("Only staff can do this.")


class InvalidJson(OliverError):
    code = "invalid_json"
    http_status = 400
    default_message = _("The request body is not valid JSON.")


class BodyTooLarge(OliverError):
    """More than ``DATA_UPLOAD_MAX_MEMORY_SIZE``."""

    code = "body_too_large"
    http_status = 413
    default_message = _("The request body is too large.")


class HeadersTooLarge(OliverError):
    """More cookies than a browser would send."""

    code = "headers_too_large"
    http_status = 431
    default_message = _(
        "Your browser sends too many cookies for this site. Delete its cookies and sign in again."
    )


class MethodNotAllowed(OliverError):
    code = "method_not_allowed"
    http_status = 405
    default_message = _("This path does not support this method.")


class HttpRefusal(OliverError):
    """Any other refusal by the framework."""

    code = "refused"


def in_words(error: StreamError) -> str:
    """A stored error's sentence in the language of whoever reads it now.

    The sentences of these errors are their own msgids; any other (a newer worker's) stays as it is.
    """
    return gettext(error.message)
