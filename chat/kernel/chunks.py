"""StreamChunk: the contract between the assistant, the event log and every reader.

The assistant emits chunks, the event log stores them, rendering and the API read them. A chunk
holds facts (a field grew by this text, this finding is complete), never markup.

    StreamChunk(type="status", content="Searching the library…")
    StreamChunk(type="reasoning", field="reasoning", content="The question asks ")
    StreamChunk(type="content", field="response", content="A bank must file ")
    StreamChunk(type="content", field="findings", content=[{"title": "Late filing", …}])
    StreamChunk(type="artifacts", field="artifacts", content=[{"kind": "checklist", …}])
    StreamChunk(type="done", done=True, metadata={"tokens_out": 212})
    StreamChunk(type="error", done=True, error=StreamError(code="provider_auth", message="…"))

Every stream ends with exactly one chunk whose ``done`` is true: ``done`` or ``error``.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, field_validator
from pydantic.json_schema import SkipJsonSchema
from pydantic_core.core_schema import ValidationInfo

from chat.kernel.clean_text import clean_json, clean_text
from chat.kernel.items import Artifact, CheckedCitation, Finding, Item
from chat.kernel.passages import Passage

ChunkType = Literal["content", "reasoning", "status", "artifacts", "done", "error"]
AnalysisType = Literal["general", "compliance", "document"]

#: Fields of text, which grow by deltas, in the page's order.
TEXT_FIELDS = ("reasoning", "analysis", "response")
#: Fields of lists, which grow by items. ``passages`` were read; ``citations`` were quoted and
#: checked.
LIST_FIELDS = ("passages", "findings", "artifacts", "citations")
ITEM_TYPES: dict[str, type[Item]] = {
    "passages": Passage,
    "findings": Finding,
    "artifacts": Artifact,
    "citations": CheckedCitation,
}


class UnknownItem(Item):
    """An item of a field that only a newer version knows, passed on unchanged."""

    model_config = ConfigDict(extra="allow")


_Items = list[Passage | Finding | Artifact | CheckedCitation | SkipJsonSchema[UnknownItem]]


class StreamError(BaseModel):
    """A code for programs and a sentence for people."""

    model_config = ConfigDict(frozen=True)

    code: str
    message: Annotated[str, AfterValidator(clean_text)]
    retry_after_s: float | None = None
    _cause: str = PrivateAttr(default="")

    @property
    def cause(self) -> str:
        """The provider's own words, for the operator's log: never stored or sent to readers."""
        return self._cause

    def caused_by(self, words: str) -> Self:
        known = self.model_copy()
        known._cause = words
        return known


class StreamChunk(BaseModel):
    """One fact about a turn; see the module for examples.

    ``metadata["replace"]``: ``content`` is the field's whole value and replaces what was streamed,
    because the model's final, parsed value differed or came in one piece.
    """

    model_config = ConfigDict(frozen=True)

    type: ChunkType
    field: str | None = None  # comes before ``content``, whose items it types
    content: str | _Items = ""
    done: bool = False
    metadata: Annotated[dict[str, Any], AfterValidator(clean_json)] = Field(default_factory=dict)
    error: StreamError | None = None

    @field_validator("content", mode="before")
    @classmethod
    def _clean_and_typed(cls, value: object, info: ValidationInfo) -> object:
        if isinstance(value, str):
            return clean_text(value)
        return ITEM_TYPES.get(info.data.get("field") or "", UnknownItem).read_all(value)

    @property
    def replaces(self) -> bool:
        return bool(self.metadata.get("replace"))


def text_chunk(field: str, text: str, *, replace: bool = False) -> StreamChunk:
    """A delta, or with ``replace`` the whole value, of one of ``TEXT_FIELDS``."""
    return StreamChunk(
        type="reasoning" if field == "reasoning" else "content",
        field=field,
        content=text,
        metadata={"replace": True} if replace else {},
    )


def items_chunk(
    field: str, items: Sequence[Item | dict[str, Any]], *, replace: bool = False
) -> StreamChunk:
    """New items, or with ``replace`` all items, of one of ``LIST_FIELDS``."""
    return StreamChunk(
        type="artifacts" if field == "artifacts" else "content",
        field=field,
        content=list(items),
        metadata={"replace": True} if replace else {},
    )


def status_chunk(text: str, **metadata: object) -> StreamChunk:
    return StreamChunk(type="status", content=text, metadata=metadata)


def error_chunk(error: StreamError, **metadata: object) -> StreamChunk:
    return StreamChunk(type="error", done=True, error=error, metadata=metadata)


def done_chunk(**metadata: object) -> StreamChunk:
    return StreamChunk(type="done", done=True, metadata=metadata)
