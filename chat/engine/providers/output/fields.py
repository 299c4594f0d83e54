"""A signature's output fields, as the reader needs them."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import dspy
import json_repair
from pydantic.fields import FieldInfo

REASONING = "reasoning"
_ANSWER = "response"


@dataclass(frozen=True)
class Fields:
    """``main`` gets unstructured text: an answer in plain prose."""

    names: tuple[str, ...]
    texts: frozenset[str]
    main: str
    inputs: frozenset[str]

    @classmethod
    def of(cls, signature: type[dspy.Signature]) -> "Fields":
        outputs: Mapping[str, FieldInfo] = signature.output_fields
        texts = [name for name, field in outputs.items() if field.annotation is str]
        wanted = [name for name in texts if outputs[name].is_required()]
        main = _ANSWER if _ANSWER in texts else [*outputs, *texts, *wanted][-1]
        return cls(tuple(outputs), frozenset(texts), main, frozenset(signature.input_fields))


def plain_text(value: Any) -> str:
    """The value of a text field for which a model wrote another type."""
    match value:
        case None:
            return ""
        case str():
            return value
        case list() if all(isinstance(each, str) for each in value):
            return "\n".join(f"- {each}" for each in value)
        case bool() | int() | float():
            return json.dumps(value)
        case _:
            return json.dumps(value, ensure_ascii=False, indent=2)


def is_json(raw: str) -> bool:
    try:
        _DECODER.raw_decode(raw)
    except ValueError:
        return False
    return True


def loads_leniently(raw: str) -> Any:
    """Accepts JSON as models write it; None if nothing is readable."""
    try:
        return json.loads(raw, strict=False)
    except ValueError:
        value = json_repair.loads(_FENCE.sub("", raw.strip()), skip_json_loads=True)
        return None if value == "" else value


_DECODER = json.JSONDecoder(strict=False)
_FENCE = re.compile(r"^```\w*\s*|\s*```$")


def members_of(value: Any, fields: Fields) -> dict[str, str]:
    """Fields of a JSON object, or of an object inside it."""
    found: dict[str, str] = {}
    if isinstance(value, dict):
        for key, member in value.items():
            name = str(key).strip().casefold()
            if name in fields.texts:
                found[name] = plain_text(member).strip()
            elif name in fields.names:
                raw = member if isinstance(member, str) else json.dumps(member, ensure_ascii=False)
                found[name] = raw.strip()
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in () if found else inner:
        found = found or members_of(each, fields)
    return found
