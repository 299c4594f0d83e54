"""Grades what retrieval returns for a case, and adds the grades up."""

from collections.abc import Iterable
from dataclasses import dataclass

from chat.kernel.passages import Passage, Retrieved
from tests.evaluation.cases import Case


@dataclass(frozen=True)
class Grade:
    case: Case
    got: Retrieved
    first: bool = False  # the first passage answers what is asked
    in_five: bool = False  # one of the first five does
    usable: bool = False  # all that is asked is answered; a refusal names what is missing
    refused_rightly: bool = False
    answered_wrongly: bool = False  # passages, but none that answers; or none was to be given

    @property
    def line(self) -> str:
        ids = ", ".join(passage.id for passage in self.got.passages) or "refused"
        wanted = " + ".join("|".join(sorted(group)) for group in self.case.asked_for)
        return f"{self.case.kind}: {self.case}\n    wants {wanted or self.case.expected}, got {ids}"


def grade(case: Case, got: Retrieved) -> Grade:
    match case.expected:
        case "answer":
            return _grade_answer(case, got)
        case "refusal":
            refused = not got.passages and not got.small_talk
            named = case.missing.lower() in " ".join(got.missing).lower()
            return Grade(
                case,
                got,
                usable=refused and named,
                refused_rightly=refused,
                answered_wrongly=not refused,
            )
        case "small talk":
            return Grade(
                case, got, usable=bool(got.small_talk), answered_wrongly=bool(got.passages)
            )


def _grade_answer(case: Case, got: Retrieved) -> Grade:
    answered = [_answering(group, got.passages) for group in case.asked_for]
    return Grade(
        case,
        got,
        first=any(0 in places for places in answered),
        in_five=any(place < 5 for places in answered for place in places),
        usable=all(answered),
        answered_wrongly=bool(got.passages) and not any(answered),
    )


def _answering(group: frozenset[str], passages: Iterable[Passage]) -> list[int]:
    """The places of the passages that are among these, or of a note among these."""
    ids = [passage.id for passage in passages]
    return [at for at, key in enumerate(ids) if {key, key.partition("#")[0]} & group]


@dataclass(frozen=True)
class Totals:
    """Percentages, each of the cases that it applies to."""

    cases: int
    first: float
    in_five: float
    usable: float
    refused_rightly: float
    answered_wrongly: float


def totals(grades: Iterable[Grade]) -> Totals:
    graded = list(grades)
    answers = [grade for grade in graded if grade.case.expected == "answer"]
    refusals = [grade for grade in graded if grade.case.expected == "refusal"]
    return Totals(
        cases=len(graded),
        first=_share([grade.first for grade in answers]),
        in_five=_share([grade.in_five for grade in answers]),
        usable=_share([grade.usable for grade in graded]),
        refused_rightly=_share([grade.refused_rightly for grade in refusals]),
        answered_wrongly=_share([grade.answered_wrongly for grade in graded]),
    )


def _share(marks: list[bool]) -> float:
    return 100 * sum(marks) / len(marks) if marks else float("nan")
