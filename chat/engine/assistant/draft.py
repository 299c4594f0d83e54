"""Draft: what an answer has streamed so far, and its comparison with the final prediction."""

from collections.abc import Sequence
from typing import Any

import dspy
from dspy.streaming import StreamResponse
from dspy.utils.exceptions import AdapterParseError
from pydantic import ValidationError

from chat.engine.assistant.json_items import ItemSplitter
from chat.kernel.chunks import TEXT_FIELDS, StreamChunk, items_chunk, text_chunk
from chat.kernel.citations import check
from chat.kernel.clean_text import PairJoiner, clean_text
from chat.kernel.items import Artifact, CheckedCitation, Finding, Item
from chat.kernel.passages import Passage

_ITEM_MODELS: dict[str, type[Item]] = {"findings": Finding, "artifacts": Artifact}


class Draft:
    """Turns DSPy's values into chunks. One per turn."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = dict.fromkeys(TEXT_FIELDS, "")
        self._items: dict[str, list[Item]] = {name: [] for name in _ITEM_MODELS}
        self._joiners = {name: PairJoiner() for name in TEXT_FIELDS}
        self._splitters = {name: ItemSplitter() for name in _ITEM_MODELS}
        self._passages: dict[str, str] = {}
        self._usage: dict[str, Any] = {}

    @property
    def has_text(self) -> bool:
        return any(self._texts.values()) or any(self._items.values())

    def take(self, chunk: StreamChunk) -> Sequence[StreamChunk]:
        """For a chunk made by the program: the passages it read."""
        read = [each for each in chunk.content if isinstance(each, Passage)]
        self._passages |= {passage.id: passage.text for passage in read}
        return [chunk]

    def grow(self, responses: Sequence[StreamResponse]) -> list[StreamChunk]:
        """For new text of fields, as the listener split it."""
        chunks = []
        for response in responses:
            field, text = response.signature_field_name, response.chunk
            if field in self._texts:
                if whole := self._joiners[field].feed(text):
                    self._texts[field] += whole
                    chunks.append(text_chunk(field, whole))
            elif items := self._new_items(field, text):
                chunks.append(items_chunk(field, items))
        return chunks

    def _new_items(self, field: str, text: str) -> list[Item]:
        found = self._splitters[field].feed(text)
        items = [item for raw in found if (item := _valid(field, raw))]
        self._items[field] += items
        return items

    def settle(self, prediction: dspy.Prediction) -> list[StreamChunk]:
        """Replace whatever streamed differently from the final value, or not at all."""
        chunks = []
        for field, streamed in self._texts.items():
            final = clean_text(str(prediction.get(field) or ""))
            if final != streamed:
                self._texts[field] = final
                chunks.append(text_chunk(field, final, replace=True))
        for field, items in self._items.items():
            final_items: list[Item] = list(prediction.get(field) or [])
            if final_items != items:
                self._items[field] = final_items
                chunks.append(items_chunk(field, final_items, replace=True))
        self._usage = prediction.get_lm_usage() or {}
        return [*chunks, *self._checked_citations()]

    def _checked_citations(self) -> list[StreamChunk]:
        """Every citation of the answer, once each, with its verdict."""
        found = [
            check(text, self._passages)
            for text in (self._texts["analysis"], self._texts["response"])
        ]
        rows = [
            CheckedCitation(passage=c.passage_id, quote=c.quote or "", state=c.state)
            for checked in found
            for c in checked
        ]
        unique = [row for at, row in enumerate(rows) if row not in rows[:at]]
        return [items_chunk("citations", unique)] if unique else []

    def rescue(self, exc: Exception) -> list[StreamChunk]:
        """Keep the text of a model that ignored the format."""
        if isinstance(exc, AdapterParseError) and not self._texts["response"]:
            return [text_chunk("response", exc.lm_response)] if exc.lm_response else []
        return []

    def facts(self) -> dict[str, Any]:
        """For the terminal chunk: token counts (None if unknown) and whether the answer has
        sources.
        """
        tokens = list(self._usage.values())
        return {
            "tokens_in": _total(tokens, "prompt_tokens", "input_tokens"),
            "tokens_out": _total(tokens, "completion_tokens", "output_tokens"),
            "sourced": bool(self._passages),
        }


def _valid(field: str, raw: dict[str, Any]) -> Item | None:
    try:
        return _ITEM_MODELS[field].model_validate(raw)
    except ValidationError:
        return None


def _total(usages: list[dict[str, Any]], *names: str) -> int | None:
    counts = [usage[name] for usage in usages for name in names if usage.get(name) is not None]
    return sum(counts) if counts else None
