"""Tables of an artifact go into a spreadsheet as they are, and run nothing there."""

import pytest

from chat.engine.rendering.tables import csv_of


def test_cells_keep_their_text_without_markdown() -> None:
    table = "| Who | Days |\n|---|--:|\n| Bank, large | **60** |"
    assert csv_of(table).splitlines() == ["Who,Days", '"Bank, large",60']


@pytest.mark.parametrize(
    "cell", ["=cmd()", "+1+1", "-cmd()", "@sum", "＝1+1", "\u200b=1+1", "＋1+1", "- 5+cmd()"]
)
def test_no_cell_becomes_a_formula(cell: str) -> None:
    assert csv_of(f"| a |\n|---|\n| {cell} |").splitlines() == ["a", f"'{cell}"]


@pytest.mark.parametrize("cell", ["-5", "+1", "-1.50", "+12 %", "-$400", "-"])
def test_a_number_with_a_sign_stays_a_number(cell: str) -> None:
    assert csv_of(f"| a |\n|---|\n| {cell} |").splitlines() == ["a", cell]


def test_no_cell_begins_inside_another_where_semicolons_split() -> None:
    assert csv_of("| a | b |\n|---|---|\n| 1;=cmd() | 2 |").splitlines()[1] == '"1;=cmd()","2"'


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("**b** *i* `c`", "b i c"),
        ("~~must~~ may", "~~must~~ may"),
        ("[law](https://a.example)", "law (https://a.example)"),
        ("<https://a.example>", "https://a.example"),
        ("![scan](x.png)", "scan"),
    ],
)
def test_marks_stay_out_of_cells_and_addresses_in_them(cell: str, text: str) -> None:
    assert csv_of(f"| a |\n|---|\n| {cell} |").splitlines()[1] == text


def test_a_break_in_a_cell_is_a_line_of_its_own() -> None:
    assert csv_of("| a |\n|---|\n| one<br>two |").splitlines()[1:] == ['"one', 'two"']


def test_all_tables_of_a_text_follow_one_another() -> None:
    table = "| a |\n|---|\n| 1 |"
    assert csv_of(f"{table}\n\nBetween.\n\n{table}").splitlines() == ["a", "1", "a", "1"]


def test_text_without_a_table_has_no_rows() -> None:
    assert csv_of("Just a paragraph | with a bar.") == ""
