"""A title that the model writes comes onto the page by itself, and into nobody's way."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.asking import QUESTION, ask, part
from tests.browser.conftest import Complaints
from tests.browser.provider_thread import ProviderThread
from tests.browser.server import OliverServer
from tests.support.provider_stand_in import Says, chat_output

Visit = Callable[..., Page]
TITLE = "SAR <img src=x> deadline"


@pytest.fixture(scope="module")
def naming_server(
    tmp_path_factory: pytest.TempPathFactory, provider_thread: ProviderThread
) -> Iterator[OliverServer]:
    """Oliver with the stand-in as its model, which also names conversations."""
    with OliverServer(
        tmp_path_factory.mktemp("naming"),
        OLIVER_MODEL="openai/stand-in",
        OLIVER_API_BASE=provider_thread.url,
        OLIVER_API_KEY="sk-test",
        OLIVER_MODEL_TITLES="1",
    ) as server:
        yield server


def named(title: str) -> str:
    return f"[[ ## title ## ]]\n{title}\n\n[[ ## completed ## ]]\n"


def test_heading_list_and_tab_get_the_title_when_it_arrives(
    visit: Visit,
    naming_server: OliverServer,
    provider_thread: ProviderThread,
    complaints: Complaints,
) -> None:
    answer, naming = provider_thread.gate(), provider_thread.gate()
    provider_thread.plays(Says(chat_output(), gate=answer, gate_at=100))
    provider_thread.titles(Says(named(TITLE), gate=naming))
    page = visit(naming_server)
    ask(page, QUESTION)
    expect(page.get_by_role("heading", level=1)).to_have_text(QUESTION)
    answer.open()
    expect(page.get_by_role("status")).to_have_text("Answer complete")
    expect(page.get_by_role("heading", level=1)).to_have_text(QUESTION)  # nobody waited
    naming.open()
    expect(page.get_by_role("heading", level=1)).to_have_text("SAR img src=x deadline")
    expect(page).to_have_title("SAR img src=x deadline · Oliver")
    expect(page.locator("#conversation-list [aria-current]")).to_have_text("SAR img src=x deadline")
    expect(page.locator("[data-title-awaited]")).to_have_count(0)
    assert complaints == []


def test_a_title_arrives_after_a_quick_answer_too_and_leaves_an_open_form_alone(
    visit: Visit, naming_server: OliverServer, provider_thread: ProviderThread
) -> None:
    naming = provider_thread.gate()
    provider_thread.plays(Says(chat_output(), piece=10_000))
    provider_thread.titles(Says(named("By the model"), gate=naming))
    page = visit(naming_server)
    ask(page, QUESTION)
    expect(part(page, "response")).to_contain_text("Thirty days.")
    page.get_by_label("Actions for this conversation").click()
    page.get_by_role("link", name="Rename").click()
    field = page.get_by_label("Title of this conversation")
    field.fill("By hand")
    with page.expect_response("**/rename/"):
        naming.open()
        field.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("By hand")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("By hand")
