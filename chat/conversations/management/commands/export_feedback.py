"""``manage.py export_feedback``: rated answers as JSON lines, for prompt optimisers.

    {"turn": 7, "question": "…", "analysis_type": "compliance", "model": "openai/gpt-5-mini",
     "history": [{"question": "…", "answer": "…"}], "passages": [{"id": "sar…#due", "text": "…"}],
     "answer": {"analysis": "…", "findings": [], "response": "…", "artifacts": []},
     "rating": "down", "reasons": ["wrong_fact"], "comment": "…"}

One line per answer and user, oldest first. For a DSPy optimiser:
``dspy.Example(**line).with_inputs("question", "history", "passages")``. See docs/operations.md.
"""

import json
from argparse import ArgumentParser
from collections.abc import Iterator

from django.core.management.base import BaseCommand

from chat.conversations.earlier_exchanges import exchanges_before
from chat.conversations.feedback.models import Rating
from chat.conversations.models import Feedback

_FIELDS = ("analysis", "findings", "response", "artifacts")


class Command(BaseCommand):
    help = "Export rated answers as JSON lines, for prompt optimizers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--rating", choices=Rating.values, help="export only answers with this rating"
        )

    def handle(self, *args: object, rating: str | None, **options: object) -> None:
        for line in _lines(rating):
            self.stdout.write(json.dumps(line, ensure_ascii=False))


def _lines(rating: str | None) -> Iterator[dict[str, object]]:
    given = Feedback.objects.filter(turn__conversation__deleted_at=None).order_by("pk")
    given = given.filter(rating=rating) if rating else given
    for feedback in given.select_related("turn__question", "turn__stats").iterator():
        yield _line(feedback)


def _line(feedback: Feedback) -> dict[str, object]:
    turn, answer = feedback.turn, feedback.turn.answer
    stats = getattr(turn, "stats", None)  # imported turns have none
    return {
        "turn": turn.pk,
        "question": turn.question.text,
        "analysis_type": turn.analysis_type,
        "model": stats.model if stats else "",
        "history": [
            {"question": each.query, "answer": each.response} for each in exchanges_before(turn)
        ],
        "passages": [passage.model_dump(mode="json") for passage in answer.passages],
        "answer": answer.model_dump(mode="json", include=set(_FIELDS)),
        "rating": feedback.rating,
        "reasons": feedback.reason_codes,
        "comment": feedback.comment,
    }
