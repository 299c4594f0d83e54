"""Answer: what a turn has said so far, as the fold of its chunks.

``Answer.apply`` is the only place that gives chunks a meaning. The runner folds to checkpoint a
turn, rendering folds to know the state at an event, the API and the admin read the stored fold.
The state after N chunks depends on the text in them alone, never on how it was cut into chunks.
"""

import json
from typing import Any, Literal

from pydantic import BaseModel, Field
from pydantic_core import PydanticSerializationError

from chat.kernel.chunks import LIST_FIELDS, TEXT_FIELDS, StreamChunk, StreamError

Outcome = Literal["done", "stopped", "failed", "interrupted"]


class Step(BaseModel):
    """One status line and when it was said, in ms since the turn started (None: unknown).

    ``stage`` and ``facts`` tell what it says (see ``chat.kernel.stages``), ``text`` says it in
    English.
    """

    text: str
    at_ms: int | None = None
    stage: str = ""
    facts: dict[str, Any] = Field(default_factory=dict)


class Answer(BaseModel):
    """Text fields, lists and status lines of one turn; ``outcome`` is None while it runs."""

    reasoning: str = ""
    analysis: str = ""
    response: str = ""
    passages: list[dict[str, Any]] = Field(default_factory=list)
    findings: list[dict[str, Any]] = Field(default_factory=list)
    artifacts: list[dict[str, Any]] = Field(default_factory=list)
    citations: list[dict[str, Any]] = Field(default_factory=list)
    steps: list[Step] = Field(default_factory=list)
    metadata: dict[str, Any] = Field(default_factory=dict)
    outcome: Outcome | None = None
    error: StreamError | None = None

    def apply(self, chunk: StreamChunk) -> None:
        """Fold one chunk in. Unknown fields are ignored: a newer worker may send more."""
        match chunk.type:
            case "status":
                self.steps.append(_step(chunk))
            case "content" | "reasoning" | "artifacts":
                self._grow(chunk)
            case "done":
                self.outcome = chunk.metadata.get("outcome", "done")
                self.metadata.update(chunk.metadata)
            case "error":
                self.outcome = chunk.metadata.get("outcome", "failed")
                self.error = chunk.error
                self.metadata.update(chunk.metadata)

    def _grow(self, chunk: StreamChunk) -> None:
        field, content = chunk.field or "", chunk.content
        fits = (field in TEXT_FIELDS and isinstance(content, str)) or (
            field in LIST_FIELDS and isinstance(content, list)
        )
        if fits:
            setattr(self, field, content if chunk.replaces else getattr(self, field) + content)

    def as_json(self) -> str:
        """As ``Turn.answer_state`` stores it. A model's half surrogate pair is no valid UTF-8."""
        try:
            return self.model_dump_json()
        except PydanticSerializationError:
            return json.dumps(self.model_dump(mode="json"))

    @property
    def status(self) -> str:
        """The newest status line, or an empty string."""
        return self.steps[-1].text if self.steps else ""


def _step(chunk: StreamChunk) -> Step:
    facts = dict(chunk.metadata)
    at_ms, stage = facts.pop("at_ms", None), facts.pop("stage", "")
    return Step(text=str(chunk.content), at_ms=at_ms, stage=stage, facts=facts)
