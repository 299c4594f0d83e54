"""The library follows its own rules (docs/library.md), and errors name the file and the line."""

from collections import Counter
from datetime import date
from functools import cache

import pytest

from chat.library.retrieval.note_files import Note, NoteInvalid, parse_note, read_library

FRONT = """---
title: Deadline for a report
topic: sar
authority: FinCEN
section: 31 CFR 1020.320
url: https://www.ecfr.gov/current/title-31/section-1020.320
checked: 2026-11-22
jurisdiction: [US, US-CA]
binds: banks
status: in force
as_of: 2026-11-22
also: [how long, 1040]
---
"""
PROSE = (
    "A bank must file a report no later than 30 calendar days after the bank first detects facts"
    " that may be a basis for filing, and the bank keeps a copy of the report for five years."
)
BODY = f"""
## Thirty days {{#due .deadline}}

{PROSE}

## Copies {{#copies .record}}

{PROSE}
"""


def note(content: str = FRONT + BODY, name: str = "a-note.md") -> Note:
    return parse_note(name, content.encode())


def problems(content: str, name: str = "a-note.md") -> str:
    with pytest.raises(NoteInvalid) as caught:
        note(content, name)
    return "\n".join(caught.value.problems)


# --- The library as it is ------------------------------------------------------------------------


@cache
def library() -> list[Note]:
    return read_library()


def test_the_library_is_well_formed_and_has_at_least_120_notes() -> None:
    assert len(library()) >= 120


def test_titles_are_unique() -> None:
    assert max(Counter(note.title for note in library()).values()) == 1


def test_every_note_was_checked_in_2026_or_later() -> None:
    assert all(note.checked >= date(2026, 1, 1) for note in library())


def test_every_key_fits_its_column() -> None:
    assert all(len(note.key(section)) <= 160 for note in library() for section in note.passages)


# --- Reading -------------------------------------------------------------------------------------


def test_wrapped_lines_are_joined_and_list_items_stay_lines() -> None:
    wrapped = PROSE.replace(" after ", "\nafter ")
    listed = f"- {PROSE}\n- The analyst\n  writes it down."
    read = note(FRONT + BODY.replace(PROSE, wrapped, 1).replace(PROSE, listed, 2))
    assert read.passages[0].text == PROSE
    assert read.passages[1].text == f"- {PROSE}\n- The analyst writes it down."


def test_form_numbers_among_everyday_words_are_words() -> None:
    assert note().also == ("how long", "1040")


def test_a_change_of_the_file_or_its_name_changes_the_digest() -> None:
    digests = {
        note().digest,
        note(FRONT + BODY + " ").digest,
        note(name="other.md").digest,
    }
    assert len(digests) == 3


# --- Each rule, broken ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("title: Deadline for a report\n", "", "a-note.md:1: title: Field required"),
        ("topic: sar", "topic: Sar Rules", "a-note.md:3: topic"),
        ("https://www", "http://www", "a-note.md:6: url: give an https address"),
        ("checked: 2026-11-22", "checked: yesterday", "a-note.md:7: checked"),
        ("[US, US-CA]", "[America]", "a-note.md:8: jurisdiction"),
        ("status: in force", "status: valid", "a-note.md:10: status"),
        ("as_of: 2026-11-22", "as_of: now", "a-note.md:11: as_of"),
        ("also: [how long, 1040]", "also: []", "a-note.md:12: also"),
        ("authority: FinCEN", "author: FinCEN", "authority: Field required"),
        ("title: Deadline", "title: [Deadline", "the front matter is not YAML"),
        (".deadline}", ".rule}", "a-note.md:15: “.rule” is no kind of passage"),
        ("{#due .deadline}", "{#due}", "a heading reads"),
        ("#copies", "#due", "a-note.md:19: the id “due” stands twice"),
        (BODY, BODY.split("## Copies")[0], "a note has two to six passages, this one 1"),
        (PROSE, "A bank files a report.", "a passage has 30 to 110 words, this one 5"),
        (PROSE, f"{PROSE} {PROSE} {PROSE} {PROSE}", "a passage has 30 to 110 words, this one 1"),
        ("years.", "years. It must not wait.", "a sentence must name its subject: “It must not"),
        ("years.", "years. Such reports are late.", "must name its subject: “Such reports"),
        ("must file", "**must** file", "holds bold or italics"),
        ("file a report", "file [a report](x)", "holds a link"),
        ("years.", "years", "each paragraph and item is full sentences"),
    ],
)
def test_a_broken_rule_is_named_with_its_place(good: str, bad: str, said: str) -> None:
    content = FRONT + BODY
    assert good in content
    assert said in problems(content.replace(good, bad, 1))


def test_a_file_name_must_be_a_slug() -> None:
    assert "is not lower-case-with-dashes" in problems(FRONT + BODY, "A Note.md")


def test_all_problems_of_a_file_are_reported_at_once() -> None:
    broken = (FRONT + BODY).replace("https://www", "http://www").replace(".record}", ".rule}")
    assert problems(broken).count("\n") == 1
