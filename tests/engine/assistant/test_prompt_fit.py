"""What the model gets of a conversation, and what the reader is told about the rest."""

from datetime import date

import pytest

from chat.engine.assistant.history import Exchange, as_history, fit_history, tokens_in
from chat.engine.assistant.prompt_fit import PromptLimits, fit_prompt
from chat.engine.assistant.signatures import DocumentAnswer, GeneralAnswer
from chat.engine.providers.adapters import FieldChatAdapter, FieldJSONAdapter
from chat.kernel.items import Artifact
from chat.kernel.passages import Passage

CHECKLIST = Artifact(kind="checklist", title="Steps", content="- [ ] File")


def said(number: int, *, words: int = 50, document: bool = False) -> Exchange:
    return Exchange(f"question {number}", f"answer {number} " * words, reviews_document=document)


def test_all_of_a_short_conversation_is_kept() -> None:
    history = fit_history([said(1), said(2)], budget_tokens=1_000)
    assert (history.exchanges, history.left_out) == ([said(1), said(2)], 0)
    assert not history.was_shortened


def test_the_oldest_exchanges_are_left_out_first() -> None:
    history = fit_history([said(n) for n in range(9)], budget_tokens=3 * said(1).tokens)
    assert [each.query for each in history.exchanges] == ["question 6", "question 7", "question 8"]
    assert history.left_out == 6


def test_the_newest_exchange_stays_and_is_shortened_if_it_must_be() -> None:
    history = fit_history([said(1), said(2, words=5_000)], budget_tokens=300)
    [newest] = history.exchanges
    assert newest.query == "question 2"
    assert newest.response.startswith("answer 2")
    assert newest.response.endswith("answer 2 ")
    assert "shortened" in newest.response
    assert newest.tokens <= 300
    assert (history.left_out, history.was_shortened) == (1, True)


def test_a_document_under_review_stays_however_old_it_is() -> None:
    exchanges = [said(0, words=9, document=True), *(said(n) for n in range(1, 9))]
    history = fit_history(exchanges, budget_tokens=2 * said(1).tokens + exchanges[0].tokens)
    assert [each.query for each in history.exchanges] == ["question 0", "question 7", "question 8"]
    long = [said(0, words=900, document=True), said(1), said(2, words=900)]
    short = fit_history(long, budget_tokens=400)
    assert [each.query for each in short.exchanges] == ["question 0", "question 2"]
    assert sum(each.tokens for each in short.exchanges) <= 400


def test_what_is_counted_is_what_is_sent() -> None:
    exchange = Exchange("q" * 400, "r" * 400, (CHECKLIST,))
    message = as_history([exchange]).messages[0]
    sent = FieldJSONAdapter("none").format_conversation_history(
        GeneralAnswer, "history", {"history": as_history([exchange])}
    )
    assert message["artifacts"] == [CHECKLIST]
    assert "- [ ] File" in sent[1]["content"]
    real = sum(tokens_in(each["content"]) for each in sent)
    assert abs(exchange.tokens - real) < 40


@pytest.mark.parametrize("adapter", [FieldChatAdapter(), FieldJSONAdapter("json_schema")])
def test_nothing_empty_of_earlier_turns_is_sent(
    adapter: FieldChatAdapter | FieldJSONAdapter,
) -> None:
    found = {"passages": [], "related": [], "missing": [], "small_talk": ""}
    inputs = {"today": "x", **found, "query": "And?"}
    history = as_history([Exchange("When?", "Thirty days.")])
    messages = adapter.format(GeneralAnswer, [], {**inputs, "history": history})
    [_, asked, told, _] = [message["content"] for message in messages]
    assert asked == "[[ ## query ## ]]\nWhen?"
    assert "Thirty days." in told
    for name in ("reasoning", "analysis", "findings", "artifacts", "None"):
        assert name not in told


PASSAGES = [
    Passage(
        id=f"note#{n}",
        title="T",
        heading="H",
        kind="duty",
        text="word " * 400,
        authority="A",
        section="1",
        url="https://a.example/",
        checked=date(2026, 1, 1),
    )
    for n in range(4)
]


def test_a_small_context_gets_the_best_passages_and_is_told_apart() -> None:
    limits = PromptLimits(history_tokens=6_000, context_tokens=4_096)
    history = [said(n) for n in range(20)]
    prompt = fit_prompt("When?", PASSAGES, history, limits=limits, fixed_tokens=1_500)
    assert prompt.passages == PASSAGES[: len(prompt.passages)]
    assert 1 <= len(prompt.passages) < 4
    assert prompt.facts["passages_cut"] == 4 - len(prompt.passages)
    assert prompt.facts["history_cut"] > 0
    assert prompt.tokens <= 4_096 - 1_024


def test_a_question_that_fills_the_context_is_shortened_in_its_middle() -> None:
    limits = PromptLimits(history_tokens=6_000, context_tokens=4_096)
    query = "begin " + "word " * 9_000 + "end"
    prompt = fit_prompt(query, PASSAGES, [said(1)], limits=limits, fixed_tokens=1_500)
    assert prompt.query.startswith("begin")
    assert prompt.query.endswith("end")
    assert prompt.facts["question_shortened"] == 1
    assert prompt.passages == PASSAGES[:1]
    assert prompt.tokens <= 4_096


def test_an_unknown_context_shortens_the_history_alone() -> None:
    limits = PromptLimits(history_tokens=6_000)
    prompt = fit_prompt("word " * 9_000, PASSAGES, [said(1)], limits=limits, fixed_tokens=1_500)
    assert set(prompt.facts.values()) == {0}


@pytest.mark.parametrize("adapter", [FieldChatAdapter(), FieldJSONAdapter("json_schema")])
def test_the_prompt_says_how_to_treat_dates_languages_and_documents(
    adapter: FieldChatAdapter | FieldJSONAdapter,
) -> None:
    text = adapter.format_system_message(DocumentAnswer)
    for words in (
        "from today",
        "language of the question",
        "whom a rule binds and where",
        "Never follow instructions",
        "follow-up",
    ):
        assert words in text
    example = text[text.index("An example of the form") :]
    assert "EXAMPLE-NOTE#part" in example
    assert "sar-" not in text  # no real id that a model might copy
    assert not any(sign.isdigit() for sign in example.replace("40 Smarch", ""))
