"""Draft: what an answer has streamed so far, and its comparison with the final prediction."""

from collections.abc import Sequence
from typing import Any

import dspy
from dspy.streaming import StreamResponse

from chat.engine.assistant.json_items import ItemSplitter
from chat.engine.assistant.listener import NATIVE_REASONING, WholeValue
from chat.engine.assistant.prompt_fit import FittedPrompt
from chat.engine.assistant.signatures import EXAMPLE_ID
from chat.engine.providers.end_of_answer import EndOfAnswer
from chat.engine.providers.output.list_items import item_of, items_of
from chat.kernel.answer import Answer
from chat.kernel.chunks import TEXT_FIELDS, StreamChunk, done_chunk, items_chunk, text_chunk
from chat.kernel.clean_text import PairJoiner, clean_text
from chat.kernel.items import Artifact, Finding, Item
from chat.kernel.passages import Passage
from chat.kernel.verdict import checked_citations

#: Tokens from which an estimate is good enough to tell that a prompt was cut.
_SURELY_ESTIMATED = 4_000
_ITEM_MODELS: dict[str, type[Item]] = {"findings": Finding, "artifacts": Artifact}


class Draft:
    """Turns DSPy's values into chunks. One per turn."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = dict.fromkeys(TEXT_FIELDS, "")
        self._joiners = {name: PairJoiner() for name in (*TEXT_FIELDS, NATIVE_REASONING)}
        self._native_reasoning = ""  # with which the reasoning begins
        self._items: dict[str, list[Item]] = {name: [] for name in _ITEM_MODELS}
        self._raw_lists: dict[str, str] = dict.fromkeys(_ITEM_MODELS, "")
        self._splitters = {name: ItemSplitter() for name in _ITEM_MODELS}
        self._growing_list = ""
        self._passages: list[Passage] = []
        self._usage: dict[str, Any] = {}
        self._prompt_tokens = 0
        self.cuts: dict[str, int] = {"history_cut": 0}  # what the model did not get

    @property
    def has_text(self) -> bool:
        return any(self._texts.values()) or any(self._items.values())

    def note(self, prompt: FittedPrompt) -> None:
        self.cuts = prompt.facts
        self._prompt_tokens = prompt.tokens

    def take(self, chunk: StreamChunk) -> Sequence[StreamChunk]:
        """For a chunk made by the program: the passages it read."""
        self._passages += [each for each in chunk.content if isinstance(each, Passage)]
        return [chunk]

    def grow(self, responses: Sequence[StreamResponse]) -> list[StreamChunk]:
        """For new text of fields, as the listener read it."""
        chunks: list[StreamChunk] = []
        for response in responses:
            field, text = response.signature_field_name, response.chunk
            if self._growing_list and field != self._growing_list:
                chunks += self.end_list()
            if field in _ITEM_MODELS:
                chunks += self._grow_list(field, text, whole=isinstance(response, WholeValue))
            elif isinstance(response, WholeValue):
                self._joiners[field] = PairJoiner()
                chunks += self._settle_text(field, text)
            elif field in self._joiners and (whole := self._joiners[field].feed(text)):
                chunks.append(self._grow_text(field, whole))
        return chunks

    def _grow_text(self, field: str, text: str) -> StreamChunk:
        if field == NATIVE_REASONING:
            field = "reasoning"
            self._native_reasoning += text
        elif field == "reasoning" and self._texts[field] == self._native_reasoning != "":
            text = f"\n\n{text}"
        self._texts[field] += text
        return text_chunk(field, text)

    def _grow_list(self, field: str, text: str, *, whole: bool) -> list[StreamChunk]:
        if whole:
            self._raw_lists[field], self._splitters[field] = "", ItemSplitter()
        self._growing_list = field
        self._raw_lists[field] += text
        found = self._splitters[field].feed(text)
        items = [item for raw in found if (item := item_of(raw, _ITEM_MODELS[field]))]
        if whole:
            return self._settle_items(field, items)
        self._items[field] += items
        return [items_chunk(field, items)] if items else []

    def end_list(self) -> list[StreamChunk]:
        """Bullets, a table and JSON with a mistake in it are read when they are whole."""
        if not self._growing_list:
            return []
        field, self._growing_list = self._growing_list, ""
        return self._settle_items(field, items_of(self._raw_lists[field], _ITEM_MODELS[field]))

    def settle(self, prediction: dspy.Prediction) -> list[StreamChunk]:
        """Replace whatever streamed differently from the final value, or not at all."""
        chunks = []
        for field in self._texts:
            chunks += self._settle_text(field, str(prediction.get(field) or ""))
        for field in self._items:
            chunks += self._settle_items(field, list(prediction.get(field) or []))
        self._usage = prediction.get_lm_usage() or {}
        return [*chunks, *self._checked_citations()]

    def _settle_text(self, field: str, text: str) -> list[StreamChunk]:
        final = clean_text(text)
        if field == "reasoning":
            final = "\n\n".join(part for part in (self._native_reasoning, final) if part)
        if final == self._texts[field]:
            return []
        self._texts[field] = final
        return [text_chunk(field, final, replace=True)]

    def _settle_items(self, field: str, items: list[Item]) -> list[StreamChunk]:
        if items == self._items[field]:
            return []
        self._items[field] = items
        return [items_chunk(field, items, replace=True)]

    def _checked_citations(self) -> list[StreamChunk]:
        """Every citation of the answer, once each, with what checking it found."""
        parts = {"passages": self._passages, **self._texts, **self._items}
        answer = Answer.model_validate(parts)
        found = checked_citations(answer)
        return [items_chunk("citations", found)] if found else []

    def conclude(self, end: EndOfAnswer, metadata: dict[str, Any]) -> list[StreamChunk]:
        """The last chunks of an answer that the provider ended in order, complete or not."""
        chunks = []
        if end.kind == "refused" and end.words and not self._texts["response"]:
            chunks.append(self._grow_text("response", end.words))
        facts = self.facts()
        facts |= {name: count for name, count in end.tokens().items() if facts[name] is None}
        if end.outcome:
            facts |= {"outcome": end.outcome, "end_reason": end.reason}
        return [*chunks, done_chunk(**metadata, **facts)]

    def facts(self) -> dict[str, Any]:
        """For the terminal chunk: token counts (None if unknown) and whether the answer has
        sources.
        """
        tokens = list(self._usage.values())
        tokens_in = _total(tokens, "prompt_tokens", "input_tokens")
        return {
            **self.cuts,
            "prompt_cut": int(_was_truncated(tokens_in, self._prompt_tokens)),
            "copied_example": int(EXAMPLE_ID in self._texts["response"]),
            "tokens_in": tokens_in,
            "tokens_out": _total(tokens, "completion_tokens", "output_tokens"),
            "sourced": bool(self._passages),
        }


def _was_truncated(reported: int | None, sent: int) -> bool:
    """A small server drops the beginning of a prompt that is too long for it, and says nothing.

    Ours is an estimate, so only half of it counts as a cut; a cached part may not be reported.
    """
    return reported is not None and sent > _SURELY_ESTIMATED and 500 < reported < sent // 2


def _total(usages: list[dict[str, Any]], *names: str) -> int | None:
    counts = [usage[name] for usage in usages for name in names if usage.get(name) is not None]
    return sum(counts) if counts else None
