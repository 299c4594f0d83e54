"""What programs send and receive. Unknown fields are rejected, so that typos are noticed."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from chat.conversations.feedback.models import COMMENT_MAX_CHARS
from chat.conversations.models import Feedback, StreamStats, Turn, TurnTree
from chat.kernel.answer import Answer
from chat.kernel.chunks import AnalysisType
from chat.kernel.verdict import Verdict, assess

#: A question and the hundred exchanges before it, which is the most the assistant reads.
MAX_MESSAGES = 201


def _not_blank(text: str) -> str:
    # Not every database can store NUL.
    text = text.replace("\0", "")
    if not text.strip():
        raise ValueError("it must not be empty")
    return text


IdempotencyKey = Annotated[
    str | None,
    Field(
        min_length=1,
        max_length=64,
        pattern=r"^[!-~]+$",
        description="The same request with the same key again follows the turn it started, and "
        "starts none; another request with it is refused.",
    ),
]


#: Mirrors ``chat.conversations.feedback.models.Reason``; a test compares them.
ReasonCode = Literal[
    "wrong_fact",
    "wrong_source",
    "missing_source",
    "outdated",
    "no_answer",
    "too_long",
    "unclear",
    "other",
]


class SentMessage(BaseModel):
    """One message of a conversation."""

    model_config = ConfigDict(extra="forbid")

    content: Annotated[str, Field(min_length=1), AfterValidator(_not_blank)]
    sender: Literal["user", "assistant"]


class Question(BaseModel):
    """A question and the messages before it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "messages": [
                        {"content": "How long do we have to file a SAR?", "sender": "user"}
                    ],
                    "analysis_type": "compliance",
                }
            ]
        },
    )

    messages: list[SentMessage] = Field(
        min_length=1,
        max_length=MAX_MESSAGES,
        description="Oldest first. The last one is the question and its sender is `user`.",
    )
    analysis_type: AnalysisType = "general"


class ChatRequest(Question):
    """A question that starts a turn."""

    conversation_id: int | None = Field(
        default=None,
        strict=True,
        ge=1,
        description="Go on in this conversation; then only the last message is read.",
    )
    parent: int | None = Field(
        default=None,
        strict=True,
        ge=1,
        description="Follow this turn of the conversation; by default the last of the path that "
        "was shown last.",
    )
    idempotency_key: IdempotencyKey = None


class AnotherAnswer(BaseModel):
    """Options for another answer to the same question."""

    model_config = ConfigDict(extra="forbid")

    idempotency_key: IdempotencyKey = None


class EditedQuestion(BaseModel):
    """A new wording of a question."""

    model_config = ConfigDict(extra="forbid")

    content: Annotated[str, Field(min_length=1), AfterValidator(_not_blank)]
    analysis_type: AnalysisType | None = Field(default=None, description="None: as it was.")
    idempotency_key: IdempotencyKey = None


class ErrorFacts(BaseModel):
    """What went wrong."""

    code: str
    message: str
    field: str | None = None
    retry_after_s: float | None = None


class ErrorOut(BaseModel):
    """Every error of the API."""

    error: ErrorFacts


class StatsOut(BaseModel):
    """How a turn went. Times in ms count from when it was queued, as the reader experiences it."""

    model_config = ConfigDict(from_attributes=True)

    queued_at: datetime
    started_at: datetime | None
    first_status_at: datetime | None
    first_token_at: datetime | None
    ended_at: datetime | None
    first_token_ms: int | None
    total_ms: int | None
    tokens_in: int | None
    tokens_out: int | None
    tokens_per_second: float | None
    chunk_count: int
    frame_count: int
    bytes_sent: int
    connection_count: int
    connection_ms: int
    model: str
    engine: str
    adapter: str


class FeedbackIn(BaseModel):
    """A user's feedback on an answer."""

    model_config = ConfigDict(extra="forbid")

    rating: Literal["up", "down"]
    reasons: list[ReasonCode] = Field(default_factory=list, max_length=20)
    comment: str = Field(default="", max_length=COMMENT_MAX_CHARS)


class FeedbackOut(BaseModel):
    """Stored feedback."""

    rating: str
    reasons: list[str]
    comment: str
    updated_at: datetime

    @classmethod
    def of(cls, feedback: Feedback) -> "FeedbackOut":
        return cls(
            rating=feedback.rating,
            reasons=feedback.reason_codes,
            comment=feedback.comment,
            updated_at=feedback.updated_at,
        )


class TurnOut(BaseModel):
    """A stored turn. While it runs it is about a second old: the state as of event `seq`."""

    id: int
    conversation_id: int
    status: str
    question: str
    analysis_type: str
    parent: int | None = Field(description="The turn it follows; None for a first question.")
    versions: list[int] = Field(description="The turns that answer this question in this place.")
    edits: list[int] = Field(
        description="One turn for each question that was asked in this place, this one's included."
    )
    created_at: datetime
    is_imported: bool = Field(
        description="A program sent the answer in as history; Oliver did not write it."
    )
    seq: int = Field(description="`/stream?after=<seq>` goes on from here.")
    answer: Answer
    verdict: Verdict | None = Field(
        description="What checking its quotes, citations and numbers found; null while it runs."
    )
    feedback: FeedbackOut | None = Field(description="What the turn's owner said of it.")
    stats: StatsOut | None = Field(description="None for messages that a program brought along.")

    @classmethod
    def of(cls, turn: Turn) -> "TurnOut":
        """Needs ``turn.question``; queries its position, statistics and feedback."""
        answer, tree = turn.answer, TurnTree.of(turn.conversation_id)
        checked = assess(answer)
        feedback = Feedback.objects.of_owner().filter(turn=turn).first()
        stats = StreamStats.objects.filter(pk=turn.pk).first()
        return cls(
            id=turn.pk,
            conversation_id=turn.conversation_id,
            status=turn.status,
            question=turn.question.text,
            analysis_type=turn.analysis_type,
            parent=turn.parent_id,
            versions=list(tree.versions(turn.pk).ids),
            edits=list(tree.edits(turn.pk).ids),
            created_at=turn.created_at,
            is_imported=turn.is_imported,
            seq=turn.seq,
            answer=answer.model_copy(update={"citations": checked.citations}),
            verdict=None if turn.is_live else checked.verdict,
            feedback=FeedbackOut.of(feedback) if feedback else None,
            stats=StatsOut.model_validate(stats) if stats else None,
        )


class StopOut(BaseModel):
    """The stop was requested; the turn's stream shows when it has ended."""

    id: int
    status: str


class ProviderOut(BaseModel):
    """The configured model and engine."""

    model_config = ConfigDict(from_attributes=True)

    model: str | None = Field(description="None: no language model, the library is quoted.")
    engine: Literal["quote", "native", "litellm"]
    adapter: str
    response_format: str = Field(
        description="What requests ask for: json_schema, json_object or none."
        " A provider's refusal is remembered."
    )
    label: str
    healthy: bool = Field(description="Configured completely; the network is not asked.")
    problem: str


class CheckOut(BaseModel):
    """The result of one health check."""

    model_config = ConfigDict(from_attributes=True)

    ok: bool
    detail: str


class HealthOut(BaseModel):
    """Whether questions can be answered now."""

    ok: bool
    checks: dict[str, CheckOut] = Field(
        examples=[{"database": {"ok": True, "detail": "Available. Queued turns: 0."}}]
    )
