"""The pieces are always the whole code; highlighting is never slow, and unknown languages are
plain.
"""

from time import thread_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.kernel.code_highlighting import _BY_NAME, MOST_CHARS, pieces_of, unfenced

NAMES = sorted(_BY_NAME)
SIGNS = "ab1 _\n\t\"'`/*#<>{}[]()-=+$%@!?:;.,\\|~^&\0\r\ufeffé漢\u2028"


@settings(max_examples=400)
@given(code=st.text(alphabet=SIGNS, max_size=60), name=st.sampled_from(NAMES))
def test_the_pieces_are_the_code(code: str, name: str) -> None:
    assert "".join(piece.text for piece in pieces_of(code, name)) == code


@pytest.mark.parametrize(
    ("name", "code", "piece"),
    [
        ("py", "def f(): pass\n", ("keyword", "def ")),
        ("Python", "x = 'a'", ("string", "'a'")),
        ("java", "// why\nint x;", ("comment", "// why\n")),
        ("sql", "SELECT 1", ("keyword", "SELECT ")),
        ("diff", "-a\n+b\n", ("deleted", "-a\n")),
        ("json", '{"a": null}', ("keyword", '"a"')),
    ],
)
def test_a_known_language_has_colours(name: str, code: str, piece: tuple[str, str]) -> None:
    assert piece in pieces_of(code, name)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("klingon", "def f(): pass"),
        ("", "def f(): pass"),
        ("py", "x = 1\n" * MOST_CHARS),
        ("py", "x" * 2_000),
        ("py", "x = 1" + "\n" * 20),
    ],
)
def test_what_is_unknown_or_looks_like_a_loop_is_plain(name: str, code: str) -> None:
    assert pieces_of(code, name) == (("", code),)


@pytest.mark.parametrize("name", ["sql", "py", "html", "kt", "lua", "make", "ts", "c"])
@pytest.mark.parametrize("loop", ["(", "<?", "/*", "[=", "1", " \n"])
def test_output_of_a_looping_model_is_cheap(name: str, loop: str) -> None:
    line = (loop * 1_000)[:1_000] + "\n"
    began_s = thread_time()
    pieces_of.__wrapped__(line * 4, name)
    assert thread_time() - began_s < 2


@pytest.mark.parametrize(
    ("content", "title", "found"),
    [
        ("```sql\nSELECT 1\n```", "Query", ("SELECT 1", "sql")),
        ("x = 1", "due.py", ("x = 1", "py")),
        ("x = 1", "Dr. No", ("x = 1", "")),
        ("```\na\n```\nand\n```\nb\n```", "Two", ("```\na\n```\nand\n```\nb\n```", "")),
    ],
)
def test_an_artifact_names_its_language(content: str, title: str, found: tuple[str, str]) -> None:
    assert unfenced(content, title=title) == found
