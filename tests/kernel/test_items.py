"""Items of any model or earlier version can be read; nothing is lost or raised."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.kernel.answer import Answer
from chat.kernel.chunks import StreamChunk, items_chunk
from chat.kernel.items import Artifact, CheckedCitation, Citation, Finding, Item, Step
from chat.kernel.passages import Passage

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("high", "high"),
        ("Medium ", "medium"),
        ("critical", "high"),
        ("severe", "high"),
        ("moderate", "medium"),
        ("minor", "low"),
        (None, "info"),
        ("", "info"),
    ],
)
def test_unknown_severities_are_taken_seriously(written: object, read: str) -> None:
    assert Finding.read({"title": "T", "explanation": "E", "severity": written}).severity == read


def test_a_bad_citation_costs_neither_its_finding_nor_its_neighbours() -> None:
    finding = Finding.read(
        {"title": "T", "explanation": "E", "citations": [None, {"passage": "a#b"}, {"quote": "q"}]}
    )
    assert finding.citations == [Citation(passage="a#b"), Citation(passage="", quote="q")]


def test_one_item_alone_is_a_list_of_one() -> None:
    assert [each.title for each in Finding.read_all({"title": "Only"})] == ["Only"]


@pytest.mark.parametrize("kind", [Passage, Citation, CheckedCitation, Finding, Artifact, Step])
@given(data=st.data())
def test_anything_can_be_read(kind: type[Item], data: st.DataObject) -> None:
    names = st.sampled_from(sorted(kind.model_fields))
    raw: Any = data.draw(st.dictionaries(names, ANYTHING) | ANYTHING)
    item = kind.read(raw)
    assert kind.model_validate_json(item.model_dump_json()) == item


def test_items_of_a_chunk_have_the_type_of_their_field_and_survive_the_wire() -> None:
    chunk = items_chunk("artifacts", [{"kind": "memo", "title": "M", "content": "C"}])
    assert chunk.content == [Artifact(kind="memo", title="M", content="C")]
    assert StreamChunk.model_validate_json(chunk.model_dump_json()) == chunk


def test_items_of_a_field_that_a_newer_version_has_are_passed_on() -> None:
    chunk = StreamChunk.model_validate({"type": "content", "field": "x", "content": [{"a": 1}]})
    assert chunk.model_dump()["content"] == [{"a": 1}]


def test_an_answer_of_an_earlier_version_is_read_as_far_as_possible() -> None:
    answer = Answer.model_validate(
        {"findings": [{"title": "T", "severity": "critical"}], "passages": [{"id": "a#b"}]}
    )
    assert answer.findings == [Finding(title="T", severity="high", explanation="")]
    assert answer.passages[0].checked is None
