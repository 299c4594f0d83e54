"""Which passages a text cites, what it quotes, and whether the passage says so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.kernel.citations import check, find_citations, is_verbatim

PASSAGE = (
    "A bank must file a SAR no later than 30 calendar days after the date of initial detection. "
    "The threshold is $25,000 in total for “unusual” activity — whoever the customer's agent is."
)
PASSAGES = {"sar#due": PASSAGE, "ctr#amount": "A bank must report more than $10,000 in currency."}


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
        "[Sar#due]",
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
def test_this_is_no_citation(text: str) -> None:
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
        ("`\"file a SAR\"` 'file a SAR' [sar#due]", None),
    ],
)
def test_a_quote_stands_directly_before_its_marker(text: str, quote: str | None) -> None:
    assert quote_of(text) == quote


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


def test_thousands_of_markers_in_a_line_are_found_in_no_time() -> None:
    """With a regular expression for runs of markers this took minutes."""
    assert len(find_citations("> " + "[sar#due] " * 3_000 + "w")) == 3_000


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
        "... must file a SAR . . . calendar days …",
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


@given(
    first=st.integers(0, 20),
    length=st.integers(3, 12),
    spaces=st.sampled_from([" ", "  ", "\n", "\n  ", "\u00a0"]),
)
def test_any_three_or_more_words_in_a_row_are_verbatim(
    first: int, length: int, spaces: str
) -> None:
    words = PASSAGE.split()[first : first + length]
    assert is_verbatim(spaces.join(words), PASSAGE)


@given(first=st.integers(0, 20), length=st.integers(3, 12), at=st.integers(0, 11))
def test_one_word_left_out_without_an_ellipsis_is_not_verbatim(
    first: int, length: int, at: int
) -> None:
    words = PASSAGE.split()[first : first + length + 1]
    del words[1 + at % (len(words) - 2)]
    assert not is_verbatim(" ".join(words), PASSAGE)


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


def test_a_term_in_quotation_marks_is_cited_when_the_passage_has_it() -> None:
    assert states_of('what is "unusual" [sar#due]') == ["cited"]
    assert states_of('what is "suspicious" [sar#due]') == ["unverified"]
