"""Writes a transcript as JSON for programs: each answer exactly as it is stored."""

import json

from django.core.serializers.json import DjangoJSONEncoder

from chat.conversations.exports.transcript import ExportedTurn, Transcript

#: Raised when a field is removed or changes its meaning.
VERSION = 1


def json_file(transcript: Transcript) -> bytes:
    content = {
        "oliver_export": VERSION,
        "title": transcript.title,
        "asked_by": transcript.asked_by,
        "created_at": transcript.created_at,
        "exported_at": transcript.exported_at,
        "turns": [_turn(turn) for turn in transcript.turns],
    }
    text = json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    return text.encode("utf-8", "replace")


def _turn(turn: ExportedTurn) -> dict[str, object]:
    answer = turn.answer
    return {
        "question": turn.question,
        "asked_at": turn.asked_at,
        "analysis_type": turn.analysis_type,
        "status": turn.status,
        "is_imported": turn.is_imported,
        "answer": answer.model_dump(mode="json", exclude={"citations"}),
        "citations": [each.model_dump(mode="json") for each in turn.citations],
        "verdict": turn.verdict.model_dump(mode="json") if turn.verdict else None,
        "verdicts": {source.passage_id: source.verdict for source in turn.sources},
    }
