"""PostgreSQL: a GIN index over the stored words, see ``tsvector_schema``."""

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
    """One condition per term instead of an intersection, so that the planner can scan conversations
    for a common term. The index has no word positions, so phrases are confirmed in the stored
    words.
    """
    for term in terms:
        held = RawSQL(_WITH_TERM, [_query(term)])  # noqa: S611 (values are parameters)
        conversations = conversations.filter(pk__in=held)
        if len(term.words) > 1:
            here = SearchText.objects.filter(conversation=OuterRef("pk"))
            conversations = conversations.filter(Exists(here.filter(words__contains=term.needle)))
    return conversations


def _query(term: Term) -> str:
    """Words contain only letters and digits (``search_words``); quoting keeps them from being
    operators.
    """
    words = [f"'{word}'" for word in term.words]
    return " & ".join(words) + (":*" if term.is_prefix else "")
