"""DSPy's adapters, which describe a signature once.

The system message depends on the signature alone: its fields, their types as JSON schemas, its
instructions. DSPy writes it anew for each call, schemas included: 2 to 3% of the samples of a
profile of starting turns. Called by ``provider``; all else is DSPy's own.
"""

from functools import lru_cache
from typing import Any

import dspy


class ChatAdapter(dspy.ChatAdapter):
    """``[[ ## field ## ]]`` markers."""

    def format_system_message(self, signature: Any) -> str:
        return _system_message(self, signature)


class JSONAdapter(dspy.JSONAdapter):
    """One JSON object."""

    def format_system_message(self, signature: Any) -> str:
        return _system_message(self, signature)


@lru_cache(maxsize=64)
def _system_message(adapter: dspy.Adapter, signature: Any) -> str:
    written: str = super(type(adapter), adapter).format_system_message(signature)
    return written
