"""Versions, edits and the path between them, from the rows of a conversation's turns."""

import pytest
from django.contrib.auth.models import User
from hypothesis import given
from hypothesis import strategies as st

from chat.conversations.earlier_exchanges import exchanges_before
from chat.conversations.models import Conversation, Message, Turn, TurnTree, path_of
from chat.conversations.start import edit_question, regenerate, start_turn

#: 1 ── 2 ── 4        question 10 (two answers: 1, 3), then 11; instead of 11 the edit 12;
#: │    └─── 5 ── 7   and under the second answer 3 the question 14
#: 3 ── 6
ROWS = [
    (1, None, 10),
    (2, 1, 11),
    (3, None, 10),
    (4, 2, 13),
    (5, 2, 13),
    (6, 3, 14),
    (7, 5, 15),
    (8, 1, 12),
]


def test_a_path_goes_from_the_first_question_to_the_leaf() -> None:
    tree = TurnTree(ROWS)
    assert tree.path_to(7) == [1, 2, 5, 7]
    assert tree.path_to(6) == [3, 6]
    assert tree.path_to(None) == tree.path_to(99) == []


def test_turns_of_one_question_in_one_place_are_versions_of_its_answer() -> None:
    tree = TurnTree(ROWS)
    versions = tree.versions(5)
    assert (list(versions.ids), versions.number) == ([4, 5], 2)
    assert (versions.before, versions.after) == (4, None)
    assert list(tree.versions(7).ids) == [7]


def test_other_questions_in_one_place_are_edits_each_where_most_was_said_last() -> None:
    tree = TurnTree([*ROWS, (9, 1, 11), (10, 2, 16)])
    assert list(tree.edits(8).ids) == [2, 8]  # 2, whose branch has the newer turn, and not 9
    assert list(tree.edits(9).ids) == [9, 8]  # but what is shown stands for its own question


def test_a_path_through_a_turn_ends_where_one_was_or_with_the_newest() -> None:
    tree = TurnTree(ROWS)
    assert tree.leaf(through=2, preferred=4) == 4
    assert tree.leaf(through=2, preferred=6) == 7
    assert tree.leaf(through=99, preferred=4) is None
    assert tree.leaf() == 8
    assert TurnTree([]).leaf() is None


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 3)), max_size=40))
def test_every_turn_lies_on_the_path_through_it(made: list[tuple[int, int]]) -> None:
    rows = []
    for turn_id, (back, question) in enumerate(made, start=1):
        parent = turn_id - back
        rows.append((turn_id, parent if 0 < parent < turn_id else None, question))
    tree = TurnTree(rows)
    parents = {turn_id: parent for turn_id, parent, _ in rows}
    for turn_id in parents:
        path = tree.path_to(tree.leaf(through=turn_id))
        assert turn_id in path
        assert path == sorted(path)
        assert [parents[each] for each in path] == [None, *path[:-1]]
        assert path[-1] not in parents.values()
        assert turn_id in tree.versions(turn_id).ids
        assert turn_id in tree.edits(turn_id).ids


# --- In the database -----------------------------------------------------------------------------


def ask(user: User, question: str, conversation: Conversation | None = None) -> Turn:
    turn = start_turn(
        user=user,
        question=question,
        analysis_type="general",
        conversation=conversation,
        idempotency_key=question.replace(" ", "-"),
    )
    return answered(turn)


def answered(turn: Turn) -> Turn:
    reply = Message.objects.create(
        conversation=turn.conversation, sender="assistant", text=f"answer {turn.pk}"
    )
    Turn.objects.filter(pk=turn.pk).update(status="done", reply=reply)
    return turn


def edit(turn: Turn, question: str) -> Turn:
    return answered(
        edit_question(
            turn,
            question=question,
            analysis_type="general",
            idempotency_key=question.replace(" ", "-"),
        )
    )


def test_another_answer_keeps_the_first_and_shares_its_question(analyst: User) -> None:
    first = ask(analyst, "one")
    second = ask(analyst, "two", first.conversation)
    again = answered(regenerate(first))
    assert again.parent is None
    assert again.question == first.question
    assert path_of(again.conversation) == [again.pk]
    assert path_of(again.conversation, through=first.pk) == [first.pk, second.pk]
    assert Message.objects.filter(text="one").count() == 1


def test_an_edited_question_is_a_branch_and_the_old_path_stays(analyst: User) -> None:
    first = ask(analyst, "one")
    second = ask(analyst, "two", first.conversation)
    third = ask(analyst, "three", first.conversation)
    other = edit(second, "another two")
    assert path_of(other.conversation) == [first.pk, other.pk]
    assert path_of(other.conversation, through=second.pk) == [first.pk, second.pk, third.pk]
    tree = TurnTree.of(first.conversation_id)
    assert list(tree.edits(other.pk).ids) == [second.pk, other.pk]
    assert list(tree.versions(other.pk).ids) == [other.pk]


def test_an_edit_that_changes_nothing_is_another_answer(analyst: User) -> None:
    first = ask(analyst, "one")
    again = edit_question(
        first, question=" one\n", analysis_type="general", idempotency_key="again"
    )
    assert again.question == first.question


def test_the_title_follows_the_first_question_until_somebody_names_it(analyst: User) -> None:
    first = ask(analyst, "one")
    edit(first, "another one")
    first.conversation.refresh_from_db()
    assert first.conversation.title == "another one"
    Conversation.objects.update(title="My name")
    first.conversation.refresh_from_db()
    edit(first, "a third")
    first.conversation.refresh_from_db()
    assert first.conversation.title == "My name"


def test_the_model_reads_the_ancestors_and_no_other_branch(analyst: User) -> None:
    first = ask(analyst, "one")
    second = ask(analyst, "two", first.conversation)
    ask(analyst, "three", first.conversation)
    other = edit(second, "another two")
    last = ask(analyst, "four", other.conversation)
    said = [(exchange.query, exchange.response) for exchange in exchanges_before(last)]
    assert said == [("one", f"answer {first.pk}"), ("another two", f"answer {other.pk}")]


def test_the_model_reads_each_artifact_in_its_newest_version_and_knows_the_reviewed_document(
    analyst: User,
) -> None:
    first = ask(analyst, "one")
    second = ask(analyst, "two", first.conversation)
    Turn.objects.filter(pk=first.pk).update(analysis_type="document")
    for turn, title, content in (
        (first, "Steps", "- [ ] File"),
        (first, "Letter", "Dear all"),
        (second, "Steps", "- [ ] File\n- [ ] Keep"),
    ):
        position = turn.artifacts.count() + 1
        turn.artifacts.create(position=position, kind="checklist", title=title, content=content)
    exchanges = exchanges_before(ask(analyst, "three", first.conversation))
    kept = [[each.content for each in exchange.artifacts] for exchange in exchanges]
    assert kept == [["Dear all"], ["- [ ] File\n- [ ] Keep"]]
    assert [exchange.reviews_document for exchange in exchanges] == [True, False]


def test_a_question_goes_where_its_asker_was(analyst: User) -> None:
    first = ask(analyst, "one")
    second = ask(analyst, "two", first.conversation)
    edit(second, "another two")
    turn = start_turn(
        user=analyst,
        question="three",
        analysis_type="general",
        conversation=first.conversation,
        idempotency_key="three",
        parent_id=second.pk,
    )
    assert path_of(turn.conversation) == [first.pk, second.pk, turn.pk]


@pytest.mark.parametrize("branches", [1, 3])
def test_a_path_takes_one_query_however_long_it_is(
    analyst: User, branches: int, django_assert_num_queries: object
) -> None:
    conversation = Conversation.objects.create(owner=analyst)
    message = Message.objects.create(conversation=conversation, sender="user", text="x")
    for number in range(1, 40 * branches):
        Turn.objects.create(
            conversation=conversation,
            parent=conversation.turns.last() if number % 40 else None,
            question=message,
            idempotency_key=f"{number}",
            status="done",
        )
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert path_of(conversation)
