"""Whose law a question asks about, and what it names that no note covers."""

import pytest

from chat.kernel.passages import Retrieved
from chat.library.retrieval import retrieve

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("when must a bank report to SEPBLAC", "SEPBLAC"),
        ("how long do banks in Chile keep customer records", "Chile"),
        ("Kazakh banks: cash reporting threshold", "Kazakh"),
        ("Portugal: by when is a suspicious transaction reported", "Portugal"),
        ("privacy breach notice under the Ohio Data Protection Act", "Ohio Data Protection Act"),
        ("what is the deadline under 31 CFR 1020.777", "31 CFR 1020.777"),
        ("what does 31 USC 9911 say about banks", "31 USC 9911"),
        ("who signs FinCEN Form 444", "FinCEN Form 444"),
        ("which duties does GDPR Article 131 set", "Article 131"),
        ("what does the Honest Ledger Treaty of 2027 say on SARs", "Honest Ledger Treaty of 2027"),
        ("cash reports in Freedonia", "Freedonia"),
        ("what does QZRB require of banks on SARs", "QZRB"),
        ("Does Regulation WW limit overdraft fees?", "Regulation WW"),
    ],
)
def test_what_no_note_covers_is_refused_by_its_name(question: str, missing: str) -> None:
    found = retrieve(question)
    assert not found.passages
    assert missing in found.missing


@pytest.mark.parametrize(
    "question",
    [
        "a Chilean customer brought 12,000 dollars in cash, is a CTR due",
        "our client in Portugal wants a copy of his personal data under GDPR, what is the deadline",
        "a wire to Kazakhstan of 4,000: which travel rule information goes along",
        "a bank in Panama wants a correspondent account with us, what due diligence do we do",
        "what does 31 CFR 1020.320(b)(3) say",
        "GDPR Article 33: when must the authority be told",
        "does the Bank Secrecy Act require independent testing",
        "how does Regulation E treat errors",
        "When Must A Bank File A Suspicious Activity Report",
        "are payments to Iran blocked by OFAC",
        "is Form 8300 due when a car dealer gets cash in Ohio",
    ],
)
def test_facts_of_the_case_and_covered_sources_are_not_missing(question: str) -> None:
    found = retrieve(question)
    assert found.missing == ()
    assert found.passages


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("Hi Oliver!", "greeting"),
        ("ok thanks a lot", "thanks"),
        ("What can you help me with?", "abilities"),
    ],
)
def test_small_talk_is_no_question(message: str, kind: str) -> None:
    assert retrieve(message) == Retrieved(small_talk=kind)


@pytest.mark.parametrize(
    "message", ["hi, when is a CTR due?", "thanks, and for MSBs?", "help desk"]
)
def test_a_question_after_a_greeting_is_a_question(message: str) -> None:
    assert retrieve(message).small_talk is None
