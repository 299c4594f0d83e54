"""Answer: the state of a turn, folded from its chunks.

``Answer.apply`` alone gives chunks a meaning. The runner folds for checkpoints, rendering folds for
the state at an event, the API and the admin read the stored fold. The state depends on the text of
the chunks, never on how it was cut into them.
"""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field

from chat.kernel.chunks import LIST_FIELDS, TEXT_FIELDS, StreamChunk, StreamError
from chat.kernel.items import Artifact, CheckedCitation, Finding, Step
from chat.kernel.outcomes import Outcome
from chat.kernel.passages import Passage


class Answer(BaseModel):
    """``outcome`` is None while the turn runs; of a stored turn, ``Turn.status`` tells it."""

    reasoning: str = ""
    analysis: str = ""
    response: str = ""
    passages: Annotated[list[Passage], BeforeValidator(Passage.read_all)] = Field(
        default_factory=list
    )
    findings: Annotated[list[Finding], BeforeValidator(Finding.read_all)] = Field(
        default_factory=list
    )
    artifacts: Annotated[list[Artifact], BeforeValidator(Artifact.read_all)] = Field(
        default_factory=list
    )
    citations: Annotated[list[CheckedCitation], BeforeValidator(CheckedCitation.read_all)] = Field(
        default_factory=list
    )
    steps: Annotated[list[Step], BeforeValidator(Step.read_all)] = Field(default_factory=list)
    metadata: dict[str, Any] = Field(default_factory=dict)
    outcome: Outcome | None = None
    error: StreamError | None = None

    def apply(self, chunk: StreamChunk) -> None:
        """Unknown fields are ignored: a newer worker may send more."""
        match chunk.type:
            case "status":
                self._add_step(_step(chunk))
            case "content" | "reasoning" | "artifacts":
                self._grow(chunk)
            case "done" | "error":
                self._end(chunk)

    def _end(self, chunk: StreamChunk) -> None:
        self.outcome, self.error = outcome_of(chunk), chunk.error
        self.metadata |= {k: value for k, value in chunk.metadata.items() if k != "outcome"}

    def _add_step(self, step: Step) -> None:
        """A count replaces the one before it."""
        if step.stage == "thinking" and self.steps and self.steps[-1].stage == "thinking":
            self.steps.pop()
        self.steps.append(step)

    def _grow(self, chunk: StreamChunk) -> None:
        field, content = chunk.field or "", chunk.content
        fits = (field in TEXT_FIELDS and isinstance(content, str)) or (
            field in LIST_FIELDS and isinstance(content, list)
        )
        if fits:
            setattr(self, field, content if chunk.replaces else getattr(self, field) + content)

    def as_state(self) -> dict[str, object]:
        """For ``Turn.answer_state``."""
        return self.model_dump(mode="json", exclude={"outcome"})

    def as_state_json(self) -> str:
        return self.model_dump_json(exclude={"outcome"})

    @property
    def sources(self) -> dict[str, Passage]:
        """Passages by id, which quotes are checked against."""
        return {passage.id: passage for passage in self.passages}

    @property
    def status(self) -> str:
        return self.steps[-1].text if self.steps else ""


def outcome_of(end: StreamChunk) -> Outcome:
    """Of the stream that ``end`` ends."""
    usual = Outcome.FAILED if end.type == "error" else Outcome.DONE
    return Outcome.read(end.metadata.get("outcome"), otherwise=usual)


def _step(chunk: StreamChunk) -> Step:
    facts = dict(chunk.metadata)
    at_ms, stage = facts.pop("at_ms", None), facts.pop("stage", "")
    return Step(text=str(chunk.content), at_ms=at_ms, stage=stage, facts=facts)
