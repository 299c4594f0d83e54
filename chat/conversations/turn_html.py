"""Renders a turn as HTML from its stored state.

Views use it for the transcript, the stream consumer for resets. Later changes arrive as frames
(``chat.engine.rendering.turn``) for the same elements.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.formats import number_format

from chat.conversations.feedback.models import COMMENT_MAX_CHARS, Rating, Reason
from chat.conversations.models import Feedback, Turn, TurnTree
from chat.engine.rendering.status_wording import active_wording
from chat.engine.rendering.turn import TurnRenderer
from chat.kernel.answer import Answer

#: Longer questions (pasted documents) are collapsed.
_SHORT_CHARS = 600
_SHORT_LINES = 12


@dataclass(frozen=True)
class QuestionPreview:
    """A question, shortened for its heading."""

    text: str

    @property
    def is_long(self) -> bool:
        return len(self.text) > _SHORT_CHARS or self.text.count("\n") >= _SHORT_LINES

    @property
    def beginning(self) -> str:
        """Whole lines or words, about half of what a short question may have."""
        lines = "\n".join(self.text.splitlines()[: _SHORT_LINES // 2])
        return lines[: _SHORT_CHARS // 2].rsplit(" ", 1)[0].rstrip() + "…"

    @property
    def length(self) -> str:
        return number_format(len(self.text), force_grouping=True)


def turn_html(
    turn: Turn,
    tree: TurnTree | None = None,
    feedback: Mapping[int, Feedback] | None = None,
) -> str:
    """The turn's ``<article>``. Needs ``turn.question``; an omitted tree or feedback (see
    ``owner_feedback``) costs a query.
    """
    answer = turn.answer
    feedback = owner_feedback([turn.pk]) if feedback is None else feedback
    tree = tree or TurnTree.of(turn.conversation_id)
    context = (
        question_context(turn, tree)
        | feedback_context(feedback.get(turn.pk))
        | {
            "live": answer.outcome is None,
            "quoted": _is_quoted(answer),
            "versions": tree.versions(turn.pk),
            "parts": TurnRenderer.of(turn.pk, answer, active_wording(turn.analysis_type)).full(),
        }
    )
    return render_to_string("conversations/turn/_turn.html", context)


def owner_feedback(turn_ids: Sequence[int]) -> dict[int, Feedback]:
    """By turn id: the feedback of the turns' owner."""
    given = Feedback.objects.of_owner().filter(turn__in=turn_ids)
    return {each.turn_id: each for each in given}


def feedback_context(given: Feedback | None) -> dict[str, object]:
    return {
        "ratings": Rating.choices,
        "rating": given.rating if given else "",
        "reasons": Reason.choices,
        "chosen": given.reason_codes if given else [],
        "comment": given.comment if given else "",
        "comment_max_chars": COMMENT_MAX_CHARS,
    }


def _is_quoted(answer: Answer) -> bool:
    """Quoted answers are in English whatever the language of the page."""
    if engine := answer.metadata.get("engine"):
        return bool(engine == "quote")
    # Imported late: DSPy takes seconds to load, and most commands and tests show no page.
    from chat.engine.providers.language_model import provider_info

    return answer.outcome is None and provider_info().engine == "quote"


def question_context(turn: Turn, tree: TurnTree) -> dict[str, object]:
    return {
        "turn": turn,
        "question": QuestionPreview(turn.question.text),
        "edits": tree.edits(turn.pk),
    }
