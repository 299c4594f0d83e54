"""A provider that hangs, trickles or turns to rubbish: the text so far stays, and it ends."""

from itertools import count

import pytest
from dspy._vendor.lm15.transports import ReadTimeout

from chat.engine.providers import silence_timeout
from chat.engine.providers.silence_timeout import WORDLESS_TIMES, Patience
from chat.kernel.answer import Answer
from tests.engine.conftest import MakeAssistant
from tests.engine.providers.test_failures import answer_of, code_of
from tests.support.eventually import PATIENCE_S
from tests.support.impatience import impatient_after
from tests.support.provider_stand_in import ProviderStandIn, Raw, chat_output, text_event

BEGINNING = text_event(chat_output(response="Thirty days, says the rule|").partition("|")[0])
ERROR = b'data: {"error": {"message": "overloaded", "type": "server_error", "code": 503}}\n\n'

FAULTS = {
    "is silent after its headers": (Raw([], "hangs"), "provider_timeout"),
    "sends comments for ever": (Raw([b": thinking\n\n"], "repeats", 0.02), "provider_timeout"),
    "trickles single bytes for ever": (Raw([b"d"], "repeats", 0.02), "provider_timeout"),
    "never ends a line": (Raw([b"x" * 100_000], "repeats"), "provider_unreachable"),
}
MIDDLE = {
    "is silent": (Raw([BEGINNING], "hangs"), "provider_timeout"),
    "sends comments for ever": (Raw([BEGINNING, b": \n\n"], "repeats", 0.02), "provider_timeout"),
    "trickles blanks for ever": (Raw([BEGINNING, b"\n"], "repeats", 0.02), "provider_timeout"),
    "sends rubbish": (Raw([BEGINNING, b"data: {what is this\n\n"]), None),
    "sends a web page": (Raw([BEGINNING, b"<html>502 Bad Gateway</html>\n"]), None),
    "sends an error": (Raw([BEGINNING, ERROR]), None),
    "breaks the connection": (Raw([BEGINNING, b'data: {"id": '], "breaks"), "provider_cut"),
    "ends without an end": (Raw([BEGINNING]), None),
}


async def told(
    provider: ProviderStandIn,
    make_assistant: MakeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    behaviour: Raw,
) -> Answer:
    """No time-out is so short that a busy machine could take a provider for a silent one."""
    if behaviour.then == "hangs":
        impatient_after(monkeypatch, events=len(behaviour.pieces))
    if behaviour.pause_s:  # a minute goes by with each read
        minutes = count(step=60)
        monkeypatch.setattr(silence_timeout, "monotonic", lambda: next(minutes))
    provider.plays(behaviour)
    return await answer_of(make_assistant(provider_timeout_s=PATIENCE_S, provider_retries=0))


@pytest.mark.parametrize("fault", FAULTS)
async def test_an_answer_ends_whose_provider(
    fault: str,
    provider: ProviderStandIn,
    make_assistant: MakeAssistant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    behaviour, code = FAULTS[fault]
    answer = await told(provider, make_assistant, monkeypatch, behaviour)
    assert code_of(answer) == code


@pytest.mark.parametrize("fault", MIDDLE)
async def test_text_is_kept_when_a_provider_in_the_middle(
    fault: str,
    provider: ProviderStandIn,
    make_assistant: MakeAssistant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    behaviour, code = MIDDLE[fault]
    answer = await told(provider, make_assistant, monkeypatch, behaviour)
    assert "Thirty days, says the rule" in answer.response
    assert answer.outcome == "failed"
    assert code_of(answer) == code or (code is None and code_of(answer) != "internal")


def test_signs_of_life_count_for_a_while_and_events_for_good(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    monkeypatch.setattr(silence_timeout, "monotonic", lambda: now[0])
    patient = Patience(60)
    for _ in range(100):  # minutes
        now[0] += 30
        patient.hear(b": thinking\n\n")
        now[0] += 30
        patient.hear(b"da")
        patient.hear(b"ta: {}\n\n")
    now[0] += 60 * WORDLESS_TIMES + 1
    with pytest.raises(ReadTimeout):
        patient.hear(b": thinking\n\n")
