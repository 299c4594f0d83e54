"""A model's output is read field by field, whatever its form and however it is cut."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.engine.assistant.signatures import Answer
from chat.engine.providers.output.field_set import Delta, folded
from chat.engine.providers.output.reader import AnswerReader
from chat.engine.providers.output.settling import fields_of, read_fields

FIELDS = fields_of(Answer)
TEXT_FIELDS = ("reasoning", "analysis", "response")


def marked(*sections: tuple[str, str], completed: bool = True) -> str:
    """An output with markers."""
    text = "".join(f"[[ ## {name} ## ]]\n{value}\n\n" for name, value in sections)
    return text + ("[[ ## completed ## ]]\n" if completed else "")


def read(output: str) -> dict[str, str]:
    return {name: text for name, text in read_fields(output, FIELDS).items() if text}


def streamed(pieces: list[str]) -> dict[str, str]:
    reader = AnswerReader(FIELDS)
    deltas = [delta for piece in pieces for delta in reader.feed(piece)]
    return folded([*deltas, *reader.finish()])


def in_pieces(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def test_a_whole_output_is_read_in_pieces_as_the_cost_of_one_is_the_square_of_its_length(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fed: list[int] = []
    feed = AnswerReader.feed

    def measured(reader: AnswerReader, text: str) -> list[Delta]:
        fed.append(len(text))
        return feed(reader, text)

    monkeypatch.setattr(AnswerReader, "feed", measured)
    lines = "a line\n" * 10_000
    assert read(marked(("response", lines)))["response"] == lines.strip()
    assert max(fed) <= 2_000


SIMPLE = marked(("reasoning", "Why."), ("response", "Thirty days."), ("findings", "[]"))
WHOLE = {"reasoning": "Why.", "response": "Thirty days.", "findings": "[]"}
OBJECT = json.dumps({"reasoning": "Why.", "response": "Thirty days.", "findings": []})


def a_set(number: int) -> str:
    names = ("reasoning", "response", "analysis", "findings", "artifacts")
    values = ("r", "A", "x", "[]", "[]")
    return marked(
        *((name, f"{value}{number}") for name, value in zip(names, values, strict=True)),
        completed=False,
    )


#: (output, the fields in it)
FORMS: dict[str, tuple[str, dict[str, str]]] = {
    "markers": (SIMPLE, WHOLE),
    "json": (OBJECT, WHOLE),
    "fenced json": (f"```json\n{OBJECT}\n```\nI hope this helps!", WHOLE),
    "fenced markers": (f"```\n{SIMPLE}```", WHOLE),
    "json after words": (
        f"Sure! Here it is: {OBJECT}",
        {**WHOLE, "reasoning": "Sure! Here it is:\n\nWhy."},
    ),
    "bold markers": (SIMPLE.replace("[[", "**[[").replace("]]", "]]**"), WHOLE),
    "other case": (SIMPLE.replace("response ##", "Response ##"), WHOLE),
    "narrow markers": (SIMPLE.replace(" ## ]]", "##]]").replace("[[ ## ", "[[## "), WHOLE),
    "headings": ("## Reasoning\nWhy.\n\n## Response:\nThirty days.\n\n## Findings\n[]", WHOLE),
    "bold headings": (
        "**Reasoning:** Why.\n\n**Response**\nThirty days.\n\n**Findings:**\n[]",
        WHOLE,
    ),
    "a list where it belongs": (
        marked(("response", "A"), ("findings", "- one\n- two")),
        {"response": "A", "findings": "- one\n- two"},
    ),
    "prose": ("Thirty days, " * 20, {"response": ("Thirty days, " * 20).strip()}),
    "short prose": ("Thirty days.", {"response": "Thirty days."}),
    "prose under a title": ("# Response time\nis short", {"response": "# Response time\nis short"}),
    "prose under a field's name": (
        "## Analysis\nA.\n\n## Conclusion\nB.",
        {"response": "## Analysis\nA.\n\n## Conclusion\nB."},
    ),
    "prose with code": ('{"foo": 1} is JSON', {"response": '{"foo": 1} is JSON'}),
    "single quotes": ("{'response': 'yes', 'findings': []}", {"response": "yes", "findings": "[]"}),
    "quotes not escaped": (
        '{"reasoning": "a", "response": "it "must" file", "findings": []}',
        {"reasoning": "a", "response": 'it "must" file', "findings": "[]"},
    ),
    "another member first": ('{"id": 1, "response": "yes"}', {"response": "yes"}),
    "an object around it": ('{"answer": {"response": "yes"}}', {"response": "yes"}),
    "values of other types": (
        '{"reasoning": null, "response": ["a", "b"], "analysis": 30}',
        {"response": "- a\n- b", "analysis": "30"},
    ),
    "a list as a string": (
        '{"response": "A", "findings": "- one"}',
        {"response": "A", "findings": "- one"},
    ),
    "a member twice": ('{"response": "a", "response": "b"}', {"response": "b"}),
    # Thinking
    "thinking": (f"<think>\nHm.\n</think>\n\n{SIMPLE}", {**WHOLE, "reasoning": "Hm.\n\nWhy."}),
    "thinking about markers": (
        f'<THINKING>[[ ## response ## ]]\nno {{"response": 1}}</THINKING>{SIMPLE}',
        {**WHOLE, "reasoning": '[[ ## response ## ]]\nno {"response": 1}\n\nWhy.'},
    ),
    "thinking before json": (f"<think>Hm.</think>{OBJECT}", {**WHOLE, "reasoning": "Hm.\n\nWhy."}),
    "thinking before prose": ("<think>Hm.</think>Yes.", {"reasoning": "Hm.", "response": "Yes."}),
    "thinking begun by the template": (
        f"Hm, {'long ' * 40}\n</think>\n{SIMPLE}",
        {**WHOLE, "reasoning": f"Hm, {('long ' * 40).strip()}\n\nWhy."},
    ),
    "drafts in thinking begun by the template": (
        f"{a_set(1)}\n</think>\n{SIMPLE}",
        {**WHOLE, "reasoning": f"{a_set(1).strip()}\n\nWhy."},
    ),
    "thinking without an end": (
        f"<think>Hm.\n{SIMPLE}",
        {**WHOLE, "reasoning": f"Hm.\n{SIMPLE.strip()}"},
    ),
    "thinking alone": ("<think>Hm.", {"reasoning": "Hm."}),
    "</think> in an answer": (
        marked(("response", "A\n</think>\nB")).replace("\n\n[[ ## completed ## ]]\n", ""),
        {"response": "A\n</think>\nB"},
    ),
    # Sets
    "two whole sets": (
        a_set(1) + a_set(2),
        {
            "reasoning": "r2",
            "response": "A2",
            "analysis": "x2",
            "findings": "[]2",
            "artifacts": "[]2",
        },
    ),
    "a whole set and half of one": (SIMPLE + marked(("reasoning", "hm")), WHOLE),
    "two objects": (
        OBJECT.replace("Thirty", "Ten") + "\n" + OBJECT,
        WHOLE,
    ),
    "a conversation made up": (
        f"{a_set(1)}[[ ## completed ## ]]\n\n[[ ## query ## ]]\nAnd?\n\n{a_set(2)}",
        read(a_set(1)),
    ),
    # Quoted markers
    "other names": (
        marked(("response", "A\n[[ ## note ## ]]\nB\n  [[ ## query ## ]] C")),
        {"response": "A\n[[ ## note ## ]]\nB\n  [[ ## query ## ]] C"},
    ),
    "a field that was given": (
        marked(("reasoning", "r"), ("findings", "[]"), ("response", "A\n[[ ## findings ## ]]\nB")),
        {"reasoning": "r", "findings": "[]", "response": "A\n[[ ## findings ## ]]\nB"},
    ),
    "a list field that comes later": (
        marked(("response", "A\n[[ ## findings ## ]] ends it\nB"), ("findings", "[1]")),
        {"response": "A\n[[ ## findings ## ]] ends it\nB", "findings": "[1]"},
    ),
    "its own name": (
        marked(("response", "A\n[[ ## response ## ]]\nB")),
        {"response": "A\n[[ ## response ## ]]\nB"},
    ),
    "completed": (
        marked(("response", "A\n[[ ## completed ## ]]\nis the last line"), ("findings", "[]")),
        {"response": "A\n[[ ## completed ## ]]\nis the last line", "findings": "[]"},
    ),
    "markers in json": (
        json.dumps({"response": "A\n[[ ## findings ## ]]\nB", "findings": []}),
        {"response": "A\n[[ ## findings ## ]]\nB", "findings": "[]"},
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_read_and_streams_to_the_same(form: str) -> None:
    output, fields = FORMS[form]
    assert read(output) == fields
    for size in (1, 3, 40):
        assert streamed(in_pieces(output, size)) == fields


# The pieces that have fooled splitters: markers whole and halved, quotes, escapes, line ends.
AWKWARD = [
    "see [[1]] and ",
    "[[ ##",
    "[[ ## resp",
    "[[ ## note ## ]",
    "[[ ## response ## ]]",
    "\n[[ ## response ## ]]\n",
    "\n[[ ## Findings ## ]]",
    "\n**[[ ## analysis ## ]]**",
    "\n[[ ## completed ## ]]\n",
    "\n[[ ## query ## ]]",
    "<think>",
    "\n</think>\n",
    "</thin",
    "\n## Response\n",
    "**Analysis:** ",
    "[",
    "]]",
    '"',
    '\\"',
    "\\u00e9",
    "😀",
    "\n",
    "\r\n",
    "\r",
    "  ",
    "\u2028",
    "{",
    "}",
    '{"response": ',
    '"findings": [{"title": "a"}],',
    "```json\n",
    "- one\n",
    "A bank must file. ",
]
awkward_text = st.lists(st.one_of(st.sampled_from(AWKWARD), st.text(max_size=8)), max_size=14).map(
    "".join
)


@st.composite
def cut(draw: st.DrawFn, text: str) -> list[str]:
    """``text`` in random pieces."""
    ends = sorted(draw(st.sets(st.integers(1, max(1, len(text))), max_size=25)))
    return [text[a:b] for a, b in zip([0, *ends], [*ends, len(text)], strict=True)]


def as_it_is(text: str) -> str:
    return text


def after_a_marker(text: str) -> str:
    return f"[[ ## reasoning ## ]]\n{text}\n\n[[ ## response ## ]]{text}\n[[ ## findings ## ]]\n"


def in_thinking(text: str) -> str:
    return f"<think>{text}</think>{SIMPLE}{text}"


@settings(max_examples=300)
@given(st.data(), awkward_text, st.sampled_from([as_it_is, after_a_marker, in_thinking]))
def test_no_cut_of_any_output_changes_what_is_read(
    data: st.DataObject, text: str, put: Callable[[str], str]
) -> None:
    output = put(text)
    assert streamed(data.draw(cut(output))) == read(output)


@settings(max_examples=100)
@given(st.data(), awkward_text, awkward_text, awkward_text, st.booleans())
def test_whatever_stands_in_json_strings_is_exact(
    data: st.DataObject, reasoning: str, analysis: str, response: str, escaped: bool
) -> None:
    values = {"reasoning": reasoning, "analysis": analysis, "findings": [], "response": response}
    output = json.dumps(values, ensure_ascii=escaped, indent=data.draw(st.sampled_from([None, 2])))
    texts = streamed(data.draw(cut(output)))
    wanted = {name: values[name] for name in TEXT_FIELDS}
    assert {name: texts.get(name, "") for name in TEXT_FIELDS} == {
        name: str(text).strip() for name, text in wanted.items()
    }


@settings(max_examples=100)
@given(awkward_text)
def test_nothing_that_a_response_quotes_is_lost(text: str) -> None:
    """Whatever stands in it: all of it is shown, in one field or another."""
    sections = ("reasoning", "r"), ("analysis", "x"), ("findings", "[]"), ("artifacts", "[]")
    output = marked(*sections, ("response", f"begin {text} end"), completed=False)
    response = read(output)["response"]
    assert (
        response == f"begin {text} end".replace("\r\n", "\n").replace("\r", "\n")
        or "\n</think>" in output.replace("\r", "\n")
        or "completed ## ]]" in text
    )


def test_text_streams_before_its_field_ends() -> None:
    for begin in ("[[ ## response ## ]]\n", '{"response": "'):
        reader = AnswerReader(FIELDS)
        reader.feed(begin)
        assert [tuple(delta) for delta in reader.feed("A bank must")] == [
            ("response", "A bank must", False)
        ]


def test_prose_streams_once_it_is_longer_than_a_preamble() -> None:
    reader = AnswerReader(FIELDS)
    assert reader.feed("Thirty days. ") == []
    first = reader.feed("A bank must file within thirty days of the first detection. " * 3)
    assert first[0].text.startswith("Thirty days. A bank")
    assert [delta.text for delta in reader.feed("More")] == [" More"]


def test_thinking_streams_into_the_reasoning() -> None:
    reader = AnswerReader(FIELDS)
    assert reader.feed("<think>The ques") == [("reasoning", "The ques", False)]


def test_the_halves_of_a_pair_arrive_together() -> None:
    reader = AnswerReader(FIELDS)
    deltas = [delta for sign in '{"response": "\\ud83d\\ude00"}' for delta in reader.feed(sign)]
    assert [delta.text for delta in deltas] == ["😀"]
