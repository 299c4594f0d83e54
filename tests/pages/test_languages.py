"""Pages in the reader's language: stored, chosen, or as the browser asks; and all around them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from docx import Document
from pytest_django.fixtures import Settings
from selectolax.lexbor import LexborHTMLParser

from chat.accounts.models import Preferences
from chat.conversations.models import Conversation
from chat.kernel.answer import Answer
from chat.kernel.answer_errors import ProviderAuthError
from chat.kernel.chunks import StreamError
from tests.pages.conftest import MakeTurn

pytestmark = pytest.mark.django_db
GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}
SIGN_IN = "/accounts/login/"


def page_of(response: Any) -> LexborHTMLParser:
    return LexborHTMLParser(response.content.decode())


def text_of(response: Any, selector: str = "body") -> str:
    node = page_of(response).css_first(selector)
    assert node is not None, selector
    return " ".join(node.text().split())


def language_of(response: Any) -> str | None:
    root = page_of(response).css_first("html")
    return root.attributes.get("lang") if root else None


@pytest.fixture
def german_reader(analyst: User) -> Client:
    client = Client(headers=GERMAN)
    client.force_login(analyst)
    return client


class TestWhichLanguage:
    @pytest.mark.parametrize(
        ("asked", "language", "words"),
        [
            ("de", "de", "Anmelden"),
            ("de-CH, fr;q=0.5", "de", "Anmelden"),
            ("fr, de;q=0.3", "de", "Anmelden"),
            ("en-GB, de;q=0.9", "en", "Sign in"),
            ("fr", "en", "Sign in"),
            ("", "en", "Sign in"),
        ],
    )
    def test_the_sign_in_page_speaks_as_the_browser_asks(
        self, client: Client, asked: str, language: str, words: str
    ) -> None:
        response = client.get(SIGN_IN, headers={"Accept-Language": asked})
        assert language_of(response) == response["Content-Language"] == language
        assert words in text_of(response)

    def test_caches_are_told_what_it_depends_on(self, client: Client) -> None:
        varies = {name.strip() for name in client.get(SIGN_IN)["Vary"].split(",")}
        assert {"Accept-Language", "Cookie"} <= varies

    def test_a_language_can_be_chosen_before_signing_in(self, client: Client) -> None:
        form = page_of(client.get(SIGN_IN)).css_first("form.languages")
        assert form is not None
        names = [button.text() for button in form.css("button")]
        assert names == ["English", "Deutsch"]
        response = client.post("/language/", {"language": "de", "next": SIGN_IN}, follow=True)
        assert language_of(response) == "de"
        assert client.cookies["oliver_language"]["httponly"]

    def test_the_choice_leads_to_no_other_site(self, client: Client) -> None:
        response = client.post("/language/", {"language": "de", "next": "https://evil.example/"})
        assert response["Location"] == "/"

    def test_a_stored_language_counts_more_than_the_browsers(
        self, browser: Client, analyst: User
    ) -> None:
        Preferences.objects.create(user=analyst, language="de")
        assert language_of(browser.get("/", headers={"Accept-Language": "en"})) == "de"

    def test_saving_it_takes_effect_on_pages_that_ask_nobody(self, browser: Client) -> None:
        style = {"theme": "system", "density": "compact", "status_style": "plain"}
        browser.post("/settings/", {**style, "language": "de"})
        assert language_of(browser.get("/nothing-here")) == "de"
        browser.post("/settings/", {**style, "language": ""})
        assert language_of(browser.get("/nothing-here")) == "en"

    def test_signing_in_brings_it(self, client: Client, analyst: User) -> None:
        Preferences.objects.create(user=analyst, language="de")
        client.post(SIGN_IN, {"username": "analyst", "password": "correct horse battery"})
        assert client.cookies["oliver_language"].value == "de"

    def test_a_language_that_is_gone_is_no_obstacle(self, browser: Client, analyst: User) -> None:
        Preferences.objects.create(user=analyst, language="tlh")
        assert language_of(browser.get("/")) == "en"


def test_a_language_from_the_right_turns_the_page(client: Client, settings: Settings) -> None:
    settings.LANGUAGES = [("en", "English"), ("ar", "العربية")]
    root = page_of(client.get(SIGN_IN, headers={"Accept-Language": "ar"})).css_first("html")
    assert root is not None
    assert (root.attributes["lang"], root.attributes["dir"]) == ("ar", "rtl")


class TestGermanPages:
    def test_days_and_months_have_their_names(
        self, german_reader: Client, conversation: Conversation
    ) -> None:
        other = Conversation.objects.create(owner=conversation.owner, title="Alt")
        long_ago = datetime(2025, 3, 5, tzinfo=UTC)
        Conversation.objects.filter(pk=other.pk).update(updated_at=long_ago)
        headings = [node.text() for node in page_of(german_reader.get("/")).css(".day h2")]
        assert headings == ["Heute", "März 2025"]

    def test_a_note_is_english_and_what_stands_around_it_german(
        self, german_reader: Client, small_library: None
    ) -> None:
        response = german_reader.get("/library/sar-deadline/")
        assert "geprüft am 22. November 2026" in text_of(response, ".authority")
        for selector in ("article h1", "article h2", "article .markdown"):
            node = page_of(response).css_first(selector)
            assert node is not None
            assert node.attributes["lang"] == "en", selector

    def test_a_long_question_is_counted_in_german(
        self, german_reader: Client, make_turn: MakeTurn
    ) -> None:
        turn = make_turn(question="Wort " * 400)
        words = text_of(
            german_reader.get(turn.conversation.get_absolute_url()), ".question-whole summary"
        )
        assert words.startswith("Ganzen Text anzeigen (")
        assert "2.000" in words

    def test_a_stored_error_is_told_in_german(
        self, german_reader: Client, make_turn: MakeTurn
    ) -> None:
        error = ProviderAuthError().as_stream_error()
        turn = make_turn(status="failed", answer=Answer(outcome="failed", error=error))
        shown = text_of(german_reader.get(turn.conversation.get_absolute_url()), ".error")
        assert "hat den API-Schlüssel abgelehnt" in shown
        assert "refused" not in shown

    def test_an_error_of_a_newer_version_keeps_its_words(
        self, german_reader: Client, make_turn: MakeTurn
    ) -> None:
        error = StreamError(code="from_tomorrow", message="Something new happened.")
        turn = make_turn(status="failed", answer=Answer(outcome="failed", error=error))
        page = german_reader.get(turn.conversation.get_absolute_url())
        assert "Something new happened." in text_of(page, ".error")

    @pytest.mark.parametrize(("engine", "language"), [("quote", "en"), ("native", None)])
    def test_an_answer_quoted_from_the_library_is_marked_as_english(
        self, german_reader: Client, make_turn: MakeTurn, engine: str, language: str | None
    ) -> None:
        answer = Answer(response="Yes.", outcome="done", metadata={"engine": engine})
        turn = make_turn(status="done", answer=answer)
        page = page_of(german_reader.get(turn.conversation.get_absolute_url()))
        written = page.css_first(f"#turn-{turn.pk} .response .markdown")
        assert written is not None
        assert written.attributes.get("lang") == language

    def test_the_administration_is_german_too(self, admin_client: Client) -> None:
        words = text_of(admin_client.get("/admin/conversations/streamstats/", headers=GERMAN))
        assert "Übertragungsstatistik" in words
        assert "Stream statistics" not in words


class TestGermanFiles:
    def test_exports_have_german_headings(self, german_reader: Client, make_turn: MakeTurn) -> None:
        turn = make_turn(status="done", answer=Answer(response="Yes.", outcome="done"))
        base = f"/conversations/{turn.conversation_id}/export"
        markdown = german_reader.get(f"{base}/markdown").content.decode()
        assert "## Frage" in markdown
        assert "### Antwort" in markdown
        assert "Aus Oliver exportiert am" in markdown
        document = Document(BytesIO(german_reader.get(f"{base}/docx").content))
        assert {"Frage", "Antwort"} <= {paragraph.text for paragraph in document.paragraphs}
        assert german_reader.get(f"{base}/pdf").content.startswith(b"%PDF")

    def test_the_file_for_programs_is_the_same_in_every_language(
        self, german_reader: Client, browser: Client, make_turn: MakeTurn
    ) -> None:
        turn = make_turn(status="done", answer=Answer(response="Yes.", outcome="done"))
        url = f"/conversations/{turn.conversation_id}/export/json"
        told = [json.loads(each.get(url).content)["turns"] for each in (german_reader, browser)]
        assert told[0] == told[1]


@pytest.mark.parametrize(
    ("language", "words"),
    [("de", "Melden Sie sich an"), ("en", "Sign in"), ("", "Sign in"), ("fr", "Sign in")],
)
def test_the_api_refuses_in_its_callers_language(client: Client, language: str, words: str) -> None:
    response = client.get("/api/provider/info", headers={"Accept-Language": language})
    assert words in response.json()["error"]["message"]
    assert response.json()["error"]["code"] == "unauthorized"


def test_a_refused_question_is_told_in_german(
    german_reader: Client, configure: Callable[..., None]
) -> None:
    configure(question_max_chars=1500)
    form = {"question": "x" * 1501, "analysis_type": "general", "idempotency_key": "k"}
    response = german_reader.post("/turns/", form)
    assert response.status_code == 422
    assert "1.501 Zeichen. Die Grenze liegt bei 1.500" in text_of(response, "#composer-error")
