"""What changed between two texts."""

from hypothesis import given, settings
from hypothesis import strategies as st

from chat.engine.rendering.diff import MOST_LINES, diff_lines

TEXTS = st.lists(st.sampled_from(["a", "b", "a b", "c d e", ""]), max_size=12).map("\n".join)


def said(old: str, new: str) -> list[tuple[str, str]]:
    lines = diff_lines(old, new) or []
    return [
        (line.kind, "".join(f"[{p.text}]" if p.changed else p.text for p in line.parts))
        for line in lines
    ]


def test_the_words_that_changed_are_marked_in_their_lines() -> None:
    assert said("one\nfile in 30 days\nend", "one\nfile in 60 days\nend") == [
        ("same", "one"),
        ("removed", "file in [30] days"),
        ("added", "file in [60] days"),
        ("same", "end"),
    ]


def test_lines_with_little_in_common_change_as_a_whole() -> None:
    assert said("file a report", "tell nobody of it") == [
        ("removed", "[file a report]"),
        ("added", "[tell nobody of it]"),
    ]


def test_what_stayed_is_left_out_but_for_its_edges() -> None:
    old = "\n".join(str(number) for number in range(20))
    lines = diff_lines(old, f"{old}\nnew") or []
    assert [(line.kind, line.count) for line in lines] == [
        ("gap", 18),
        ("same", 0),
        ("same", 0),
        ("added", 0),
    ]


def test_the_same_text_has_no_changes_and_a_long_one_is_not_compared() -> None:
    assert diff_lines("a\nb", "a\nb") == []
    assert diff_lines("a", "a\n" * (MOST_LINES + 1)) is None


@settings(max_examples=200)
@given(old=TEXTS, new=TEXTS)
def test_every_line_that_is_gone_or_new_is_shown_whole(old: str, new: str) -> None:
    lines = diff_lines(old, new) or []
    for kind, text in (("removed", old), ("added", new)):
        shown = ["".join(part.text for part in line.parts) for line in lines if line.kind == kind]
        left = text.splitlines()
        for line in shown:
            left.remove(line)
