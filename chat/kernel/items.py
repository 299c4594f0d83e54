"""Items: the structured parts of an answer: citations, findings, artifacts, steps.

Used by the fold, the stored answer, rendering, exports, API and terminal; passages are in
``passages``. ``Item.read`` accepts what a model wrote or an earlier version stored, and never
fails.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from chat.kernel.clean_text import clean_json

Severity = Literal["high", "medium", "low", "info"]
ArtifactKind = Literal["table", "checklist", "memo", "draft", "code"]
CitationState = Literal["verified", "unverified", "cited"]

#: Synonyms that models write. An unknown word becomes ``high``, to be safe.
_SEVERITIES: dict[str, Severity] = {
    "": "info",
    "none": "info",
    "informational": "info",
    "information": "info",
    "minor": "low",
    "moderate": "medium",
    "med": "medium",
    "warning": "medium",
}


class Item(BaseModel):
    model_config = ConfigDict(frozen=True)

    #: Replacements for missing or invalid values; text becomes "" and needs no entry.
    stand_ins: ClassVar[Mapping[str, object]] = {}

    @model_validator(mode="before")
    @classmethod
    def _clean(cls, values: object) -> object:
        return clean_json(values)

    @classmethod
    def read(cls, raw: object) -> Self:
        """Never fails: an invalid value becomes text or its stand-in."""
        if isinstance(raw, cls):
            return raw
        values = dict(raw) if isinstance(raw, Mapping) else {}
        try:
            return cls.model_validate(values)
        except ValidationError as exc:
            for error in exc.errors(include_url=False):
                name = str(error["loc"][0])
                values[name] = cls._mended(name, values.get(name))
            return cls.model_validate(values)

    @classmethod
    def _mended(cls, name: str, value: object) -> object:
        if name in cls.stand_ins:
            return cls.stand_ins[name]
        return "" if value is None else str(value)

    @classmethod
    def read_all(cls, raw: object) -> list[Self]:
        """Accepts a list or a single item; skips what is not an item."""
        if isinstance(raw, Mapping | Item):
            raw = [raw]
        if not isinstance(raw, Iterable) or isinstance(raw, str):
            return []
        return [cls.read(each) for each in raw if isinstance(each, Mapping | Item)]


class Citation(Item):
    """A passage's id and the words quoted from it, verbatim."""

    passage: str
    quote: str = ""


class CheckedCitation(Citation):
    """``cited`` has no quote, so there was nothing to verify. ``missing`` are numbers of its
    sentence that none of the passages cited there contains.
    """

    stand_ins: ClassVar = {"state": "unverified", "missing": []}

    state: CitationState
    missing: list[str] = Field(default_factory=list)


def _severity(value: object) -> Severity:
    word = str(value or "").strip().casefold()
    if word in ("high", "medium", "low", "info"):
        return word  # type: ignore[return-value]  # mypy does not narrow by a tuple
    return _SEVERITIES.get(word, "high")


class Finding(Item):
    title: str
    severity: Annotated[Severity, BeforeValidator(_severity)] = "info"
    explanation: str
    citations: Annotated[list[Citation], BeforeValidator(Citation.read_all)] = Field(
        default_factory=list
    )

    @property
    def unsaid_citations(self) -> list[Citation]:
        """Citations whose marker and quote do not appear in the explanation."""
        return [
            each
            for each in self.citations
            if f"[{each.passage}]" not in self.explanation or each.quote not in self.explanation
        ]


class Artifact(Item):
    """A part of the answer that is worth keeping as a file."""

    stand_ins: ClassVar = {"kind": "memo"}

    kind: ArtifactKind
    title: str
    content: str

    @property
    def is_code(self) -> bool:
        return self.kind == "code"

    @property
    def is_letter(self) -> bool:
        """Begins with lines such as ``To:`` and ``From:``; line breaks have a meaning."""
        return self.kind in ("memo", "draft")


class Step(Item):
    """A status line, with its time in ms since the turn started (None if unknown).

    ``stage`` and ``facts`` are its meaning (see ``chat.kernel.stages``), ``text`` its English
    wording.
    """

    stand_ins: ClassVar = {"at_ms": None, "facts": {}}

    text: str
    at_ms: int | None = None
    stage: str = ""
    facts: dict[str, Any] = Field(default_factory=dict)
