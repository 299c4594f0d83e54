"""Passage: a paragraph of the reference library, as retrieval hands it to the assistant.

The word is shared by retrieval (which finds passages), the assistant (whose prompt carries them)
and rendering (whose citations open them), so it lives below all of them.
"""

from datetime import date
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from chat.kernel.items import Item

PassageKind = Literal[
    "definition",
    "scope",
    "duty",
    "deadline",
    "threshold",
    "prohibition",
    "exception",
    "record",
    "step",
    "red-flag",
    "penalty",
    "guidance",
]


class Passage(Item):
    """One ``##`` section of a note. ``id`` is ``<note slug>#<section id>`` and never changes."""

    stand_ins: ClassVar = {"kind": "guidance", "checked": None}

    id: str
    title: str
    heading: str
    kind: PassageKind
    text: str
    authority: str
    section: str
    url: str
    checked: date | None


class NearTitle(BaseModel):
    """A note that is near a question but does not answer it."""

    model_config = ConfigDict(frozen=True)

    slug: str
    title: str


class Retrieved(BaseModel):
    """What the library has for a question: passages that fit, best first, or only near titles."""

    model_config = ConfigDict(frozen=True)

    passages: tuple[Passage, ...] = ()
    near: tuple[NearTitle, ...] = ()
