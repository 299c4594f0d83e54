"""Which passages a text cites, what it quotes, and whether the passage says so."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chat.kernel.citations import SourceText, check, find_citations, is_verbatim

PASSAGE = (
    "A bank must file a SAR no later than 30 calendar days after the date of initial detection. "
    "The threshold is $25,000 in total for “unusual” activity — whoever the customer's agent is."
)
PASSAGES = {
    "sar#due": SourceText(PASSAGE),
    "ctr#amount": SourceText("A bank must report more than $10,000 in currency."),
}


def quote_of(text: str) -> str | None:
    (citation,) = find_citations(text)
    return citation.quote


def states_of(text: str) -> list[str]:
    return [citation.state for citation in check(text, PASSAGES)]


# --- Finding -------------------------------------------------------------------------------------


def test_a_marker_is_found_where_it_stands() -> None:
    text = "It is due soon [sar-filing-deadline#due-2], they say."
    (citation,) = find_citations(text)
    assert citation.passage_id == "sar-filing-deadline#due-2"
    assert text[citation.start : citation.end] == "[sar-filing-deadline#due-2]"
    assert citation.quote is None


@pytest.mark.parametrize(
    "text",
    [
        "[sar]",
        "[sar#]",
        "[#due]",
        "[sar #due]",
        "[sar#due",
        r"\[sar#due]",
        "`[sar#due]`",
        "``a ` [sar#due]``",
        "```\n[sar#due]\n```",
        "~~~text\n[sar#due]\n~~~~",
        "- x\n  ```\n  [sar#due]\n  ```",
        "> ```\n> [sar#due]\n> ```",
        "```\n[sar#due] in a fence that is still open",
    ],
)
def test_text_that_is_not_a_citation_is_ignored(text: str) -> None:
    assert find_citations(text) == []


@pytest.mark.parametrize(
    "text",
    [
        r"\\[sar#due]",
        "a ` lone backtick [sar#due]",
        "```code span``` [sar#due]",
        "```\ncode\n```\n[sar#due]",
    ],
)
def test_code_and_escapes_end_where_they_end(text: str) -> None:
    assert len(find_citations(text)) == 1


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ('It says "file a SAR" [sar#due].', "file a SAR"),
        ("It says “file a SAR” [sar#due].", "file a SAR"),
        ('"file a SAR." ([sar#due])', "file a SAR."),
        ('*"file a SAR"*, [sar#due]', "file a SAR"),
        ('"file\n  a SAR"\n[sar#due]', "file a SAR"),
        ('"one quote" and "file a SAR" [sar#due]', "file a SAR"),
        ('"file an "unusual" SAR" [sar#due]', 'file an "unusual" SAR'),
        ("“file an “unusual” SAR” [sar#due]", "file an “unusual” SAR"),
        ('a 5" pipe and "file a SAR" [sar#due]', "file a SAR"),
        ('"file a `"` SAR" [sar#due]', 'file a `"` SAR'),
        ('"file a SAR" says [sar#due]', None),
        ('says "[sar#due]', None),
        ('file a SAR" [sar#due]', None),
        ('"" [sar#due]', None),
        ('"file a\n\nSAR" [sar#due]', None),
        ('"file a\r\n\r\nSAR" [sar#due]', None),
        ('- "file a\n- SAR" [sar#due]', None),
        ('"file a SAR"\n\n[sar#due]', None),
        ('| "file a SAR" | [sar#due] |', None),
        ('`"file a SAR"` [sar#due]', None),
        ("'file a SAR' [sar#due]", "file a SAR"),
        ("‘file a SAR’ [sar#due]", "file a SAR"),
        ("‘the customers’ duty to file’ [sar#due]", "the customers’ duty to file"),
        ("the customer's bank says so [sar#due]", None),
        ("„file a SAR“ [sar#due]", "file a SAR"),
        ("„file a SAR” [sar#due]", "file a SAR"),
        ("”file a SAR” [sar#due]", "file a SAR"),
        ("«file a SAR» [sar#due]", "file a SAR"),
        ("« file a SAR » [sar#due]", "file a SAR"),
        ("»file a SAR« [sar#due]", "file a SAR"),
        ("‹file a SAR› [sar#due]", "file a SAR"),
        ("「file a SAR」[sar#due]", "file a SAR"),
        ("『file a SAR』[sar#due]", "file a SAR"),
    ],
)
def test_a_quote_stands_directly_before_its_marker(text: str, quote: str | None) -> None:
    assert quote_of(text) == quote


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("[sar#due, ctr#amount]", ["sar#due", "ctr#amount"]),
        ("[sar#due; ctr#amount]", ["sar#due", "ctr#amount"]),
    ],
)
def test_several_ids_in_one_marker_are_several_citations(text: str, ids: list[str]) -> None:
    found = find_citations(text)
    assert [citation.passage_id for citation in found] == ids
    assert not any(citation.is_odd for citation in found)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("(sar#due)", ["sar#due"]),
        ("【sar#due】", ["sar#due"]),
        ("[SAR#Due]", ["sar#due"]),
        ("[Source: sar#due]", ["sar#due"]),
        ("[see sar#due and ctr#amount]", ["sar#due", "ctr#amount"]),
        ("[sar#due#form]", ["sar#due", "sar#form"]),
        ("sar-filing-deadline#due", ["sar-filing-deadline#due"]),
        ("as sar#due.", ["sar#due"]),
        ("[31 CFR 1020.320]", ["31 CFR 1020.320"]),
        ("[12 U.S.C. 3401(5)]", ["12 U.S.C. 3401(5)"]),
        ("[Source: FFIEC manual, p. 12]", ["Source: FFIEC manual, p. 12"]),
    ],
)
def test_what_nearly_is_a_marker_is_an_odd_one(text: str, ids: list[str]) -> None:
    found = find_citations(f"A bank must file {text}")
    assert [citation.passage_id for citation in found] == ids
    assert all(citation.is_odd for citation in found)
    quoted = check(f'A bank must "file a SAR no later" {text}', PASSAGES)
    assert {citation.state for citation in quoted} == {"unverified"}


@pytest.mark.parametrize(
    "text",
    [
        "issue#12",
        "C# and F#",
        "https://example.com/page#part",
        "www.example.com/a?b=page#part",
        "[31 CFR 1020.320](https://www.ecfr.gov/)",
        "[1]",
        "[sic]",
        "(see below)",
        "(31 CFR 1020.320)",
    ],
)
def test_other_brackets_signs_and_addresses_are_no_markers(text: str) -> None:
    assert find_citations(text) == []


def test_only_the_first_of_two_markers_has_the_quote_before_it() -> None:
    first, second = find_citations('"file a SAR" [sar#due] [ctr#amount]')
    assert first.quote == "file a SAR"
    assert second.quote is None


@pytest.mark.parametrize(
    "text",
    [
        "> A bank must file a SAR. [sar#due]",
        "> A bank must\n> file a SAR.\n> [sar#due]",
        ">A bank must\nfile a SAR. [sar#due]",
        "> A bank must\n>\n> file a SAR. [sar#due]",
        "> > A bank must\n> > file a SAR. [sar#due].",
        "- > A bank must\n  > file a SAR. [sar#due]",
        "> - A bank must\n> - file a SAR. [sar#due]",
        '> *"A bank must file a SAR."* — ([sar#due])',
        "Before.\n\n> A bank must file a SAR. [sar#due]\n\nAfter.",
        "> A bank must\r\n> file a SAR. [sar#due]\r\n",
    ],
)
def test_a_blockquote_is_the_quote_of_the_marker_that_ends_it(text: str) -> None:
    assert quote_of(text) == "A bank must file a SAR."


def test_several_markers_at_its_end_share_a_blockquote() -> None:
    quotes = [c.quote for c in find_citations("> A bank must file. [sar#due], [ctr#amount]")]
    assert quotes == ["A bank must file."] * 2


def test_each_line_of_a_blockquote_that_ends_in_a_marker_ends_a_quote() -> None:
    text = "> A bank must\n> file. [sar#due]\n> A bank\n> must report. [ctr#amount]"
    assert [c.quote for c in find_citations(text)] == ["A bank must file.", "A bank must report."]


def test_a_marker_within_a_line_of_a_blockquote_quotes_only_what_is_in_quotes() -> None:
    text = '> A [sar#due] rule "says so there" [sar#due] and ends. [sar#due]'
    quotes = [c.quote for c in find_citations(text)]
    assert quotes == [None, "says so there", 'A rule "says so there" and ends.']


def test_a_paragraph_after_a_blockquote_is_none_of_it() -> None:
    assert quote_of("> A bank must file.\n\nSo it is. [sar#due]") is None


def test_thousands_of_markers_in_a_line_are_found_in_linear_time() -> None:
    """With a regular expression for runs of markers this took minutes."""
    line = "> " + "[sar#due] " * 250 + "w\n\n"
    assert len(find_citations(line * 12)) == 3_000


# --- Comparing -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "quote",
    [
        "A bank must file a SAR",
        "a bank must file a SAR",
        "bank must  file\na SAR",
        "Bank must file a SAR",
        "no later than 30 calendar days after",
        "A bank must file … 30 calendar days",
        "A bank must file [...] 30 calendar days",
        "... must file a SAR . . . 30 calendar days …",
        "A bank **must** _file_ a SAR",
        r"threshold is \$25,000 in total",
        'for "unusual" activity - whoever',
        "for 'unusual' activity – whoever the customer’s agent is.",
        "no later than 30 calendar days,",
        "- A bank must file a SAR",
    ],
)
def test_typography_space_and_gaps_leave_a_quote_verbatim(quote: str) -> None:
    assert is_verbatim(quote, PASSAGE)


@pytest.mark.parametrize(
    "quote",
    [
        "",
        " ",
        "…",
        "a SAR",
        "bank … SAR",
        "A bank must file a sar",
        "A Bank must file a SAR",
        "A bank shall file a SAR",
        "no later than 60 calendar days",
        "no later than 3 calendar days",
        "5,000 in total for",
        "000 in total for",
        "The threshold is $25",
        "ank must file a",
        "A bank must fil",
        "30 calendar days … A bank must file",
        "A bank must file a SAR within",
        "must file a SAR.",
        "must must file a SAR",
        "A bank … bank must file",
    ],
)
def test_other_words_numbers_or_order_are_not_verbatim(quote: str) -> None:
    assert not is_verbatim(quote, PASSAGE)


SENTENCE = (
    "A bank must file a “final” report (see 31 CFR 1020.320) within 30 calendar days — counted "
    "from the day of the customer's first deposit of $25,000 or more, in cash or otherwise"
)
SPANS = st.tuples(st.integers(0, 20), st.integers(5, 12)).map(
    lambda at: SENTENCE.split()[at[0] : sum(at)]
)


@given(words=SPANS, spaces=st.sampled_from([" ", "  ", "\n", "\n  ", "\u00a0", "\u2009"]))
def test_any_words_in_a_row_are_verbatim(words: list[str], spaces: str) -> None:
    assert is_verbatim(spaces.join(words), SENTENCE)


@given(words=SPANS, at=st.integers(0, 11))
def test_one_word_left_out_without_an_ellipsis_is_not_verbatim(words: list[str], at: int) -> None:
    del words[1 + at % (len(words) - 2)]
    assert not is_verbatim(" ".join(words), SENTENCE)


@given(words=SPANS, at=st.integers(0, 200), letter=st.sampled_from("abcdexyzäß0123456789"))
def test_one_other_letter_or_digit_anywhere_is_not_verbatim(
    words: list[str], at: int, letter: str
) -> None:
    quote = " ".join(words)
    places = [place for place, char in enumerate(quote) if char.isalnum()]
    place = places[at % len(places)]
    assume(quote[place].casefold() != letter)
    assert not is_verbatim(f"{quote[:place]}{letter}{quote[place + 1 :]}", SENTENCE)


@given(words=SPANS)
def test_another_typography_is_verbatim(words: list[str]) -> None:
    quote = " ".join(words)
    for plain, other in (("“", "«"), ("”", "»"), ("'", "’"), (" — ", "-"), ("fi", "ﬁ")):
        quote = quote.replace(plain, other)
    assert is_verbatim(quote.replace("posit", "po\u00adsit"), SENTENCE)


# --- Negations -----------------------------------------------------------------------------------

RULES = (
    "A teller must not disclose to a customer that a SAR was filed. No bank may knowingly file a "
    "false report. A bank is not required to tell the customer. A bank that does not qualify must "
    "file a report without undue delay. A bank must file within 30 days unless an exception "
    "applies to the customer. The report must be kept for five years, but not by an agent. It must "
    "send the form no later than 30 days after that."
)


@pytest.mark.parametrize(
    "quote",
    [
        "disclose to a customer that",
        "teller must … disclose to a customer",
        "file a false report",
        "may knowingly file a false report",
        "required to tell the customer",
        "to tell the customer",
        "must file within 30 days",
        "A bank must file within 30 days",
        "must file within 30 days … applies to the customer",
        "report must be kept for five years",
        "later than 30 days after that",
        "send the form … later than 30 days",
    ],
)
def test_a_quote_that_cuts_a_negation_off_is_not_verbatim(quote: str) -> None:
    assert not is_verbatim(quote, RULES)


@pytest.mark.parametrize(
    "quote",
    [
        "must not disclose to a customer",
        "A teller must not disclose … that a SAR was filed.",
        "not required to tell the customer",
        "must file a report",
        "must file within 30 days unless an exception applies",
        "must be kept for five years, but not by an agent",
        "It must send the form",
        "It must send … 30 days after that",
        "no later than 30 days",
    ],
)
def test_a_quote_that_keeps_its_negation_is_verbatim(quote: str) -> None:
    assert is_verbatim(quote, RULES)


def test_another_place_without_the_negation_is_enough() -> None:
    passage = "A bank must not file a report twice. It may file a report twice if it is told to."
    assert is_verbatim("file a report twice", passage)


@pytest.mark.parametrize(
    ("quote", "verbatim"),
    [
        ("a ... bank ... must ... not ... file", False),
        ("A bank must ... file a report", False),
        ("It may file ... told", False),
        ("if it is told ... It may file", False),
        ("It may file ... if it is told", True),
    ],
)
def test_parts_of_three_words_in_order_without_a_negation_between(
    quote: str, verbatim: bool
) -> None:
    passage = "A bank must not file a report twice. It may file a report now, if it is told to."
    assert is_verbatim(quote, passage) is verbatim


def test_an_ellipsis_leaves_out_no_more_than_a_long_sentence() -> None:
    near, far = ("It may file" + " and so on" * times + " if it is told" for times in (20, 60))
    assert is_verbatim("It may file … if it is", near)
    assert not is_verbatim("It may file … if it is", far)


def test_the_nearest_place_of_each_part_counts() -> None:
    passage = "It may file now, not later. It may file then if it is told"
    assert is_verbatim("It may file … if it is told", passage)


def test_a_term_that_stands_under_a_negation_is_unverified() -> None:
    passages = {"a#b": SourceText("A bank must not file.")}
    (cut,) = check('banks must "file" [a#b]', passages)
    (kept,) = check('a "bank" [a#b]', passages)
    assert (cut.state, kept.state) == ("unverified", "cited")


@pytest.mark.parametrize(
    "unit",
    ["a", "a a ", "_", "_a", "“", '"', ". ", "not ", "a … ", "[a#b]", '"[a#b]', "> ", "\\", "`"],
)
def test_long_hostile_texts_are_compared_in_linear_time(unit: str) -> None:
    """With a product of lengths anywhere these take minutes."""
    text = unit * (100_000 // len(unit))
    assert not is_verbatim(text + " one two three x", text + "y")
    is_verbatim(f"{text} … {text}", f"{text} {text}")
    check(text + ' "one two three" [a#b]', {"a#b": SourceText(text)})


# --- Both ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ('"A bank must file a SAR" [sar#due]', ["verified"]),
        ('"A bank must report" [sar#due]', ["unverified"]),
        ("A bank must report [sar#due]", ["cited"]),
        ("A bank must report [sar#other]", ["unverified"]),
        ('"A bank must file a SAR" [sar#other]', ["unverified"]),
        ("> A bank must file a SAR [sar#due] [ctr#amount]", ["verified", "unverified"]),
        ("> A bank must file. [sar#due]", ["unverified"]),
    ],
)
def test_state_says_what_checking_the_quote_found(text: str, states: list[str]) -> None:
    assert states_of(text) == states


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ('"may file within 90 business days" [sar#due, ctr#amount]', ["unverified"] * 2),
        ('"must file a SAR" [sar#due, ctr#amount]', ["verified", "cited"]),
        ('"must file a SAR" [ctr#amount; sar#due]', ["cited", "verified"]),
        ("„muss binnen 30 Tagen melden“ [sar#due]", ["unverified"]),
        ("„A bank must file a SAR“ [sar#due]", ["verified"]),
        ("「must file a SAR」[sar#due]", ["verified"]),
        ("「must file a CTR」[sar#due]", ["unverified"]),
        ("'must file a CTR' [sar#due]", ["unverified"]),
    ],
)
def test_a_quote_is_compared_in_whatever_marks_it_stands(text: str, states: list[str]) -> None:
    assert states_of(text) == states


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ('"must file a SAR" is the rule [sar#due].', ["verified"]),
        ('"must file a CTR" is the rule [sar#due].', ["unverified"]),
        ('By [sar#due] a bank "must file a CTR".', ["unverified"]),
        ('"must file a CTR" and "must file a SAR" [sar#due].', ["unverified"]),
        ('"must report more than" and "must file a SAR" [sar#due] [ctr#amount].', None),
        ('He said "I split it up". That is unlawful [sar#due].', ["cited"]),
        ('"A bank must file a SAR". [sar#due] "It must not be late."', ["verified"]),
        ('A "bank must file" (e.g. a SAR) [sar#due].', ["verified"]),
    ],
)
def test_a_quote_anywhere_in_a_sentence_is_checked_with_its_citations(
    text: str, states: list[str] | None
) -> None:
    assert states_of(text) == (states or ["verified", "verified"])


def test_a_term_in_quotation_marks_is_cited_when_the_passage_has_it() -> None:
    assert states_of('what is "unusual" [sar#due]') == ["cited"]
    assert states_of('what is "suspicious" [sar#due]') == ["unverified"]
