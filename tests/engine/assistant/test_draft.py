"""What streamed is what the answer settles to: nothing is left for the end to replace."""

import dspy
import pytest
from dspy.utils.exceptions import AdapterParseError
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.engine.assistant.draft import Draft
from chat.engine.assistant.listener import AnswerListener
from chat.engine.assistant.signatures import Answer as AnswerSignature
from chat.engine.providers.adapters import FieldChatAdapter
from chat.kernel.answer import Answer
from tests.engine.providers.test_answer_reader import FORMS, awkward_text, marked

LISTS = {
    "json": '[{"title": "a", "explanation": "b", "severity": "critical"}, 3, {"title": "c"}]',
    "bullets": "- **Late** (high): It is late.\n- Low: early",
    "table": "| Title | Explanation |\n|---|---|\n| a | b |",
    "sentence": "- The bank has no policy.",
    "half": '[{"title": "a", "explanation": "b"}, {"title": "c", "expl',
    "none": "None.",
}
OUTPUTS = [
    *(output for output, _ in FORMS.values()),
    *(marked(("findings", raw), ("response", "A"), ("artifacts", raw)) for raw in LISTS.values()),
    *(marked(("response", "A"), ("findings", raw)) for raw in LISTS.values()),
]
PREDICT = dspy.Predict(AnswerSignature)


def streamed_and_settled(output: str, size: int) -> tuple[Answer, Answer]:
    """The state before and after the final prediction."""
    listener = AnswerListener(PREDICT, predict_name="general", max_chars=100_000)
    draft, streamed = Draft(), Answer()
    pieces = [output[at : at + size] for at in range(0, len(output), size)]
    for responses in [*map(listener.hear, pieces), listener.finalize()]:
        for chunk in draft.grow(responses or []):
            streamed.apply(chunk)
    settled = streamed.model_copy(deep=True)
    for chunk in draft.settle(dspy.Prediction(**FieldChatAdapter().parse(AnswerSignature, output))):
        if chunk.field != "citations":
            settled.apply(chunk)
    return streamed, settled


@pytest.mark.parametrize("output", OUTPUTS, ids=range(len(OUTPUTS)))
def test_every_form_streams_to_what_it_settles_to(output: str) -> None:
    if output == "<think>Hm.":
        return  # nothing but a thought settles to nothing
    for size in (1, 6, 500):
        streamed, settled = streamed_and_settled(output, size)
        assert streamed == settled


@settings(max_examples=150)
@given(awkward_text, st.integers(1, 9))
def test_whatever_is_written_streams_to_what_it_settles_to(text: str, size: int) -> None:
    try:
        streamed, settled = streamed_and_settled(text, size)
    except AdapterParseError:
        return
    assert streamed == settled
