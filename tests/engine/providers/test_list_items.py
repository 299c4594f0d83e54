"""List fields become items whatever their form. No item fails an answer or hides another."""

import json

import pytest

from chat.engine.providers.output.list_items import items_of
from chat.kernel.items import Artifact, Citation, Finding


def findings(raw: str) -> list[Finding]:
    return [item for item in items_of(raw, Finding) if isinstance(item, Finding)]


@pytest.mark.parametrize(
    "raw", ["", "[]", "None", "none.", "null", "N/A", "**None**", "No findings.", "- None"]
)
def test_nothing_is_no_item(raw: str) -> None:
    assert items_of(raw, Finding) == []


@pytest.mark.parametrize("raw", ["There are no findings.", '["None"]', "[null]", "{}", "[3, {}]"])
def test_what_says_nothing_is_no_item(raw: str) -> None:
    assert items_of(raw, Finding) == []


def test_a_bad_item_hides_no_other_one() -> None:
    raw = json.dumps(
        [
            {"title": "A", "severity": "critical", "explanation": "a", "citations": None},
            7,
            {"title": "B", "severity": None, "explanation": ["b", "c"], "citations": ["p#1"]},
            {"citations": []},
            "Late filing. It is late.",
            {"Title": "D", "Description": "d", "Citations": {"id": "[p#2]", "quote": None}},
        ]
    )
    assert findings(raw) == [
        Finding(title="A", severity="high", explanation="a"),
        Finding(title="B", explanation="- b\n- c", citations=[Citation(passage="p#1")]),
        Finding(title="Late filing", explanation="Late filing. It is late."),
        Finding(title="D", explanation="d", citations=[Citation(passage="p#2")]),
    ]


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("critical", "high"),
        ("Severe", "high"),
        ("HIGH", "high"),
        ("moderate", "medium"),
        ("Minor", "low"),
        ("informational", "info"),
        ("", "info"),
        ("5/5", "high"),
    ],
)
def test_unknown_severities_are_mapped_upward(word: str, severity: str) -> None:
    [finding] = findings(json.dumps([{"title": "t", "severity": word, "explanation": "e"}]))
    assert finding.severity == severity


ONE = Finding(title="Late", severity="high", explanation="It is late.")


@pytest.mark.parametrize(
    "raw",
    [
        '{"title": "Late", "severity": "high", "explanation": "It is late."}',
        '{"findings": [{"title": "Late", "severity": "high", "explanation": "It is late."}]}',
        '```json\n[{"title": "Late", "severity": "high", "explanation": "It is late."}]\n```',
        "[{'title': 'Late', 'severity': 'high', 'explanation': 'It is late.',}]",
        '[{"title": "Late", "severity": "high", "explanation": "It is late."',
        "- **Late** (high): It is late.",
        "The findings are:\n\n1. High: **Late:** It is late.",
        "| Title | Severity | Explanation |\n|---|:-:|---|\n| **Late** | high | It is late. |",
    ],
)
def test_one_finding_in_every_form(raw: str) -> None:
    assert findings(raw) == [ONE]


def test_bullets_keep_what_is_indented_below_them() -> None:
    assert [each.explanation for each in findings("- One.\n  - more\n- Two.")] == [
        "One.\n  - more",
        "Two.",
    ]


def test_a_sentence_is_one_finding() -> None:
    [finding] = findings("The bank has no written policy. It needs one.")
    assert finding.title == "The bank has no written policy"
    assert finding.explanation == "The bank has no written policy. It needs one."


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("- [ ] File\n- [ ] Keep", "checklist"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "table"),
        ("To: the board", "memo"),
    ],
)
def test_text_is_one_artifact(raw: str, kind: str) -> None:
    [artifact] = items_of(raw, Artifact)
    assert isinstance(artifact, Artifact)
    assert (artifact.kind, artifact.content) == (kind, raw)


def test_kinds_of_artifacts_that_oliver_does_not_know_are_mapped() -> None:
    raw = json.dumps(
        [
            {"kind": "todo", "title": "T", "content": ["a", "b"]},
            {"kind": "pdf", "title": "P", "content": "p"},
        ]
    )
    assert items_of(raw, Artifact) == [
        Artifact(kind="checklist", title="T", content="- a\n- b"),
        Artifact(kind="memo", title="P", content="p"),
    ]
