"""What DSPy's stream yields, as JSON: for whoever sets a provider up.

    {"kind": "StreamResponse", "value": [{"predict_name": "general", "chunk": "A bank ", …}]}

The API's debug stream and ``manage.py ask --raw`` show it.
"""

import dataclasses
import json

import dspy
from pydantic import BaseModel


def raw_json(value: object) -> str:
    """One line of JSON, with ``repr`` for values that JSON cannot hold."""
    return json.dumps({"kind": _kind(value), "value": _plain(value)}, ensure_ascii=False)


def _kind(value: object) -> str:
    """A list is named after its items: DSPy yields lists of ``StreamResponse``."""
    return _kind(value[0]) if isinstance(value, list) and value else type(value).__name__


def _plain(value: object) -> object:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case BaseModel():
            return value.model_dump(mode="json")
        case dspy.Prediction():
            usage = value.get_lm_usage() or {}
            return {"fields": _plain(dict(value.items())), "usage": _plain(usage)}
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return _plain(dataclasses.asdict(value))
        case _:
            return repr(value)
