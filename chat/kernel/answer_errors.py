"""Why an answer ended before it was complete: its provider, its text, its worker.

Most are told by the last chunk of a stream, which has no HTTP status any more.
"""

from django.utils.translation import gettext_lazy as _

from chat.kernel.errors import OliverError


class ProviderError(OliverError):
    """A provider failure without a class of its own."""

    code = "provider_error"
    http_status = 502
    default_message = _("The model provider returned an error. Try again in a moment.")


class ProviderAuthError(ProviderError):
    code = "provider_auth"
    default_message = _(
        "The model provider rejected the API key. Ask your administrator to check OLIVER_API_KEY."
    )


class ProviderNotConfigured(ProviderError):
    code = "provider_not_configured"
    default_message = _(
        "The model setup is incomplete. Ask your administrator to check OLIVER_MODEL, "
        "OLIVER_API_BASE and OLIVER_API_KEY."
    )


class UnknownModel(ProviderError):
    code = "provider_unknown_model"
    default_message = _(
        "The model provider does not know this model. Ask your administrator to check OLIVER_MODEL."
    )


class ProviderUnreachable(ProviderError):
    code = "provider_unreachable"
    default_message = _(
        "The model provider cannot be reached. Try again in a moment. If this "
        "continues, ask your administrator to check OLIVER_API_BASE."
    )


class ProviderRateLimited(ProviderError):
    code = "provider_rate_limited"
    http_status = 503
    default_message = _("The model provider is busy. Try again in a moment.")


class ProviderOutOfCredit(ProviderError):
    code = "provider_billing"
    default_message = _(
        "The account with the model provider is out of credit. Ask your administrator to check it."
    )


class ProviderTimeout(ProviderError):
    code = "provider_timeout"
    http_status = 504
    default_message = _("The model provider took too long to answer. Try again.")


class ProviderRefusedRequest(ProviderError):
    code = "provider_refused"
    default_message = _("The model provider rejected this request.")


class ProviderWrongAddress(ProviderError):
    """A 404 that names no model."""

    code = "provider_wrong_address"
    default_message = _(
        "There is no model provider at the address that is set. Ask your administrator to check "
        "OLIVER_API_BASE: it usually ends in /v1."
    )


class ProviderRegion(ProviderError):
    code = "provider_region"
    default_message = _(
        "The model provider does not serve this region. Ask your administrator to choose another "
        "provider or address."
    )


class ProviderFiltered(ProviderError):
    """Its filter stopped the question; what it does to an answer is an outcome."""

    code = "provider_filtered"
    http_status = 422
    default_message = _(
        "The model provider's content filter rejected the question. Rephrase it, or ask your "
        "administrator to check the filter."
    )


class ContextTooLong(ProviderError):
    code = "context_too_long"
    http_status = 422
    default_message = _(
        "The question and conversation are too long for the model. Shorten the text, or"
        " start a new conversation."
    )


class ConnectionCut(ProviderError):
    code = "provider_cut"
    default_message = _(
        "The connection to the model provider broke during the answer. The partial "
        "answer is kept. Try again."
    )


class AnswerUnreadable(ProviderError):
    code = "answer_unreadable"
    default_message = _(
        "The model's answer was not in the expected format. The text is kept. Try "
        "again, or ask your administrator to check OLIVER_ADAPTER."
    )


class AnswerTooLong(OliverError):
    """The model wrote more than ``answer_max_chars``."""

    code = "answer_too_long"
    http_status = 502
    default_message = _("The answer became too long and was cut off. The partial answer is kept.")


class AnswerTookTooLong(OliverError):
    """The model was not done within ``answer_max_s``."""

    code = "answer_took_too_long"
    http_status = 504
    default_message = _("The answer took too long and was cut off. The partial answer is kept.")


class TurnInterrupted(OliverError):
    code = "interrupted"
    http_status = 503
    default_message = _(
        "The answer was interrupted because its worker stopped. The partial answer is "
        "kept. Try again."
    )
