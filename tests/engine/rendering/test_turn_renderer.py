"""Frames bring every reader to the same page, whenever it came and however often it got frames."""

from dataclasses import dataclass, field
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from chat.engine.rendering import turn as turn_module
from chat.engine.rendering.turn import TurnRenderer, chunks_of
from chat.kernel.answer import Answer
from chat.kernel.chunks import (
    StreamChunk,
    StreamError,
    done_chunk,
    error_chunk,
    items_chunk,
    status_chunk,
    text_chunk,
)
from chat.kernel.passages import Passage

TURN_ID = 7
PASSAGES = [
    Passage(
        id=f"note-{name}#due",
        title=f"The <note> {name}",
        heading="Thirty days",
        kind="deadline",
        text=f"A bank must file a SAR {name} no later than 30 calendar days after detection.",
        authority="FinCEN",
        section="31 CFR 1020.320",
        url="https://www.ecfr.gov/",
        checked=date(2026, 11, 22),
    ).model_dump(mode="json")
    for name in ("one", "two")
]
FINDING = {
    "title": "Late <filing>",
    "severity": "high",
    "explanation": 'It says "no later than 30 calendar days" [note-one#due].',
    "citations": [
        {"passage": "note-one#due", "quote": "no later than 30 calendar days"},
        {"passage": "note-two#due", "quote": "words that are nowhere in there"},
        {"passage": "31 CFR <made up>", "quote": ""},
    ],
}
ARTIFACT = {"kind": "checklist", "title": "Before <filing>", "content": "- [ ] one\n- [ ] two"}
CITATIONS = [
    {"passage": "note-one#due", "quote": "a quote of words", "state": "verified"},
    {"passage": "note-two#due", "quote": "another one", "state": "unverified"},
]
#: Pieces that mean something else when they are cut, or when more follows.
PIECES = [
    "A bank must file. ",
    "\n\n",
    "\n",
    "- item\n",
    "  more of it\n",
    "1. first\n",
    "```python\n",
    "```\n",
    "> quoted [note-one#due]\n",
    '"no later than 30 calendar days" [note-two#due]',
    "[note-",
    "one#due]",
    "[ref]",
    "\n[ref]: https://example.org\n",
    "# Heading\n",
    "---\n",
    "| a | b |\n|---|:-:|\n| 1 | 2 |\n",
    "<hx-partial hx-target='#x'>",
    "<script>alert(1)</script>",
    "</div>",
    "&amp; <b>",
    "\r",
    "é🙂",
    "**bold",
    "**",
]


# --- A page, as far as frames can change it ------------------------------------------------------


@dataclass
class Page:
    """The elements of one turn by id, each with the HTML inside."""

    inside: dict[str, str]
    swaps: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def first_render(cls, renderer: TurnRenderer, *, live: bool = True) -> "Page":
        parts = {
            f"turn-{TURN_ID}-{name.replace('_', '-')}": html
            for name, html in renderer.full().items()
        }
        return cls(parts | ({f"turn-{TURN_ID}-live": ""} if live else {}))

    def receive(self, frame: str) -> None:
        for partial in LexborHTMLParser(frame).css("hx-partial"):
            target = str(partial.attributes["hx-target"]).removeprefix("#")
            swap, html = str(partial.attributes["hx-swap"]), partial.inner_html or ""
            self.swaps.append((target, swap))
            match swap:
                case "beforeend":
                    self.inside[target] += html
                case "innerHTML" | "innerMorph":
                    self.inside[target] = html
                case "delete":
                    del self.inside[target]
                case _:
                    raise AssertionError(swap)

    def dom(self) -> dict[str, str]:
        return {name: normal(html) for name, html in self.inside.items()}

    def all(self, part: str, selector: str) -> list[LexborNode]:
        return LexborHTMLParser(self.inside[f"turn-{TURN_ID}-{part}"]).css(selector)

    def one(self, part: str, selector: str) -> LexborNode:
        [node] = self.all(part, selector)
        return node

    def text(self, part: str) -> str:
        return " ".join(self.one(part, "body").text().split())


def normal(html: str) -> str:
    body = LexborHTMLParser(html).body
    return (body.inner_html or "") if body else ""


def page_after(*chunks: StreamChunk) -> Page:
    """A reader who followed from the start and got one frame at the end."""
    renderer = TurnRenderer(TURN_ID)
    page = Page.first_render(renderer)
    for chunk in chunks:
        renderer.feed(chunk)
    page.receive(renderer.frame())
    return page


def answer_after(chunks: list[StreamChunk]) -> Answer:
    answer = Answer()
    for chunk in chunks:
        answer.apply(chunk)
    return answer


# --- Byte-identical ------------------------------------------------------------------------------

text_fields = st.sampled_from(["reasoning", "analysis", "response"])
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join)
replaces = st.sampled_from([False, False, False, True])
chunks_before_the_end = st.one_of(
    st.builds(lambda f, t, r: text_chunk(f, t, replace=r), text_fields, texts, replaces),
    st.builds(lambda f, t: text_chunk(f, t), text_fields, texts),
    st.builds(lambda n: status_chunk(f"Step <{n}>…", at_ms=n * 900), st.integers(0, 99)),
    st.builds(lambda n: items_chunk("passages", PASSAGES[:n]), st.integers(1, 2)),
    st.builds(lambda r: items_chunk("findings", [FINDING], replace=r), replaces),
    st.builds(lambda r: items_chunk("artifacts", [ARTIFACT], replace=r), replaces),
    st.just(items_chunk("citations", CITATIONS)),
    st.just(items_chunk("citations", CITATIONS[:1], replace=True)),
)
ends = st.sampled_from(
    [
        done_chunk(model="m", first_token_ms=800, total_ms=4_800, tokens_out=200, sourced=False),
        done_chunk(outcome="stopped", history_cut=2),
        error_chunk(StreamError(code="x", message="<No> answer.", retry_after_s=20.0)),
        error_chunk(StreamError(code="i", message="Gone."), outcome="interrupted"),
    ]
)
streams = st.builds(
    lambda chunks, end: [*chunks, *end],
    st.lists(chunks_before_the_end, min_size=1, max_size=12),
    st.lists(ends, max_size=1),
)


@given(chunks=streams, data=st.data())
def test_a_reader_who_joins_late_ends_with_the_dom_of_one_who_followed(
    chunks: list[StreamChunk], data: st.DataObject
) -> None:
    joins_after = data.draw(st.integers(0, len(chunks)))
    frames_after = data.draw(st.sets(st.integers(1, len(chunks)))) | {joins_after, len(chunks)}
    early = TurnRenderer(TURN_ID)
    early_page, late, late_page = Page.first_render(early), None, None
    for seen, chunk in enumerate([None, *chunks]):
        for renderer in filter(None, (early, late)):
            if chunk is not None:
                renderer.feed(chunk)
        if seen in frames_after:
            early_page.receive(early.frame())
            if late is not None and late_page is not None:
                late_page.receive(late.frame())
        if seen == joins_after:
            answer = answer_after(chunks[:seen])
            late = TurnRenderer.of(TURN_ID, answer)
            late_page = Page.first_render(late, live=answer.outcome is None)
            assert late_page.dom() == early_page.dom()
    assert late_page is not None
    assert late_page.dom() == early_page.dom()


@given(chunks=streams)
def test_the_fold_of_the_fewest_chunks_is_the_answer_itself(chunks: list[StreamChunk]) -> None:
    answer = answer_after(chunks)
    again = answer_after(list(chunks_of(answer)))
    assert again.model_dump(exclude={"metadata"}) == answer.model_dump(exclude={"metadata"})


@given(chunks=streams)
def test_nothing_a_model_writes_becomes_an_element_of_its_own(chunks: list[StreamChunk]) -> None:
    page = page_after(*chunks)
    assert {target for target, _ in page.swaps} <= {*page.inside, f"turn-{TURN_ID}-live"}
    for html in page.inside.values():
        assert not LexborHTMLParser(html).css("script, hx-partial, b, [style], [onclick], img")


def test_a_frame_without_news_is_empty() -> None:
    renderer = TurnRenderer(TURN_ID)
    assert renderer.frame() == ""
    renderer.feed(text_chunk("response", "Hello"))
    assert renderer.frame() != ""
    assert renderer.frame() == ""


def test_a_renderer_of_an_answer_has_nothing_left_to_send() -> None:
    answer = Answer(response="Hello", findings=[FINDING], outcome="done")
    assert TurnRenderer.of(TURN_ID, answer).frame() == ""


# --- What each part shows ------------------------------------------------------------------------


def test_finished_blocks_are_appended_and_only_the_open_end_is_morphed() -> None:
    renderer = TurnRenderer(TURN_ID)
    page = Page.first_render(renderer)
    for text in ("First.\n\nSec", "ond.\n\nThird\n"):
        renderer.feed(text_chunk("response", text))
        page.receive(renderer.frame())
    swaps = {swap for target, swap in page.swaps if "response" in target}
    assert swaps == {"beforeend", "innerMorph"}
    assert [p.text() for p in page.all("response-final", "p")] == ["First.", "Second."]
    assert page.text("response-tail") == "Third"


def test_a_replacing_chunk_puts_the_whole_field_anew() -> None:
    renderer = TurnRenderer(TURN_ID)
    page = Page.first_render(renderer)
    renderer.feed(text_chunk("analysis", "Wrong.\n\nStill wrong.\n\n"))
    page.receive(renderer.frame())
    renderer.feed(text_chunk("analysis", "Right.\n\nAll of it.\n\n", replace=True))
    page.receive(renderer.frame())
    whole = page.inside["turn-7-analysis-final"] + page.inside["turn-7-analysis-tail"]
    assert "rong" not in whole
    assert "Right." in whole


def test_the_status_line_says_what_happens_now_and_the_steps_keep_the_rest() -> None:
    page = page_after(status_chunk("Searching…", at_ms=100), status_chunk("Reading…", at_ms=1_300))
    assert page.text("status") == "Reading…"
    steps = [" ".join(li.text().split()) for li in page.all("steps", "li")]
    assert steps == ["Searching… 0.1 s", "Reading… 1.3 s"]


def test_a_turn_that_said_nothing_yet_is_starting() -> None:
    assert TurnRenderer(TURN_ID).full()["status"] == "Starting…"


@pytest.mark.parametrize(
    ("chunk", "status"),
    [
        (done_chunk(total_ms=8_412), "Answered in 8.4 s"),
        (done_chunk(outcome="stopped", total_ms=75_000), "Stopped after 1 min 15 s"),
        (error_chunk(StreamError(code="x", message="No.")), "Failed"),
        (error_chunk(StreamError(code="x", message="No."), outcome="interrupted"), "Interrupted"),
    ],
)
def test_the_end_turns_the_status_line_into_how_it_ended(chunk: StreamChunk, status: str) -> None:
    assert page_after(chunk).text("status") == status


def test_passages_are_numbered_and_open_in_the_canvas() -> None:
    links = page_after(items_chunk("passages", PASSAGES)).all("passages", "a")
    assert [link.text().split()[0] for link in links] == ["1", "2"]
    assert links[0].attributes["href"] == "/library/note-one/#due"
    assert links[0].attributes["hx-get"] == "/library/passages/note-one/due/"
    assert links[0].attributes["hx-target"] == "#canvas"


def test_a_finding_says_its_severity_in_words_and_checks_its_evidence() -> None:
    page = page_after(items_chunk("passages", PASSAGES), items_chunk("findings", [FINDING]))
    assert page.one("findings", "li.finding .severity").text() == "Severity: High"
    explained, nowhere, made_up = page.all("findings", "li.finding .citation")
    assert explained.attributes["data-state"] == "verified"
    assert nowhere.attributes["data-state"] == "unverified"
    assert made_up.tag == "span"
    assert "unverified" in made_up.text()


def test_a_quote_that_the_explanation_shows_is_not_shown_twice() -> None:
    page = page_after(items_chunk("passages", PASSAGES), items_chunk("findings", [FINDING]))
    quotes = [q.text() for q in page.all("findings", "q")]
    assert quotes == ["words that are nowhere in there"]


def test_findings_show_numbers_of_passages_that_come_after_them() -> None:
    page = page_after(items_chunk("findings", [FINDING]), items_chunk("passages", PASSAGES))
    assert page.all("findings", ".citation")[0].text() == "1"


def test_artifact_cards_open_by_position() -> None:
    page = page_after(items_chunk("artifacts", [ARTIFACT]), items_chunk("artifacts", [ARTIFACT]))
    assert [a.attributes["href"] for a in page.all("artifacts", "a")] == [
        "/turns/7/artifacts/1/",
        "/turns/7/artifacts/2/",
    ]


@pytest.mark.parametrize(
    ("response", "verdict"),
    [
        ('"no later than 30 calendar days" [note-one#due]', "1 of 1 quote verbatim."),
        ('"no later than 90 calendar days" [note-one#due]', "1 of 1 quote not verbatim."),
        ("Yes.", "This answer cites no passage."),
        ("", ""),
    ],
)
def test_the_verdict_comes_with_the_end(response: str, verdict: str) -> None:
    chunks = [items_chunk("passages", PASSAGES), text_chunk("response", response)]
    assert page_after(*chunks).text("citations") == ""
    assert page_after(*chunks, done_chunk()).text("citations") == verdict


# --- The end -------------------------------------------------------------------------------------


def test_the_end_deletes_the_live_element_last_and_once() -> None:
    page = page_after(text_chunk("response", "Yes."), done_chunk())
    assert page.swaps[-1] == ("turn-7-live", "delete")
    assert "turn-7-live" not in page.inside


def test_the_footer_says_who_answered_how_soon_and_how_fast() -> None:
    end = done_chunk(model="gpt-x", first_token_ms=800, total_ms=4_800, tokens_out=200)
    page = page_after(text_chunk("response", "Yes."), end)
    assert page.one("end", ".numbers").text() == (
        "gpt-x · first words after 0.8 s · 50 tokens per second"
    )
    assert [button.text() for button in page.all("end", "button")] == ["Copy", "Regenerate"]


def test_the_quote_engine_is_named_without_a_model() -> None:
    page = page_after(done_chunk(model="", engine="quote"))
    assert page.one("end", ".numbers").text() == "Quoted from the library"


def test_an_error_says_what_happened_what_was_kept_and_offers_another_try() -> None:
    error = error_chunk(StreamError(code="provider_rate_limited", message="Busy.", retry_after_s=9))
    page = page_after(text_chunk("response", "Half"), error)
    box = page.one("end", ".error").text()
    assert "Busy." in box
    assert "Wait about 9.0 s." in box
    assert "The partial answer is kept above." in box
    button = page.one("end", ".error button")
    assert button.text() == "Try again"
    assert button.attributes["formaction"] == "/turns/7/retry"
    assert button.attributes["form"] == "turn-actions"


def test_an_error_before_the_first_word_says_that_nothing_had_arrived() -> None:
    page = page_after(error_chunk(StreamError(code="x", message="No.")))
    assert "No part of the answer arrived" in page.text("end")
    assert not page.all("end", "[data-copy]")


def test_a_stopped_answer_is_marked() -> None:
    page = page_after(text_chunk("response", "Half"), done_chunk(outcome="stopped"))
    assert page.one("end", ".mark").text() == "Stopped"


@pytest.mark.parametrize(
    ("outcome", "mark", "means"),
    [("cut", "Cut off", "length limit"), ("filtered", "Withheld", "content filter"),
     ("refused", "Refused", "refused to answer")],
)  # fmt: skip
def test_an_answer_that_the_provider_ended_says_why_and_only_one_that_was_cut_goes_on(
    outcome: str, mark: str, means: str
) -> None:
    page = page_after(text_chunk("response", "Half"), done_chunk(outcome=outcome))
    assert page.one("end", ".mark").text() == mark
    assert means in page.text("end")
    assert "The partial answer is kept above." in page.text("end")
    assert ("Continue" in page.text("end")) == (outcome == "cut")


def test_an_answer_without_sources_says_so_when_a_model_wrote_it() -> None:
    assert page_after(done_chunk(sourced=False, model="m")).all("end", ".caution")
    assert not page_after(done_chunk(sourced=False, model="")).all("end", ".caution")
    assert not page_after(done_chunk(sourced=True, model="m")).all("end", ".caution")


def test_messages_left_out_of_the_history_are_counted() -> None:
    page = page_after(done_chunk(history_cut=4))
    assert "4 earlier questions" in page.one("end", ".caution").text()


# --- Pace ----------------------------------------------------------------------------------------


def test_frames_are_at_least_50_ms_apart() -> None:
    assert TurnRenderer(TURN_ID).next_frame_delay_s == 0.05


@pytest.mark.parametrize(("chars_per_s", "delay_s"), [(350, 0.05), (2_000, 0.05), (7_000, 0.125)])
def test_text_faster_than_anybody_reads_comes_in_fewer_frames(
    chars_per_s: int, delay_s: float
) -> None:
    renderer = TurnRenderer(TURN_ID)
    for _ in range(6):  # until the pace is steady
        renderer.feed(text_chunk("response", "x" * int(chars_per_s * renderer.next_frame_delay_s)))
        renderer.frame()
    assert renderer.next_frame_delay_s == pytest.approx(delay_s)


def test_a_large_frame_waits_as_long_as_its_bytes_take_at_64_kb_a_second() -> None:
    renderer = TurnRenderer(TURN_ID)
    renderer.feed(text_chunk("response", "word " * 30_000))
    size_bytes = len(renderer.frame().encode())
    assert renderer.next_frame_delay_s >= size_bytes / (64 * 1024)


def test_a_costly_frame_waits_20_times_its_cpu_time(monkeypatch: pytest.MonkeyPatch) -> None:
    renderer = TurnRenderer(TURN_ID)
    moments = iter([1.0, 1.3])
    monkeypatch.setattr(turn_module, "thread_time", lambda: next(moments))
    renderer.frame()
    assert renderer.next_frame_delay_s == pytest.approx(6.0)
