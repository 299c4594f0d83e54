"""Tables of an artifact go into a spreadsheet as they are, and run nothing there."""

import pytest

from chat.engine.rendering.tables import csv_of


def test_cells_keep_their_text_without_markdown() -> None:
    table = "| Who | Days |\n|---|--:|\n| Bank, large | **60** |"
    assert csv_of(table).splitlines() == ["Who,Days", '"Bank, large",60']


@pytest.mark.parametrize("cell", ["=cmd()", "+1", "-1", "@sum"])
def test_no_cell_becomes_a_formula(cell: str) -> None:
    assert csv_of(f"| a |\n|---|\n| {cell} |").splitlines() == ["a", f"'{cell}"]


def test_all_tables_of_a_text_follow_one_another() -> None:
    table = "| a |\n|---|\n| 1 |"
    assert csv_of(f"{table}\n\nBetween.\n\n{table}").splitlines() == ["a", "1", "a", "1"]


def test_text_without_a_table_has_no_rows() -> None:
    assert csv_of("Just a paragraph | with a bar.") == ""
