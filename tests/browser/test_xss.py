"""The whole corpus in a real Chromium, whose CSP is switched off: escaping alone must hold.

Each payload comes in by every way: question, title, every field of an answer, from the database and
over a stream, artifacts, notes, the administration. Nothing may run and nothing may be asked for.
tests/security/test_defences.py shows that the CSP is there as well.
"""

import json
from collections.abc import Callable, Iterator

import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import Page, Request, expect

from chat.kernel.answer import Answer
from tests.browser.asking import ask, part
from tests.browser.conftest import Complaints, scroll_to_the_beginning
from tests.browser.provider_thread import ProviderThread
from tests.browser.server import OliverServer
from tests.security.xss import KINDS, joined, payloads, poisoned
from tests.support.provider_stand_in import Says, chat_output

pytestmark = pytest.mark.begins_first
Visit = Callable[..., Page]
PAYLOADS = payloads()
#: A server, its conversation with everything, and two turns with a version of each artifact.
Poisoned = tuple[OliverServer, int, int, int]
_TURN_SIZE = 90
_SPY = """
window.hits = [];
window.hit = window.alert = window.prompt = window.confirm = (...what) => {
  window.hits.push(what.join());
};
"""
#: What a click, a submit or a load could still turn into code or a request to somebody else.
_DANGEROUS = """
() => [...document.querySelectorAll("*")].flatMap((element) => {
  const found = [];
  const name = element.localName;
  if (["iframe", "object", "embed", "base", "frame", "portal", "math"].includes(name))
    found.push(name);
  for (const { name: attribute, value } of element.attributes) {
    if (/^on|^hx-on|^data-hx|^srcdoc$|^style$/i.test(attribute)) found.push(attribute);
    const url = /^(href|src|action|formaction|hx-(get|post|put|delete|patch)|hx-sse:connect)$/i;
    if (!url.test(attribute) || !value) continue;
    if (!URL.canParse(value, document.baseURI)) {
      found.push(`${attribute}=${value}`);
      continue;
    }
    const { protocol, origin } = new URL(value, document.baseURI);
    const leads = ["http:", "https:", "mailto:"].includes(protocol);
    const isLink = name === "a" && attribute === "href";
    if (!leads || (origin !== location.origin && !isLink)) found.push(`${attribute}=${value}`);
  }
  return found.map((what) => `${name}: ${what}`);
})
"""
_FILL = """
import json, sys
from datetime import timedelta
from django.contrib.auth.models import User
from django.utils import timezone
from chat.conversations.models import *
from chat.accounts.models.api_token import digest_of
from chat.kernel.stages import DETAILED, PLAIN
data = json.load(open({path!r}))
admin = User.objects.get(username="admin")
canvas, conversation = (
    Conversation.objects.create(owner=admin, title=title) for title in ("Canvas", "The corpus"))
for at, (question, answer) in enumerate(data["turns"]):
    place = conversation if at else canvas
    message = Message.objects.create(conversation=place, sender="user", text=question)
    turn = Turn.objects.create(conversation=place, question=message, status="failed",
        parent=place.turns.last(),
        analysis_type="general", idempotency_key=f"xss {{at}}", answer_state=answer)
    StreamStats.objects.create(turn=turn,
        model=data["titles"][at][:200], engine=data["titles"][at + 20][:40])
    Feedback.objects.create(user=admin, turn=turn, rating="down", comment=question)
Conversation.objects.bulk_create(
    Conversation(owner=admin, title=title[:200]) for title in data["titles"])
note = LibraryNote.objects.create(slug="corpus", title=data["titles"][0], topic="sar",
    authority=data["titles"][1], section=data["titles"][2], url="https://a.example/",
    checked="2026-11-22", also="")
LibraryPassage.objects.bulk_create(
    LibraryPassage(key=f"corpus#p{{at}}", note=note, position=at, anchor=f"p{{at}}", kind="rule",
        heading=text[:200], text=text) for at, text in enumerate(data["titles"]))
ApiToken.objects.bulk_create(
    ApiToken(user=admin, name=text[:60], digest=f"{{at}}", prefix="oliver_x")
    for at, text in enumerate(data["titles"][::10]))
StatusText.objects.bulk_create(
    StatusText(stage=stage, text=data["titles"][at * 7][:120]) for at, stage in enumerate(
        [*DETAILED, *PLAIN]))
Prompt.objects.bulk_create(
    Prompt(owner=admin, title=text[:100], text=text) for text in data["titles"][::4])
first = canvas.turns.get()  # and another version of each artifact, all lines in another order
later = [{{**kept, "content": "\\n".join(reversed(kept["content"].split("\\n")))}}
    for kept in first.answer_state["artifacts"]]
last = Turn.objects.create(conversation=canvas, question=first.question, parent=first,
    status="done", analysis_type="general", idempotency_key="xss later",
    answer_state={{**first.answer_state, "artifacts": later}})
for turn in (first, last):
    StoredArtifact.objects.bulk_create(StoredArtifact(turn=turn, position=position, **kept)
        for position, kept in enumerate(turn.answer_state["artifacts"], start=1))
ShareLink.objects.create(conversation=conversation, digest=digest_of("corpus"),
    last_turn_id=Turn.objects.latest("pk").pk, expires_at=timezone.now() + timedelta(days=1))
for turn in conversation.turns.all():  # an edit and another answer of each: all their switches
    other = Message.objects.create(conversation=conversation, sender="user", text="edited")
    for message in (other, turn.question):
        Turn.objects.create(conversation=conversation, question=message, parent=turn.parent,
            status="done", analysis_type="general",
            idempotency_key=f"{{message.pk}} of {{turn.pk}}")
conversation.current_turn = conversation.turns.filter(status="failed").last()
conversation.save()
print("IDS", conversation.pk, first.pk, last.pk)
"""


@pytest.fixture(scope="module")
def poisoned_server(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Poisoned]:
    """A server with the corpus in its database, and what of it to open.

    A server of its own: the corpus breaks its library, and no question is answered there any more.
    """
    groups = [PAYLOADS[at : at + _TURN_SIZE] for at in range(0, len(PAYLOADS), _TURN_SIZE)]
    # The first turn, in a conversation of its own: one artifact of each kind with all payloads.
    kept = [
        {"kind": kind, "title": PAYLOADS[at], "content": joined(PAYLOADS)}
        for at, kind in enumerate(KINDS)
    ]
    answers = [Answer(artifacts=kept, outcome="done"), *(poisoned(group) for group in groups)]
    questions = [joined(PAYLOADS), *("\n".join(group) for group in groups)]
    data = {
        "titles": [payload.replace("\0", "") for payload in PAYLOADS],
        "turns": [
            (question.replace("\0", ""), _without_nul(answer.model_dump(mode="json")))
            for question, answer in zip(questions, answers, strict=True)
        ],
    }
    path = tmp_path_factory.mktemp("corpus") / "corpus.json"
    path.write_text(json.dumps(data))
    with OliverServer(tmp_path_factory.mktemp("poisoned"), OLIVER_SHARING="1") as server:
        printed = server.manage("shell", "-v0", "-c", _FILL.format(path=str(path)))
        ids = next(line for line in printed.splitlines() if "IDS" in line).split()[1:]
        conversation, first, last = map(int, ids)
        yield server, conversation, first, last


def _without_nul(state: object) -> object:
    return json.loads(json.dumps(state).replace("\\u0000", ""))


class Watch:
    """What a page runs and asks for."""

    def __init__(self, page: Page, server: OliverServer) -> None:
        self.page, self.server = page, server
        self.foreign: list[str] = []
        page.context.add_init_script(_SPY)
        page.context.on("request", self._see)

    def _see(self, request: Request) -> None:
        if not request.url.startswith(self.server.url):
            self.foreign.append(request.url)

    def is_calm(self) -> None:
        """Nothing ran, nothing was asked for, and nothing waits for a click to do so."""
        assert self.page.evaluate("window.hits") == []
        assert self.page.evaluate(_DANGEROUS) == []
        assert self.foreign == []
        assert self.page.url.startswith(self.server.url)


def test_nothing_stored_runs_on_any_page(visit: Visit, poisoned_server: Poisoned) -> None:
    server, conversation, turn, later = poisoned_server
    page = visit(server, bypass_csp=True)
    watch = Watch(page, server)
    urls = [
        f"/conversations/{conversation}/",
        "/",
        "/conversations/",
        "/conversations/?find=script",
        "/library/corpus/",
        "/settings/",
        "/shared/corpus/",
        "/library/?q=%3Cscript%3Ehit(1)%3C/script%3E",
        f"/turns/{turn}/edit/",
        f"/turns/{turn}/feedback/",
        f"/conversations/{conversation}/rename/",
        f"/conversations/{conversation}/delete/",
        f"/conversations/{conversation}/share/",
        "/prompts/",
        "/prompts/options/",
        *(f"/turns/{later}/artifacts/{at}/?since=1" for at in range(1, len(KINDS) + 1)),
        *(f"/turns/{turn}/artifacts/{position}/" for position in range(1, len(KINDS) + 1)),
    ]
    for url in urls:
        page.goto(url)
        scroll_to_the_beginning(page)
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        watch.is_calm()


def test_nothing_runs_that_a_viewer_makes_of_an_exported_file(
    visit: Visit, poisoned_server: Poisoned
) -> None:
    server, conversation, *_ = poisoned_server
    page = visit(server, bypass_csp=True)
    watch = Watch(page, server)
    page.goto("/library/")
    exported = page.request.get(f"/conversations/{conversation}/export/markdown").text()
    assert "hit(1)" in exported
    page.set_content(MarkdownIt("commonmark").enable("table").render(exported))
    expect(page.locator("h2").first).to_be_visible()
    assert page.evaluate("window.hits") == []  # its links are the viewer's
    assert watch.foreign == []


def test_nothing_runs_in_the_canvas_beside_the_page(
    visit: Visit, poisoned_server: Poisoned
) -> None:
    server, _, turn, _ = poisoned_server
    page = visit(server, bypass_csp=True)
    watch = Watch(page, server)
    page.goto(f"/turns/{turn}/artifacts/1/")
    page.goto(str(page.locator("a[href*='#turn-']").first.get_attribute("href")))
    for position in range(len(KINDS)):
        page.locator(f"#turn-{turn}-artifacts a").nth(position).click()
        expect(page.locator("#canvas .canvas-actions")).to_be_visible()
        watch.is_calm()
        page.keyboard.press("Escape")


def test_nothing_runs_in_the_administration(visit: Visit, poisoned_server: Poisoned) -> None:
    server, conversation, turn, _ = poisoned_server
    page = visit(server, bypass_csp=True)
    watch = Watch(page, server)
    urls = [
        f"/admin/conversations/conversation/{conversation}/change/",
        f"/admin/conversations/turn/{turn}/change/",
        "/admin/conversations/conversation/",
        "/admin/conversations/turn/",
        "/admin/conversations/feedback/",
        "/admin/conversations/streamstats/",
        "/admin/conversations/statustext/",
        "/admin/accounts/apitoken/",
        "/admin/conversations/prompt/",
        f"/admin/conversations/streamstats/{turn}/change/",
        "/admin/library/librarynote/corpus/change/",
    ]
    for url in urls:
        page.goto(url)
        assert page.evaluate("window.hits") == []
        assert watch.foreign == []
    page.goto(urls[0])
    # Django's own pages have their own ways; ours is the transcript.
    strange = (
        "[onerror], [onload], [onclick], [onfocus], [style], iframe, object, embed, base, form"
    )
    assert page.locator(".transcript").locator(strange).count() == 0
    assert page.locator(".transcript .turn").count() > 1


def test_nothing_runs_that_is_asked_and_streamed(
    visit: Visit,
    model_server: OliverServer,
    provider_thread: ProviderThread,
    complaints: Complaints,
) -> None:
    text = joined(PAYLOADS).replace("[[ ##", "[ [ ##")  # these would end the field
    stored = poisoned(PAYLOADS)
    output = chat_output(
        reasoning=text,
        analysis=text,
        response=f"{text}\n\nThe end of the corpus.",
        findings=[finding.model_dump() | {"severity": "high"} for finding in stored.findings],
        artifacts=[artifact.model_dump() | {"kind": "memo"} for artifact in stored.artifacts],
    )
    provider_thread.plays(Says(output, piece=997))
    page = visit(model_server, bypass_csp=True)
    watch = Watch(page, model_server)
    page.goto("/")
    ask(page, "report a suspicious transaction\n\n" + joined(PAYLOADS)[:90_000])
    expect(part(page, "response")).to_contain_text("The end of the corpus.")
    expect(page.locator(".live")).to_have_count(0)
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    watch.is_calm()
    page.reload()
    watch.is_calm()


def test_the_spy_and_the_check_see_what_they_should(
    visit: Visit, quoting_server: OliverServer
) -> None:
    page = visit(quoting_server, bypass_csp=True)
    watch = Watch(page, quoting_server)
    page.goto("/library/")
    page.evaluate(
        """() => {
          const place = document.querySelector("main");
          place.insertAdjacentHTML("beforeend",
            "<img src=x onerror=hit(1)><img src=http://evil.example/p.gif>"
            + "<a href=javascript:hit(1)>");
        }"""
    )
    page.wait_for_function("window.hits.length === 1")
    assert watch.foreign == ["http://evil.example/p.gif"]
    assert len(page.evaluate(_DANGEROUS)) == 3
