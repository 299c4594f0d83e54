"""Passage: a section of the reference library, as retrieval returns it to the assistant.

Shared by retrieval, which finds passages, the assistant, whose prompt contains them, and rendering,
whose citations open them.
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

NoteStatus = Literal["in force", "proposed", "vacated", "expired"]


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

    @property
    def heading_line(self) -> str:
        """What stands above the text: a number there counts as the passage's."""
        facts = (self.title, self.heading, self.authority, self.section, self.checked)
        return ", ".join(str(fact) for fact in facts if fact)


class NearTitle(BaseModel):
    """A note that is close to a question but does not answer it."""

    model_config = ConfigDict(frozen=True)

    slug: str
    title: str


SmallTalk = Literal["greeting", "thanks", "abilities"]


class Retrieved(BaseModel):
    """Passages that answer a question, best first, or else why there are none.

    ``missing`` names laws, countries, authorities and forms of the question that no note covers;
    ``small_talk`` says that nothing was asked of the library.
    """

    model_config = ConfigDict(frozen=True)

    passages: tuple[Passage, ...] = ()
    near: tuple[NearTitle, ...] = ()
    missing: tuple[str, ...] = ()
    small_talk: SmallTalk | None = None
