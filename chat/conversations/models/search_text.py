"""SearchText: the normalised words that search uses, written with each title and message.

Databases cannot normalise words as Python does, and two databases would do it differently. So the
words are written here, in the transaction of their text; triggers on this one table update the
indexes (see ``chat.conversations.search``).
"""

from collections.abc import Iterable
from itertools import islice
from typing import Any, ClassVar, Self, TypeVar

from django.db import models, transaction

from chat.kernel.search_words import search_words

_BATCH = 1_000

M = TypeVar("M", bound="SearchedModel")


class SearchTextQuerySet(models.QuerySet["SearchText"]):
    def keep_all(self) -> None:
        for model in SearchedModel.__subclasses__():
            rows = model._base_manager.using(self.db).order_by("pk").iterator(chunk_size=_BATCH)
            while batch := list(islice(rows, _BATCH)):
                self.keep(row.searched_text() for row in batch)

    def keep(self, texts: Iterable[tuple[int, int | None, str]]) -> None:
        """Replaces the words of each ``(conversation id, message id or None, text)``."""
        rows = [
            SearchText(
                id=place_of(conversation_id, message_id),
                conversation_id=conversation_id,
                message_id=message_id,
                words=search_words(text),
            )
            for conversation_id, message_id, text in texts
        ]
        self.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=["words"])


class SearchText(models.Model):
    """The words of a message, or without ``message`` of a conversation's title."""

    id = models.BigIntegerField(
        primary_key=True, help_text="See place_of: the index tells a conversation without a join."
    )
    conversation = models.ForeignKey("Conversation", on_delete=models.CASCADE, related_name="+")
    message = models.OneToOneField(
        "Message", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    words = models.TextField()

    objects = SearchTextQuerySet.as_manager()

    def __str__(self) -> str:
        return self.words.strip()


def place_of(conversation_id: int, message_id: int | None) -> int:
    """The conversation's id in the upper half, the message's id (0 for the title) in the lower."""
    return (conversation_id << 32) + (message_id or 0)


class SearchedQuerySet(models.QuerySet[M]):
    """Updates the words when rows are written without ``save``."""

    def update(self, **values: object) -> int:
        if self.model.searched_field not in values:
            return super().update(**values)
        with transaction.atomic(savepoint=False):
            pks = list(self.values_list("pk", flat=True))
            changed = super().update(**values)
            self.model.keep_words(self.model._base_manager.filter(pk__in=pks))
        return changed

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        with transaction.atomic(savepoint=False):
            made = super().bulk_create(objs, *args, **kwargs)
            self.model.keep_words(made)
        return made


class SearchedModel(models.Model):
    """Base of models with a searchable text."""

    searched_field: ClassVar[str]

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        fields = kwargs.get("update_fields")
        if fields is not None and self.searched_field not in fields:
            super().save(*args, **kwargs)
            return
        with transaction.atomic(savepoint=False):
            super().save(*args, **kwargs)
            self.keep_words([self])

    @classmethod
    def keep_words(cls, rows: Iterable[Self]) -> None:
        SearchText.objects.keep(row.searched_text() for row in rows)

    def searched_text(self) -> tuple[int, int | None, str]:
        """Returns conversation, message or None, and text."""
        raise NotImplementedError
