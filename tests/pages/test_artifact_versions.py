"""Which artifacts are versions of one another, and what the canvas shows of that."""

from typing import Any

import pytest
from django.test import Client

from chat.conversations.artifact_versions import same_title
from chat.conversations.models import StoredArtifact, Turn
from chat.kernel.answer import Answer
from tests.pages.conftest import MakeTurn
from tests.support.html import HTMX, page_of, texts_of

pytestmark = pytest.mark.django_db


def letter(title: str, content: str, kind: str = "draft") -> dict[str, Any]:
    return {"kind": kind, "title": title, "content": content}


@pytest.fixture
def answered(make_turn: MakeTurn) -> Any:
    def answered(*artifacts: dict[str, Any]) -> Turn:
        turn = make_turn(answer=Answer(artifacts=list(artifacts), outcome="done"))
        for position, item in enumerate(artifacts, start=1):
            StoredArtifact.objects.create(turn=turn, position=position, **item)
        return turn

    return answered


@pytest.mark.parametrize(
    "title",
    [
        "Customer  letter",
        "customer letter (v2)",
        "Customer Letter, revised",
        "Customer letter – v. 3",
    ],
)
def test_titles_that_name_the_same_thing(title: str) -> None:
    assert same_title(title) == "customer letter"


def test_versions_are_of_one_kind_and_title_and_can_be_compared(
    browser: Client, answered: Any
) -> None:
    first = answered(letter("Letter", "Dear A,\nwe file."), letter("Letter", "else", kind="memo"))
    second = answered(letter("Letter (v2)", "Dear <b>B</b>,\nwe file."))
    url = f"/turns/{second.pk}/artifacts/1/"
    page = page_of(browser.get(url, headers=HTMX))
    links = [link.attributes["href"] for link in page.css(".versions ol a")]
    assert links == [f"/turns/{first.pk}/artifacts/1/", url]
    assert len(page.css(".versions [aria-current]")) == 1
    compared = page_of(browser.get(f"{url}?since=1"))
    assert texts_of(compared, ".diff del")
    assert texts_of(compared, ".diff .added .line") == ["Dear <b>B</b>,"]


def test_without_another_version_there_is_no_switch(browser: Client, answered: Any) -> None:
    turn = answered(letter("", "a"), letter("", "b"))
    page = page_of(browser.get(f"/turns/{turn.pk}/artifacts/2/?since=1", headers=HTMX))
    assert not page.css(".versions, .diff")


@pytest.mark.parametrize("since", ["2", "3", "0", "x", "\u0661"])
def test_only_an_earlier_version_is_compared(browser: Client, answered: Any, since: str) -> None:
    answered(letter("Letter", "a"))
    second = answered(letter("Letter", "b"))
    page = browser.get(f"/turns/{second.pk}/artifacts/1/?since={since}")
    assert page.status_code == 200
    assert not page_of(page).css(".diff")
