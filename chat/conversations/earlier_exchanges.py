"""The conversation history that the assistant gets with a question."""

from collections.abc import Iterable

from chat.conversations.models import StoredArtifact, Turn, TurnTree
from chat.conversations.models.conversation import AnalysisType
from chat.engine.assistant.history import Exchange
from chat.kernel.items import Artifact

#: More than any token budget holds; bounds the query.
_MAX_EXCHANGES = 100


def exchanges_before(turn: Turn) -> list[Exchange]:
    """Answered questions on the turn's path, oldest first; other branches are left out."""
    if turn.parent_id is None:
        return []
    ancestors = TurnTree.of(turn.conversation_id).path_to(turn.parent_id)[-_MAX_EXCHANGES:]
    answered = Turn.objects.filter(pk__in=ancestors).exclude(reply=None).order_by("pk")
    said = answered.values_list("pk", "question__text", "reply__text", "analysis_type")
    artifacts = _newest_versions(StoredArtifact.objects.filter(turn__in=ancestors))
    return [
        Exchange(
            query=query,
            response=response,
            artifacts=tuple(artifacts.get(pk, ())),
            reviews_document=analysis_type == AnalysisType.DOCUMENT,
        )
        for pk, query, response, analysis_type in said
        if response
    ]


def _newest_versions(stored: Iterable[StoredArtifact]) -> dict[int, list[Artifact]]:
    """Artifacts by turn; of those with one title only the last, which holds the others' changes."""
    newest = {each.title: each for each in stored}
    by_turn: dict[int, list[Artifact]] = {}
    for each in newest.values():
        artifact = Artifact.read({"kind": each.kind, "title": each.title, "content": each.content})
        by_turn.setdefault(each.turn_id, []).append(artifact)
    return by_turn
