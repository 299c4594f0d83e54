"""The splitters are exact: what streams equals what DSPy's adapter parses, however it is cut."""

import json
import re
from collections import defaultdict

import dspy
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from chat.engine.assistant.field_splitters import ChatSplitter, JSONSplitter, Splitter
from chat.engine.assistant.signatures import Answer
from chat.engine.providers.chat_adapter import FieldChatAdapter, texts_of

TEXT_FIELDS = ("reasoning", "analysis", "response")

# The pieces that have fooled splitters: markers whole and halved, quotes, escapes, line ends.
AWKWARD = [
    "see [[1]] and ",
    "[[ ##",
    "[[ ## ",
    "[[ ## resp",
    "[[ ## note ## ]",
    "[",
    "[[",
    "]]",
    "## ]]",
    '"',
    "\\",
    '\\"',
    "\\n",
    "\\u00e9",
    "é",
    "😀",
    "👩‍⚖️",
    "\n",
    "\r\n",
    "\r",
    "\n\n",
    "  ",
    "\t",
    "\u2028",
    "\x0b",
    "{",
    "}",
    '"response":',
    "```json",
    "A bank must file. ",
    " [[ ## inline ## ]] ",
]
awkward_text = st.lists(st.one_of(st.sampled_from(AWKWARD), st.text(max_size=8)), max_size=12).map(
    "".join
)


@st.composite
def cut(draw: st.DrawFn, text: str) -> list[str]:
    """``text`` in random pieces."""
    ends = sorted(draw(st.sets(st.integers(1, max(1, len(text))), max_size=25)))
    return [text[a:b] for a, b in zip([0, *ends], [*ends, len(text)], strict=True)]


def streamed(splitter: Splitter, pieces: list[str]) -> dict[str, str]:
    texts: dict[str, str] = defaultdict(str)
    for piece in pieces:
        for field, delta in splitter.feed(piece):
            texts[field] += delta
    for field, delta in splitter.finish():
        texts[field] += delta
    return texts


@settings(max_examples=1500)
@given(st.data(), awkward_text, awkward_text, awkward_text)
def test_chat_text_streams_as_the_adapter_parses_it(
    data: st.DataObject, reasoning: str, analysis: str, response: str
) -> None:
    output = (
        f"[[ ## reasoning ## ]]\n{reasoning}\n\n[[ ## analysis ## ]]{analysis}\n"
        f"  [[ ## response ## ]]  {response}\n\n[[ ## completed ## ]]\n"
    )
    parsed = FieldChatAdapter().parse(Answer, output)
    texts = streamed(ChatSplitter(Answer.output_fields), data.draw(cut(output)))
    assert {name: texts[name] for name in TEXT_FIELDS} == {
        name: parsed[name] for name in TEXT_FIELDS
    }


@settings(max_examples=1500)
@given(st.data(), awkward_text, awkward_text, awkward_text, st.booleans())
def test_json_text_streams_as_the_adapter_parses_it(
    data: st.DataObject, reasoning: str, analysis: str, response: str, escaped: bool
) -> None:
    values = {"reasoning": reasoning, "analysis": analysis, "findings": [], "response": response}
    output = json.dumps(values, ensure_ascii=escaped, indent=data.draw(st.sampled_from([None, 2])))
    parsed = dspy.JSONAdapter().parse(Answer, output)
    texts = streamed(JSONSplitter(Answer.output_fields), data.draw(cut(output)))
    assert {name: texts[name] for name in TEXT_FIELDS} == {
        name: parsed[name] for name in TEXT_FIELDS
    }


@pytest.mark.parametrize("text", ["see [[1]] and [[2]]", "a [[ ## b", "[[ ## x ##", "😀\r\n[["])
def test_every_single_cut_of_an_awkward_answer_is_exact(text: str) -> None:
    output = f"[[ ## response ## ]]\n{text}\n\n[[ ## completed ## ]]"
    expected = FieldChatAdapter().parse(Answer, output)["response"]
    for at in range(len(output) + 1):
        texts = streamed(ChatSplitter(["response"]), [output[:at], output[at:]])
        assert texts["response"] == expected


def test_text_streams_before_its_field_ends() -> None:
    splitter = ChatSplitter(["response"])
    splitter.feed("[[ ## response ## ]]\n")
    assert splitter.feed("A bank must") == [("response", "A bank must")]


@pytest.mark.parametrize("line", ["[[ ## aside ## ]]", "  [[ ## aside ## ]] and on", "[[ ## x"])
def test_a_marker_of_no_field_is_text(line: str) -> None:
    output = f"[[ ## response ## ]]\nyes\n{line}\nmore\n[[ ## completed ## ]]\n"
    for at in range(len(output) + 1):
        texts = streamed(ChatSplitter(["response"]), [output[:at], output[at:]])
        assert texts == {"response": f"yes\n{line}\nmore"}
    assert texts_of(output, ["response"]) == {"response": f"yes\n{line}\nmore"}


@given(awkward_text, awkward_text)
def test_outputs_with_markers_of_fields_alone_are_read_as_dspy_reads_them(a: str, b: str) -> None:
    output = f"[[ ## reasoning ## ]]\n{a}\n[[ ## response ## ]]{b}\n[[ ## completed ## ]]\n"
    assume(
        set(re.findall(r"\[\[ ## (\w+) ## ", f"{a}\n{b}")) <= {*Answer.output_fields, "completed"}
    )
    assert FieldChatAdapter().parse(Answer, output) == dspy.ChatAdapter().parse(Answer, output)


def test_the_first_of_two_sections_of_a_name_counts() -> None:
    output = "[[ ## response ## ]]\none\n[[ ## response ## ]]\ntwo"
    assert streamed(ChatSplitter(["response"]), [output]) == {"response": "one"}


def test_a_list_in_json_arrives_as_raw_text() -> None:
    output = '```json\n{"findings": [{"title": "a } \\" ]"}], "response": "x"}\n```'
    texts = streamed(JSONSplitter(["findings", "response"]), list(output))
    assert json.loads(texts["findings"]) == [{"title": 'a } " ]'}]
    assert texts["response"] == "x"


@example("\ud83d\ude00")
@given(st.text(min_size=1, max_size=4))
def test_escaped_signs_never_arrive_as_halves(text: str) -> None:
    output = json.dumps(
        {"response": text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")}
    )
    splitter = JSONSplitter(["response"])
    deltas = [delta for sign in output for _, delta in splitter.feed(sign)]
    assert all(delta.encode("utf-8") for delta in deltas)
