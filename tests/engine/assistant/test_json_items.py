"""Items of a list arrive as soon as their own JSON is complete."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from chat.engine.assistant.json_items import ItemSplitter

values = st.recursive(
    st.text(alphabet='ab"\\{}[],:é😀\n', max_size=6),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.text(alphabet='k"{', max_size=3), inner, max_size=2)
    ),
    max_leaves=6,
)
items = st.lists(st.dictionaries(st.text(max_size=3), values, min_size=1, max_size=3), max_size=4)


@settings(max_examples=400)
@given(items, st.booleans(), st.integers(1, 7))
def test_all_items_arrive_whole_whatever_the_pieces(
    wanted: list[dict[str, object]], escaped: bool, size: int
) -> None:
    raw = json.dumps(wanted, ensure_ascii=escaped)
    splitter = ItemSplitter()
    pieces = [raw[at : at + size] for at in range(0, len(raw), size)]
    assert [item for piece in pieces for item in splitter.feed(piece)] == wanted


def test_an_item_arrives_with_its_last_brace() -> None:
    splitter = ItemSplitter()
    assert splitter.feed('[{"title": "Late"') == []
    assert splitter.feed("}") == [{"title": "Late"}]


def test_an_item_that_is_no_json_is_left_out() -> None:
    assert ItemSplitter().feed('[{title: Late}, {"title": "Good"}]') == [{"title": "Good"}]
