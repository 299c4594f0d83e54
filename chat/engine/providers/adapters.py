"""Writes signatures for a model and reads its answers: two formats, one reader.

``FieldChatAdapter`` asks for fields after markers, ``FieldJSONAdapter`` for one JSON object, with a
schema where the server accepts one. Both read both formats (``chat.engine.providers.output``), so a
model that uses the other one still succeeds.
"""

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, get_args, get_origin

import dspy
from dspy.adapters.json_adapter import _get_structured_outputs_response_format
from dspy.adapters.utils import serialize_for_json
from dspy.clients.legacy_requests import _strict_json_schema
from dspy.utils.exceptions import (
    AdapterParseError,
    LMError,
    LMInvalidRequestError,
    LMUnsupportedFeatureError,
)

from chat.engine.providers.failure_table import ProviderFailure
from chat.engine.providers.output.settling import item_type, values_in
from chat.kernel.answer_errors import ProviderRefusedRequest

logger = logging.getLogger(__name__)

#: Response formats of a request.
ResponseFormat = Literal["json_schema", "json_object", "none"]
#: Signatures that one adapter sees: ours, and the versions of an optimised program.
_MOST_SIGNATURES = 32
#: Options a server may not support, and the words of its refusals.
_REFUSALS = {
    "response_format": "response.?(format|schema)|json.?(schema|object|mode)|structured|grammar",
    "temperature": "temperature",
    "reasoning_effort": "reasoning|thinking",
}


_EXAMPLE = """An example of the form. It is invented: never use its words, ids or rules.

{asked}

The answer to it:

{told}"""


_ONE_OBJECT = "Respond with one JSON object and nothing else:"


@dataclass(frozen=True)
class Example:
    """An example question and answer, returned by a signature's ``example`` method."""

    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]


class _FieldAdapter(dspy.ChatAdapter):
    response_format: ResponseFormat = "none"

    def _prepare(self) -> None:
        # DSPy makes a schema of each field's type for it at each call, which takes 2 ms.
        self._system_message = lru_cache(_MOST_SIGNATURES)(self._write_system_message)
        self._refused: set[str] = set()

    def format_system_message(self, signature: Any) -> str:
        return self._system_message(signature)

    def _write_system_message(self, signature: type[dspy.Signature]) -> str:
        text: str = super().format_system_message(signature)
        if not hasattr(signature, "example"):
            return text
        example: Example = signature.example()
        asked = self.format_user_message_content(signature, example.inputs)
        shown = {name: example.outputs[name] for name in signature.output_fields}
        return f"{text}\n\n{_EXAMPLE.format(asked=asked, told=self._told(shown))}"

    async def acall(
        self,
        lm: dspy.LM,
        lm_kwargs: dict[str, Any],
        signature: type[dspy.Signature],
        demos: list[dict[str, Any]],
        inputs: dict[str, Any],
    ) -> list[dict[str, Any]]:
        """An option that the server refuses is dropped, then and for later calls."""
        options = lm_kwargs | dict.fromkeys(self._refused)
        answers: list[dict[str, Any]]
        try:
            answers = await super().acall(lm, options, signature, demos, inputs)
        except LMError as exc:
            refused = self._refused_option(exc, {**lm.kwargs, **options})
            if refused is None:
                raise
            logger.warning("%s refuses %s; going on without it: %s", lm.model, refused, exc)
            self._refuse(refused)
            options = lm_kwargs | dict.fromkeys(self._refused)
            answers = await super().acall(lm, options, signature, demos, inputs)
        return answers

    def _refused_option(self, exc: Exception, options: dict[str, Any]) -> str | None:
        if not _is_refusal(exc):
            return None
        for option, words in _REFUSALS.items():
            sent = options.get(option) is not None
            if sent and re.search(words, str(exc), re.IGNORECASE):
                return option
        return None

    def _refuse(self, option: str) -> None:
        self._refused.add(option)
        if option == "response_format":
            self.response_format = "none"

    def parse(self, signature: type[dspy.Signature], completion: str) -> dict[str, Any]:
        values = values_in(completion, signature)
        if values.keys() != signature.output_fields.keys():
            raise AdapterParseError(
                adapter_name=type(self).__name__,
                signature=signature,
                lm_response=completion,
                parsed_result=values,
            )
        return values

    def format_conversation_history(
        self, signature: type[dspy.Signature], history_field_name: str, inputs: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Only the conversation itself. A model imitates empty fields and writes nothing else."""
        history: dspy.History = inputs.pop(history_field_name)
        messages = []
        for said in history.messages:
            asked = {name: said[name] for name in signature.input_fields if said.get(name)}
            told = {name: said[name] for name in signature.output_fields if said.get(name)}
            messages += [
                {"role": "user", "content": self.format_user_message_content(signature, asked)},
                {"role": "assistant", "content": self._told(told)},
            ]
        return messages

    def _told(self, values: Mapping[str, Any]) -> str:
        sections = [
            f"[[ ## {name} ## ]]\n{value if isinstance(value, str) else _json(value)}"
            for name, value in values.items()
        ]
        return "\n\n".join([*sections, "[[ ## completed ## ]]"])


class FieldChatAdapter(_FieldAdapter):
    """Fields after markers. Without DSPy's fallback, which would call the model a second time after
    visible output.
    """

    def __init__(self) -> None:
        super().__init__(use_json_adapter_fallback=False)
        self._prepare()


class FieldJSONAdapter(_FieldAdapter, dspy.JSONAdapter):
    def __init__(self, response_format: ResponseFormat) -> None:
        super().__init__(use_native_function_calling=False)
        self.response_format = response_format
        self._prepare()

    def _prepare_response_format(
        self, lm: dspy.LM, lm_kwargs: dict[str, Any], signature: type[dspy.Signature]
    ) -> None:
        """DSPy's capability table denies schemas to servers that accept them."""
        if self.response_format == "json_schema":
            lm_kwargs["response_format"] = _schema(signature)  # type: ignore[arg-type]
        elif self.response_format == "json_object":
            lm_kwargs["response_format"] = {"type": "json_object"}

    def format_field_structure(self, signature: type[dspy.Signature]) -> str:
        """DSPy writes schemas into strings there, which small models imitate."""
        inputs = "\n".join(f"[[ ## {name} ## ]]\n{{{name}}}\n" for name in signature.input_fields)
        outputs = ",\n".join(
            f"  {_json(name)}: {_shape(field.annotation)}"
            for name, field in signature.output_fields.items()
        )
        return f"Inputs look like this:\n\n{inputs}\n{_ONE_OBJECT}\n\n{{\n{outputs}\n}}\n"

    def user_message_output_requirements(self, signature: type[dspy.Signature]) -> str:
        fields = ", ".join(f'"{name}"' for name in signature.output_fields)
        return f"Respond with one JSON object with the fields {fields}, in this order."

    def _told(self, values: Mapping[str, Any]) -> str:
        return _json(dict(values))


def _is_refusal(exc: Exception) -> bool:
    """Whether the request itself was at fault. litellm and lm15 have their own classes."""
    if isinstance(exc, ProviderFailure):
        return isinstance(exc.error, ProviderRefusedRequest)
    return isinstance(exc, LMInvalidRequestError | LMUnsupportedFeatureError)


def _shape(annotation: Any) -> str:
    """``[{"title": text, "severity": "high" or "low", …}, …]``"""
    if model := item_type(annotation):
        members = (
            f'"{name}": {_shape(field.annotation)}' for name, field in model.model_fields.items()
        )
        return f"[{{{', '.join(members)}}}, …]"
    if get_origin(annotation) is Literal:
        return " or ".join(_json(word) for word in get_args(annotation))
    return "text" if annotation is str else "a JSON value"


@lru_cache(_MOST_SIGNATURES)
def _schema(signature: Any) -> dict[str, Any]:
    """Strict: every member required, no others allowed."""
    model = _get_structured_outputs_response_format(signature, False)
    schema = _strict_json_schema(model.model_json_schema())
    return {
        "type": "json_schema",
        "json_schema": {"name": "answer", "schema": schema, "strict": True},
    }


def _json(value: Any) -> str:
    return json.dumps(serialize_for_json(value), ensure_ascii=False)
