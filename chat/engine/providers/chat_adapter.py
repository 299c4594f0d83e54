"""DSPy's ChatAdapter, for which only the names of output fields are markers.

DSPy ends a field at any line ``[[ ## anything ## ]]`` and drops what follows, so that an answer
which quotes such a line was cut and called complete. ``field_splitters.ChatSplitter`` follows the
same rules while the output streams.
"""

import re
from collections.abc import Collection
from typing import Any

import dspy
from dspy.adapters.utils import apply_output_field_defaults, parse_value
from dspy.utils.exceptions import AdapterParseError

#: What ends the output. Models write it as a field.
COMPLETED = "completed"
_MARKER = re.compile(r"\[\[ ## (\w+) ## \]\]")


class FieldChatAdapter(dspy.ChatAdapter):
    """Without DSPy's fallback: it would call the model a second time after visible output."""

    def __init__(self) -> None:
        super().__init__(use_json_adapter_fallback=False)

    def parse(self, signature: type[dspy.Signature], completion: str) -> dict[str, Any]:
        try:
            fields: dict[str, Any] = {
                name: parse_value(text, signature.output_fields[name].annotation)
                for name, text in texts_of(completion, signature.output_fields).items()
            }
        except ValueError as exc:
            raise AdapterParseError(
                adapter_name="ChatAdapter",
                signature=signature,
                lm_response=completion,
                message=f"A field of the output does not fit: {exc}",
            ) from exc
        fields = apply_output_field_defaults(signature, fields)
        if fields.keys() != signature.output_fields.keys():
            raise AdapterParseError(
                adapter_name="ChatAdapter",
                signature=signature,
                lm_response=completion,
                parsed_result=fields,
            )
        return fields


def texts_of(completion: str, names: Collection[str]) -> dict[str, str]:
    """The raw text of each field; the first occurrence of a field counts."""
    sections: list[tuple[str, list[str]]] = []
    for line in completion.splitlines():
        marker = _MARKER.match(line.strip())
        if marker and (marker[1] in names or marker[1] == COMPLETED):
            # As DSPy does: the offset in the stripped line cuts the unstripped one.
            sections.append((marker[1], [line[marker.end() :].strip()]))
        elif sections:
            sections[-1][1].append(line)
    found: dict[str, str] = {}
    for name, lines in sections:
        if name in names:
            found.setdefault(name, "\n".join(lines).strip())
    return found
