"""A conversation of many turns: earlier ones come while one scrolls up, and every link finds its
turn, with scripts and without."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Complaints
from tests.browser.server import OliverServer

Visit = Callable[..., Page]
TURNS = 40
_MAKE = f"""
from chat.kernel.answer import Answer
from chat.conversations.models import Conversation, Message, Turn
from django.contrib.auth.models import User
made = Conversation.objects.create(owner=User.objects.get(username="admin"), title="Long")
parent = {{}}
for n in range({TURNS}):
    asked = Message.objects.create(conversation=made, sender="user", text=f"Question {{n}}?")
    words = f"Answer {{n}}. " + "Some more words.\\n\\n" * (n % 7 * 4)
    answer = Answer(response=words, outcome="done")
    last = Turn.objects.create(
        conversation=made, question=asked, analysis_type="general", status="done",
        idempotency_key=f"long-{{n}}", answer_state=answer.as_state(), **parent,
    )
    if hasattr(Turn, "parent"):
        parent = {{"parent": last}}
print(made.pk, *made.turns.order_by("pk").values_list("pk", flat=True))
"""


@pytest.fixture(scope="module")
def made(quoting_server: OliverServer) -> tuple[str, list[str]]:
    """The conversation's address and the ids of its turns."""
    conversation, *turns = quoting_server.manage("shell", "-c", _MAKE).split()[-TURNS - 1 :]
    return f"/conversations/{conversation}/", turns


def top_of(page: Page, selector: str) -> float:
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["y"]


def shown(page: Page) -> int:
    return page.locator(".turn").count()


def test_scrolling_up_brings_all_turns_and_what_is_read_stays_in_its_place(
    visit: Visit, quoting_server: OliverServer, made: tuple[str, list[str]], complaints: Complaints
) -> None:
    address, turns = made
    page = visit(quoting_server)
    page.goto(address)
    expect(page.locator(f"#turn-{turns[-1]}")).to_be_in_viewport()
    assert shown(page) < TURNS
    page.evaluate(_COUNT_JUMPS)
    while page.locator(".earlier").count():
        before = shown(page)
        page.locator("#scroller").evaluate("scroller => scroller.scrollTop = 1300")
        page.locator("#scroller").evaluate("scroller => scroller.scrollTop = 600")
        page.wait_for_function("n => document.querySelectorAll('.turn').length > n", arg=before)
    ids = page.locator(".turn").evaluate_all("turns => turns.map(turn => turn.id)")
    assert ids == [f"turn-{turn}" for turn in turns]
    assert page.evaluate("window.jumps.filter(px => Math.abs(px) > 2)") == []
    assert complaints == []


#: How far a turn in the view has moved when turns came in above it.
_COUNT_JUMPS = """() => {
  window.jumps = [];
  const transcript = document.getElementById("transcript");
  const seen = () => document.elementsFromPoint(innerWidth / 2, innerHeight / 2)
    .map((element) => element.closest(".turn")).find(Boolean);
  let at = null;
  document.addEventListener("htmx:before:swap", () => {
    const turn = seen();
    at = turn && { turn, top: turn.getBoundingClientRect().top };
  });
  new MutationObserver(() => queueMicrotask(() => {
    if (at) window.jumps.push(at.turn.getBoundingClientRect().top - at.top);
    at = null;
  })).observe(transcript, { childList: true });
}"""


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_link_to_an_old_turn_opens_it(
    scripts: bool, visit: Visit, quoting_server: OliverServer, made: tuple[str, list[str]]
) -> None:
    address, turns = made
    page = visit(quoting_server, scripts=scripts)
    page.goto(f"{address}?turn={turns[7]}#turn-{turns[7]}")
    expect(page.locator(f"#turn-{turns[7]} h2")).to_be_in_viewport()
    expect(page.locator(f"#turn-{turns[5]}")).to_be_attached()


def test_a_bare_fragment_of_an_old_turn_opens_it(
    visit: Visit, quoting_server: OliverServer, made: tuple[str, list[str]]
) -> None:
    address, turns = made
    page = visit(quoting_server)
    page.goto(f"{address}#turn-{turns[3]}")
    expect(page.locator(f"#turn-{turns[3]} h2")).to_be_in_viewport()


def test_from_an_old_turn_latest_leads_to_the_end(
    visit: Visit, quoting_server: OliverServer, made: tuple[str, list[str]]
) -> None:
    address, turns = made
    page = visit(quoting_server)
    page.goto(f"{address}?turn={turns[3]}#turn-{turns[3]}")
    page.get_by_role("button", name="Latest").click()
    expect(page.locator(f"#turn-{turns[-1]}")).to_be_in_viewport()


def test_without_scripts_pages_of_turns_have_links(
    visit: Visit, quoting_server: OliverServer, made: tuple[str, list[str]]
) -> None:
    address, turns = made
    page = visit(quoting_server, scripts=False)
    page.goto(address)
    page.get_by_role("link", name="Earlier questions").click()
    expect(page.locator(f"#turn-{turns[-1]}")).not_to_be_attached()
    expect(page.locator(f"#turn-{turns[-13]}")).to_be_in_viewport()
    page.get_by_role("link", name="Later questions").click()
    expect(page.locator(f"#turn-{turns[-1]}")).to_be_attached()
