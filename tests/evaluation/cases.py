"""The cases of ``development.txt`` and ``held_out.txt``; README.md tells the format."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

_HERE = Path(__file__).parent

SetName = Literal["development", "held_out"]
SETS: tuple[SetName, ...] = ("development", "held_out")


@dataclass(frozen=True)
class Case:
    kind: str
    question: str
    earlier: str  # the conversation's question before, or ""
    expected: Literal["answer", "refusal", "small talk"]
    asked_for: tuple[frozenset[str], ...] = ()  # for each thing asked, what answers it
    missing: str = ""  # what the refusal has to name

    def __str__(self) -> str:
        return f"{self.earlier} >> {self.question}" if self.earlier else self.question


def read_cases(name: SetName) -> list[Case]:
    return list(_cases((_HERE / f"{name}.txt").read_text(encoding="utf-8")))


def _cases(text: str) -> Iterator[Case]:
    kind = ""
    for line in text.splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
        elif line.strip() and not line.startswith("#"):
            yield _case(kind, line)


def _case(kind: str, line: str) -> Case:
    said, wanted = (part.strip() for part in line.rsplit("|", 1))
    earlier, _, question = (part.strip() for part in said.rpartition(">>"))
    if wanted == "smalltalk":
        return Case(kind, question, earlier, "small talk")
    if wanted.startswith("refuse"):
        return Case(kind, question, earlier, "refusal", missing=wanted[len("refuse:") :].strip())
    groups = [frozenset(part.strip() for part in g.split(",")) for g in wanted.split("+")]
    return Case(kind, question, earlier, "answer", asked_for=tuple(groups))
