"""An artifact is looked at in the canvas and taken along as a file."""

from typing import Any

import pytest
from django.test import Client

from chat.conversations.models import Turn
from chat.kernel.answer import Answer
from tests.pages.conftest import MakeTurn
from tests.support.html import HTMX, attribute, one, page_of, text_of, texts_of

TABLE = "| Who | Days |\n|---|--:|\n| Bank, large | 30 |\n| =cmd() | **60** |"
ARTIFACTS: list[dict[str, Any]] = [
    {"kind": "checklist", "title": "Before: filing/7", "content": "- [ ] one\n- [x] two"},
    {"kind": "table", "title": "Days", "content": TABLE},
    {"kind": "code", "title": "", "content": "if x < 1:\n    pass"},
]


@pytest.fixture
def turn(make_turn: MakeTurn) -> Turn:
    return make_turn(answer=Answer(artifacts=ARTIFACTS, outcome="done"))


def test_htmx_gets_the_artifact_alone(browser: Client, turn: Turn) -> None:
    response = browser.get(f"/turns/{turn.pk}/artifacts/1/", headers=HTMX)
    page = page_of(response)
    assert b"<html" not in response.content
    assert text_of(page, "h2") == "Before: filing/7"
    assert texts_of(page, ".canvas-body li.task") == ["☐ one", "☑ two"]
    assert one(page, ".copy-source").text() == ARTIFACTS[0]["content"]
    assert "HX-Request" in response["Vary"]


def test_without_htmx_it_is_a_page(browser: Client, turn: Turn) -> None:
    page = page_of(browser.get(f"/turns/{turn.pk}/artifacts/3/"))
    assert text_of(page, "h1") == "Code: Untitled"
    assert one(page, ".canvas-body pre code").text() == "if x < 1:\n    pass"


@pytest.mark.parametrize("position", [0, 4, 999])
def test_an_artifact_that_is_not_there_is_not_found(
    browser: Client, turn: Turn, position: int
) -> None:
    url = f"/turns/{turn.pk}/artifacts/{position}/"
    assert browser.get(url).status_code == 404
    assert browser.get(url, headers=HTMX).status_code == 404
    assert browser.get(f"{url}download").status_code == 404


def test_an_artifact_that_is_not_saved_yet_is_asked_for_again(
    browser: Client, make_turn: MakeTurn
) -> None:
    url = f"/turns/{make_turn(status='running').pk}/artifacts/1/"
    page = page_of(browser.get(url, headers=HTMX))
    assert attribute(page, "[hx-get]", "hx-get") == url
    assert attribute(page, "[hx-get]", "hx-trigger") == "load delay:700ms"


@pytest.mark.parametrize(
    ("path", "name", "content_type"),
    [
        ("1/download", "before-filing7.md", "text/markdown; charset=utf-8"),
        ("2/download?as=csv", "days.csv", "text/csv; charset=utf-8"),
        ("3/download", "artifact.txt", "text/plain; charset=utf-8"),
        ("1/download?as=csv", "before-filing7.md", "text/markdown; charset=utf-8"),
    ],
)
def test_a_download_is_an_attachment_with_a_safe_name(
    browser: Client, turn: Turn, path: str, name: str, content_type: str
) -> None:
    response = browser.get(f"/turns/{turn.pk}/artifacts/{path}")
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["Content-Type"] == content_type
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert response.content.startswith(b"\xef\xbb\xbf") == name.endswith("csv")  # Excel needs it


def test_the_download_is_the_content_itself(browser: Client, turn: Turn) -> None:
    response = browser.get(f"/turns/{turn.pk}/artifacts/1/download")
    assert response.content.decode() == ARTIFACTS[0]["content"]


def test_a_table_offers_csv_and_a_checklist_does_not(browser: Client, turn: Turn) -> None:
    for position, offers in ((1, False), (2, True)):
        page = page_of(browser.get(f"/turns/{turn.pk}/artifacts/{position}/", headers=HTMX))
        assert bool(page.css("a[href$='as=csv']")) == offers


def test_a_quote_in_an_artifact_is_checked_against_the_passages_of_its_answer(
    browser: Client, make_turn: MakeTurn
) -> None:
    passage = {"id": "a-note#due", "title": "A note", "text": "A bank must file within 30 days."}
    content = "- [ ] “A bank must file within 30 days.” [a-note#due]\n- [ ] “In 90.” [a-note#due]"
    turn = make_turn(
        answer=Answer(
            passages=[passage],
            artifacts=[{"kind": "checklist", "title": "Steps", "content": content}],
            outcome="done",
        )
    )
    page = page_of(browser.get(f"/turns/{turn.pk}/artifacts/1/"))
    states = [chip.attributes["data-state"] for chip in page.css(".canvas-body a.citation")]
    assert states == ["verified", "unverified"]


def test_a_download_names_its_sources(browser: Client, make_turn: MakeTurn) -> None:
    passages = [
        {"id": "a#b", "title": "Unused", "text": "Nothing."},
        {"id": "a-note#due", "title": "A [note]", "section": "12 CFR 1", "text": "File in time."},
    ]
    checklist = {"kind": "checklist", "title": "Steps", "content": "- [ ] File [a-note#due]"}
    table = {"kind": "table", "title": "T", "content": "| a |\n|---|\n| File [a-note#due] |"}
    answer = Answer(passages=passages, artifacts=[checklist, table], outcome="done")
    url = f"/turns/{make_turn(answer=answer).pk}/artifacts"
    written = browser.get(f"{url}/1/download").content.decode()
    assert written.startswith("- [ ] File [2]\n\n## Sources\n\n- [2] A [note]")
    assert "  > File in time." in written
    assert "Unused" not in written
    rows = browser.get(f"{url}/2/download?as=csv").content.decode("utf-8-sig")
    assert rows.splitlines() == ["a", '"File [A [note], 12 CFR 1]"']


def test_a_download_brings_no_html_and_no_pictures(browser: Client, make_turn: MakeTurn) -> None:
    memo = {"kind": "memo", "title": "M", "content": "<img src=x> ![x](https://a.example/x)"}
    url = f"/turns/{make_turn(answer=Answer(artifacts=[memo], outcome='done')).pk}/artifacts/1"
    written = browser.get(f"{url}/download").content.decode()
    assert written == "\\<img src=x> \\![x](https://a.example/x)"
