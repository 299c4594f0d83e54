"""PostgreSQL: the stored words under a GIN index, see ``tsvector_schema``."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef
from django.db.models.expressions import RawSQL

from chat.conversations.models import SearchText
from chat.conversations.models.conversation import ConversationQuerySet
from chat.conversations.search.terms import Term
from chat.conversations.search.tsvector_schema import TABLE

FINDS_COMMON_WORDS = True

_WITH_TERM = f"SELECT conversation_id FROM {TABLE} WHERE words @@ %s::tsquery"  # noqa: S608


def matching(conversations: ConversationQuerySet, terms: Sequence[Term]) -> ConversationQuerySet:
    """Those of the conversations with every term in title or messages.

    A condition for each term, not one intersection: so the planner may walk the conversations for
    a term that most of them have, and needs the places of none. The index has no places of words:
    of what has all words of a phrase the stored words tell whether they stand in a row.
    """
    for term in terms:
        held = RawSQL(_WITH_TERM, [_query(term)])  # noqa: S611 (values are parameters)
        conversations = conversations.filter(pk__in=held)
        if len(term.words) > 1:
            here = SearchText.objects.filter(conversation=OuterRef("pk"))
            conversations = conversations.filter(Exists(here.filter(words__contains=term.needle)))
    return conversations


def _query(term: Term) -> str:
    """Words are letters and digits only (``search_words``); quoted, none is an operator."""
    words = [f"'{word}'" for word in term.words]
    return " & ".join(words) + (":*" if term.is_prefix else "")
