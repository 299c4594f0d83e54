"""Template context that every page of the app shell needs: sidebar, notice, composer.

Views call ``page_context`` and add their own; access checks happen in the views.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chat.conversations.models import Conversation, Prompt
from chat.conversations.models.conversation import AnalysisType
from chat.kernel.conf import conf
from chat.web.request_values import parse_id
from chat.web.sidebar import list_page
from chat.web.signed_in import SignedInRequest
from chat.web.undo_notice import undo_notice_from_query

if TYPE_CHECKING:
    from chat.engine.providers.language_model import ProviderInfo


@dataclass(frozen=True)
class Draft:
    """What the composer contains: nothing, an example, or a rejected question with its error."""

    question: str = ""
    analysis_type: str = ""  # empty: as the conversation's last question
    error: str = ""


EMPTY = Draft()


def page_context(
    request: SignedInRequest,
    *,
    conversation: Conversation | None = None,
    draft: Draft = EMPTY,
    path: Sequence[int] = (),
) -> dict[str, object]:
    """Context of ``app.html``. The next question follows the last turn of ``path``."""
    prompt = _prompt_of(request)
    return {
        "listed": list_page(request.user),
        "conversation": conversation,
        "notice": undo_notice_from_query(request.user, request.GET.get("undo", "")),
        "sharing": conf().sharing,
        "provider": _provider_info(),
        "composer": {
            "question": draft.question or prompt,
            "is_prompt": bool(prompt),
            "error": draft.error,
            "analysis_type": draft.analysis_type or _type_of(conversation),
            "analysis_types": AnalysisType.choices,
            "idempotency_key": new_idempotency_key(),
            "parent": path[-1] if path else "",
            "question_max_chars": conf().question_max_chars,
        },
    }


def _prompt_of(request: SignedInRequest) -> str:
    """Text of the prompt in ``?prompt=7``; "" if the user may not read it."""
    prompt_id = parse_id(request.GET.get("prompt", ""))
    if prompt_id is None:
        return ""
    found = Prompt.objects.readable_by(request.user).filter(pk=prompt_id).first()
    return found.text if found else ""


def new_idempotency_key() -> str:
    """A question sent twice with the same key (a double click, a retry) starts one turn."""
    return str(uuid.uuid4())


def _type_of(conversation: Conversation | None) -> str:
    return conversation.analysis_type if conversation else AnalysisType.GENERAL.value


def _provider_info() -> "ProviderInfo":
    # Imported late: DSPy takes seconds to load, and most commands and tests show no page.
    from chat.engine.providers.language_model import provider_info

    return provider_info()
