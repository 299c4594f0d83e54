"""The labelled questions that retrieval is measured with, read from this folder's files.

``questions_*.tsv``: a question and the notes that answer it. ``first_passages.tsv``: a question and
the passages that may come first. ``out_of_scope.txt``: questions that the library does not answer.
"""

from pathlib import Path

_HERE = Path(__file__).parent

#: A wrong answer to these costs a fine, so the exact passage must come first.
CRUCIAL = {
    "how long do we have to report a suspicious transaction": "sar-filing-deadline#thirty-days",
    "can the teller tell the customer": "structuring-teller-conduct#no-sar",
    "how many days do we have to send in a ctr": "ctr-filing-deadline#due",
    "when is the annual report of blocked property due": "ofac-reports-and-records#annual",
    "by when must we report property we blocked": "ofac-reports-and-records#blocked",
    "what amount triggers the travel rule": "travel-rule#threshold",
    "how much is the fine for a willful ctr violation": "ctr-late-or-missed-filing#penalty",
}


def rows(pattern: str) -> list[list[str]]:
    """The rows of the files that match, split at tabs."""
    lines = [
        line
        for file in sorted(_HERE.glob(pattern))
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]
    return [line.split("\t") for line in lines]


def every_question() -> set[str]:
    asked = [*rows("questions_*.tsv"), *rows("first_passages.tsv"), *rows("out_of_scope.txt")]
    return {question for question, *_ in asked} | CRUCIAL.keys()
