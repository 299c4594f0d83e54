"""Stages become words: plain or detailed, staff's or Oliver's own, in the reader's language."""

import json

import pytest
from django.utils import translation

from chat.engine.rendering.status_wording import Wording, active_wording, reading
from chat.engine.rendering.turn import TurnRenderer, chunks_of
from chat.kernel.answer import Answer
from chat.kernel.chunks import StreamChunk, status_chunk
from chat.kernel.items import Step
from chat.kernel.stages import DETAILED, PLAIN, Said, key_of, sentence

STAGES = [
    Said.of("question"),
    Said.of("search"),
    Said.of("passages", count=4),
    Said.of("model", model="openai/gpt-5-mini"),
    Said.of("written"),
    Said.of("check"),
]
PLAIN_STYLE = Wording(style="plain")


def chunks() -> list[StreamChunk]:
    return [
        status_chunk(str(said), stage=said.stage, at_ms=at * 100, **said.facts)
        for at, said in enumerate(STAGES)
    ]


def answer() -> Answer:
    folded = Answer()
    for chunk in chunks():
        folded.apply(chunk)
    return folded


def lines(wording: Wording) -> list[str]:
    return [text for text, _ in wording.steps(answer().steps)]


def test_detailed_tells_every_stage_with_its_counts() -> None:
    assert lines(Wording()) == [str(said) for said in STAGES]
    assert "Reading 4 passages…" in lines(Wording())


def test_plain_tells_few_stages_without_counts_and_names() -> None:
    assert lines(PLAIN_STYLE) == [
        "Looking in the library…",
        "Writing the answer…",
        "Checking the quotes…",
    ]


def test_every_stage_has_words_in_both_styles_and_a_name_for_staff() -> None:
    for stage in [*DETAILED, *PLAIN]:
        assert sentence(stage, {"count": 2, "model": "m"})
    for said in STAGES:
        assert key_of(said.stage, said.facts, plain=True) in PLAIN
        assert key_of(said.stage, said.facts, plain=False) in DETAILED


def test_one_passage_is_told_in_the_singular() -> None:
    assert Said.of("passages", count=1) == "Reading 1 passage…"
    texts = {("passages", "", ""): "{count} hits", ("passage", "", ""): "a hit"}
    wording = Wording(texts=texts)
    told = [wording.of(Step(text="", stage="passages", facts={"count": n})) for n in (1, 7)]
    assert told == ["a hit", "7 hits"]


def test_texts_of_staff_come_first_the_more_particular_before_the_general() -> None:
    texts = {
        ("search", "", ""): "for all",
        ("search", "compliance", ""): "for compliance",
        ("search", "", "de"): "auf Deutsch",
    }
    step = Step(text="", stage="search")
    assert Wording(texts=texts).of(step) == "for all"
    assert Wording(texts=texts, analysis_type="compliance").of(step) == "for compliance"
    with translation.override("de"):
        assert Wording(texts=texts, analysis_type="compliance").of(step) == "auf Deutsch"


def test_a_stage_of_a_newer_worker_keeps_its_own_words() -> None:
    assert Wording().of(Step(text="Weighing it up…", stage="weigh")) == "Weighing it up…"
    assert PLAIN_STYLE.of(Step(text="Weighing it up…", stage="weigh")) == "Weighing it up…"


@pytest.mark.parametrize("wording", [Wording(), PLAIN_STYLE], ids=["detailed", "plain"])
def test_a_stream_and_a_first_render_show_the_same_lines(wording: Wording) -> None:
    follower = TurnRenderer(7, wording)
    for chunk in chunks():
        follower.feed(chunk)
        follower.frame()
    assert follower.full() == TurnRenderer.of(7, answer(), wording).full()


def test_stage_and_facts_survive_storing() -> None:
    stored = Answer.model_validate(json.loads(answer().model_dump_json()))
    assert stored == answer()
    refolded = Answer()
    for chunk in chunks_of(stored):
        refolded.apply(chunk)
    assert refolded == stored


def test_a_wording_is_active_for_a_while() -> None:
    with reading(PLAIN_STYLE):
        assert active_wording("general") == Wording(style="plain", analysis_type="general")
    assert active_wording() == Wording()


def test_no_placeholder_reaches_more_than_its_fact() -> None:
    wording = Wording(texts={("model", "", ""): "{model.__class__} {0} {model!r} {model}"})
    step = Step(text="", stage="model", facts={"model": "{count}"})
    assert wording.of(step) == "{model.__class__} {0} {model!r} {count}"
