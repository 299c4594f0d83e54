"""``make evaluate``: the library's search against both sets of questions, by kind.

``python -m tests.evaluation.run development --misses`` lists the development set's misses. Those
of the held-out set are not listed: who reads them tunes to them.
"""

import argparse
import math
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import django
from django.db import connection
from django.test.utils import setup_databases, teardown_databases

from tests.evaluation.cases import SETS, SetName, read_cases
from tests.evaluation.grading import Grade, Totals, grade, totals

_COLUMNS = ("first", "in_five", "usable", "refused_rightly", "answered_wrongly")


@contextmanager
def _library() -> Iterator[None]:
    """The whole library in a database of its own."""
    from chat.library.retrieval import load_library

    if connection.vendor == "sqlite":  # in memory: another run may be under way
        connection.settings_dict["TEST"]["NAME"] = ":memory:"
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        load_library()
        yield
    finally:
        teardown_databases(databases, verbosity=0)


def evaluate(name: SetName) -> list[Grade]:
    from chat.library.retrieval import retrieve

    cases = read_cases(name)
    return [grade(case, retrieve(case.question, earlier=case.earlier)) for case in cases]


def _table(name: SetName, grades: Sequence[Grade]) -> Iterator[str]:
    kinds = dict.fromkeys(grade.case.kind for grade in grades)
    headings = "".join(f"{column.replace('_', ' '):>18}" for column in _COLUMNS)
    yield f"{name.replace('_', '-'):<18}{'cases':>6}{headings}"
    for kind in kinds:
        yield _row(kind, totals(grade for grade in grades if grade.case.kind == kind))
    yield _row("all", totals(grades))


def _row(name: str, of: Totals) -> str:
    shares = (getattr(of, column) for column in _COLUMNS)
    told = ("" if math.isnan(share) else f"{share:.0f}%" for share in shares)
    return f"{name:<18}{of.cases:>6}" + "".join(f"{share:>18}" for share in told)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", metavar="set", help=" or ".join(SETS))
    parser.add_argument("--misses", action="store_true", help="list the development set's misses")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oliver_site.settings")
    django.setup()
    with _library():
        for name in options.sets or SETS:
            grades = evaluate(name)
            print(*_table(name, grades), "", sep="\n")
            if options.misses and name == "development":
                print(*(grade.line for grade in grades if not grade.usable), sep="\n")


if __name__ == "__main__":
    main()
