"""PostgreSQL: the words of titles and messages under a GIN index, see ``tsvector_table``."""

from collections.abc import Sequence

from django.db import connection
from django.db.models.expressions import RawSQL

from chat.conversations.models.conversation import ConversationQuerySet
from chat.conversations.search.terms import is_whole_word
from chat.conversations.search.tsvector_table import TABLE

#: Of one conversation no more rows are looked at for the best place to show.
_MOST_ROWS = 2
WALKS = True

_WITH_TERM = f"SELECT conversation_id FROM {TABLE} WHERE words @@ %s::tsquery"  # noqa: S608
_MESSAGES = f"""
WITH holding AS (
  SELECT conversation_id, first_message, last_message, row_number() OVER (
    PARTITION BY conversation_id
    ORDER BY (SELECT count(*) FROM unnest(%s::tsquery[]) AS term WHERE words @@ term) DESC, id
  ) AS number
  FROM {TABLE}
  WHERE conversation_id = ANY(%s) AND last_message > 0 AND words @@ %s::tsquery
)
SELECT DISTINCT said.id FROM holding JOIN conversations_message AS said
  ON said.conversation_id = holding.conversation_id
  AND said.id BETWEEN first_message AND last_message
WHERE number <= %s
"""  # noqa: S608 (a constant)


def matching(
    conversations: ConversationQuerySet, terms: Sequence[str], *, owner_id: int
) -> ConversationQuerySet:
    """Those of ``conversations``, which are the owner's, with every term in title or messages.

    A condition for each term, not one intersection: so the planner may walk the conversations for
    a term that most of them have, and needs the places of none.
    """
    for term in terms:
        held = RawSQL(_WITH_TERM, [_query(term)])  # noqa: S611 (values are parameters)
        conversations = conversations.filter(pk__in=held)
    return conversations


def message_ids(conversation_ids: Sequence[int], terms: Sequence[str]) -> list[int]:
    """The messages of each conversation among which those with the most terms are."""
    queries = [_query(term) for term in terms]
    with connection.cursor() as cursor:
        any_term = " | ".join(queries)
        cursor.execute(_MESSAGES, [queries, list(conversation_ids), any_term, _MOST_ROWS])
        return [message_id for (message_id,) in cursor.fetchall()]


def _query(term: str) -> str:
    """Terms are letters and digits only (``terms_of``); quoted, none is an operator."""
    return f"'{term}'" if is_whole_word(term) else f"'{term}':*"
