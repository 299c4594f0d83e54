"""Numbers of a cited sentence that stand in none of the passages it cites."""

import pytest

from chat.kernel.citations import SourceText, check

PASSAGES = {
    "sar#due": SourceText(
        "A bank must file a SAR no later than 30 calendar days after detection, and in no case "
        "later than sixty days. Records are kept for five years from March 1, 2026. The penalty "
        "is $25,000 or $1.5 million a year, or 4 percent.",
        "Deadline, 31 CFR 1020.320(b)(3), 2026-11-22",
    ),
    "ctr#amount": SourceText("A bank must report more than $10,000 within 15 days."),
}


def missing_in(text: str) -> list[str]:
    return [number for citation in check(text, PASSAGES) for number in citation.missing]


@pytest.mark.parametrize(
    ("sentence", "missing"),
    [
        ("File within 60 calendar days [sar#due].", ["60 calendar days"]),
        ("File within 30 business days [sar#due].", ["30 business days"]),
        ("File within 30 months [sar#due].", ["30 months"]),
        ("File within ninety days [sar#due].", ["ninety days"]),
        ("Keep it for six years [sar#due].", ["six years"]),
        ("It is $50,000 [sar#due].", ["$50,000"]),
        ("It is $2.5 million [sar#due].", ["$2.5 million"]),
        ("It is 5% [sar#due].", ["5%"]),
        ("It starts on April 1, 2026 [sar#due].", ["April 1, 2026"]),
        ("It starts on 1 March 2027 [sar#due].", ["1 March 2027"]),
        ("It starts on 2026-03-02 [sar#due].", ["2026-03-02"]),
        ("See 31 CFR 1020.320(b)(4) [sar#due].", ["1020.320(b)(4)"]),
        ("See § 1010.311 [sar#due].", ["1010.311"]),
        ("It is $10,000 [sar#due].", ["$10,000"]),
        ("File within 60 calendar days. [sar#due]", ["60 calendar days"]),
        ("| Deadline | 90 days | [sar#due] |", ["90 days"]),
        ("**90** days [sar#due].", ["90 days"]),
        ('"No later than 30 calendar days", not 90 days [sar#due].', ["90 days"]),
        ("Frist: 45 Tage [sar#due].", ["45"]),
    ],
)
def test_a_number_that_no_cited_passage_has_is_missing(sentence: str, missing: list[str]) -> None:
    assert missing_in(sentence) == missing


@pytest.mark.parametrize(
    "sentence",
    [
        "File within 30 days [sar#due].",
        "File within 30 calendar days, or sixty days [sar#due].",
        "File by the 30-day limit [sar#due].",
        "File within thirty (30) calendar days [sar#due].",
        "At most 60 days [sar#due].",
        "Keep it for 5 years [sar#due].",
        "It is $25,000.00, or $1,500,000 [sar#due].",
        "It is 1.5 million, 4% or 25.000 USD [sar#due].",
        "From 1 March 2026, in March 2026 [sar#due].",
        "Checked 22 November 2026 [sar#due].",
        "Under 31 CFR 1020.320 and § 1020.320(b) and 1020.320(b)(3) [sar#due].",
        "1. File it. [sar#due]",
        "(1) File, (2) keep, as in step 3 [sar#due].",
        "One bank, a day, an hour [sar#due].",
        "Report $10,000 within 15 days, or 30 days [sar#due] [ctr#amount].",
        "The customer paid $9,000. That is no matter [sar#due].",
        "File within 90 days.",
        "See the note[^1] and [^2] [sar#due].",
        "File within 90 days [made-up#x].",
        "`90` days [sar#due]",
        "> A bank must file no later than 90 days [sar#due]",
    ],
)
def test_other_numbers_are_not(sentence: str) -> None:
    assert missing_in(sentence) == []


def test_numbers_without_end_are_read_in_linear_time() -> None:
    for unit in ("1 ", "1,", "1.", "30 days ", "May 1 ", "1(a)", "9"):
        text = unit * (50_000 // len(unit))
        assert len(missing_in(f"{text} [sar#due]")) <= 20
