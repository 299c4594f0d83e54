"""Describes the positions of turns in the branches of their conversation.

A transcript lists all branches in the order they were asked; without this a second answer would
look like the next question.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from chat.conversations.models import Turn, TurnTree, path_of


@dataclass(frozen=True)
class BranchPosition:
    """``Follows turn 4 · answer 2 of 3 · not on the path shown last``."""

    parent_id: int | None
    words: list[str]


def branch_positions_of(turns: Iterable[Turn]) -> dict[int, BranchPosition]:
    """By turn id. One query per conversation."""
    trees: dict[int, tuple[TurnTree, set[int]]] = {}
    places = {}
    for turn in turns:
        if turn.conversation_id not in trees:
            tree = TurnTree.of(turn.conversation_id)
            trees[turn.conversation_id] = tree, set(path_of(turn.conversation, tree=tree))
        tree, shown = trees[turn.conversation_id]
        places[turn.pk] = BranchPosition(turn.parent_id, list(_words(turn, tree, shown)))
    return places


def _words(turn: Turn, tree: TurnTree, shown: set[int]) -> Iterable[str]:
    edits, versions = tree.edits(turn.pk), tree.versions(turn.pk)
    if len(edits.ids) > 1:
        yield _("question {number} of {count} in this place").format(
            number=edits.number, count=len(edits.ids)
        )
    if len(versions.ids) > 1:
        yield _("answer {number} of {count} to this question").format(
            number=versions.number, count=len(versions.ids)
        )
    if turn.pk not in shown:
        yield _("not on the branch shown last")
