"""Our adapters write what DSPy's write, and the constant part of it once."""

from typing import Any
from unittest import mock

import dspy
import pytest

from chat.assistant import adapters
from chat.assistant.history import Exchange, as_history
from chat.assistant.signatures import ComplianceAnswer, DocumentAnswer, GeneralAnswer

PAIRS = [
    (adapters.ChatAdapter(), dspy.ChatAdapter()),
    (adapters.JSONAdapter(), dspy.JSONAdapter()),
]


def inputs() -> dict[str, Any]:
    history = as_history([Exchange("before?", "Yes.")])
    return {"passages": [], "related": ["A note"], "history": history, "query": "how long?"}


@pytest.mark.parametrize("signature", [GeneralAnswer, ComplianceAnswer, DocumentAnswer])
@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_prompts_are_dspys_own(
    ours: dspy.Adapter, theirs: dspy.Adapter, signature: type[dspy.Signature]
) -> None:
    for _ in range(2):
        assert ours.format(signature, [], inputs()) == theirs.format(signature, [], inputs())


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_a_signature_is_described_once(ours: dspy.Adapter, theirs: dspy.Adapter) -> None:
    described = ours.format(GeneralAnswer, [], inputs())[0]
    with mock.patch.object(type(theirs), "format_field_structure", side_effect=AssertionError):
        assert ours.format(GeneralAnswer, [], inputs())[0] == described
