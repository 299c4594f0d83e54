"""Parses a model's whole output into typed values. Misfits are repaired or dropped."""

from functools import lru_cache
from typing import Any, Literal, get_args, get_origin

import dspy
from dspy.adapters.utils import apply_output_field_defaults, parse_value
from pydantic.fields import FieldInfo

from chat.engine.providers.output.field_set import folded
from chat.engine.providers.output.fields import Fields
from chat.engine.providers.output.list_items import items_of
from chat.engine.providers.output.reader import AnswerReader
from chat.kernel.items import Item

#: The reader copies what is left of a piece at each line and escape: an output as one piece would
#: cost the square of its length.
_PIECE_CHARS = 2_000


@lru_cache(32)
def fields_of(signature: Any) -> Fields:  # a Signature, of which mypy knows no hash
    return Fields.of(signature)


def read_fields(output: str, fields: Fields) -> dict[str, str]:
    """The text of each field present, list fields as written."""
    reader = AnswerReader(fields)
    pieces = (output[at : at + _PIECE_CHARS] for at in range(0, len(output), _PIECE_CHARS))
    texts = folded([*(delta for piece in pieces for delta in reader.feed(piece)), *reader.finish()])
    return dict.fromkeys(reader.opened, "") | texts


def values_in(output: str, signature: type[dspy.Signature]) -> dict[str, Any]:
    """A missing field gets its default; without one it is left out."""
    texts = read_fields(output, fields_of(signature))  # type: ignore[arg-type]
    values = {name: _value(text, signature.output_fields[name]) for name, text in texts.items()}
    found: dict[str, Any] = apply_output_field_defaults(
        signature, {name: value for name, value in values.items() if value is not None}
    )
    return found


def item_type(annotation: Any) -> type[Item] | None:
    """``list[Finding]`` -> ``Finding``."""
    inner = get_args(annotation)
    if get_origin(annotation) is list and isinstance(inner[0], type) and issubclass(inner[0], Item):
        return inner[0]
    return None


def _value(text: str, field: FieldInfo) -> Any:
    if field.annotation is str:
        return text
    if model := item_type(field.annotation):
        return items_of(text, model)
    if get_origin(field.annotation) is Literal:
        return next((word for word in get_args(field.annotation) if _same(word, text)), None)
    try:
        return parse_value(text, field.annotation)
    except ValueError:
        return None


def _same(word: object, text: str) -> bool:
    return str(word).casefold() == text.strip("\"'*_` .").casefold()
