"""Turns a pydantic validation error into one plain sentence that names the field."""

from typing import cast

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from ninja.errors import ValidationError
from pydantic_core import ErrorDetails

from chat.kernel.errors import InvalidInput

#: By pydantic error type; ``ctx`` fills the placeholders.
_WORDS = {
    "missing": _("{field} is missing."),
    "extra_forbidden": _("{field} is not a known field."),
    "string_type": _("{field} must be text."),
    "string_too_short": _("{field} must not be empty."),
    "string_too_long": _("{field} can have at most {max_length} characters."),
    "string_pattern_mismatch": _("{field} contains characters that are not allowed."),
    "string_unicode": _("{field} is not valid Unicode."),
    "int_type": _("{field} must be a whole number."),
    "int_parsing": _("{field} must be a whole number."),
    "greater_than_equal": _("{field} must be at least {ge}."),
    "less_than_equal": _("{field} must be at most {le}."),
    "list_type": _("{field} must be a list."),
    "too_short": _("{field} must have {min_length} or more items."),
    "too_long": _("{field} can have at most {max_length} items."),
    "literal_error": _("{field} must be one of {expected}."),
    "dict_type": _("{field} must be an object."),
    "model_type": _("{field} must be an object."),
    "model_attributes_type": _("{field} must be an object."),
}
#: First part of ninja's locations.
_SOURCES = ("body", "path", "query", "header", "cookie", "form", "file")


def as_invalid_input(exc: ValidationError) -> InvalidInput:
    """The first error only: later ones often follow from it."""
    error = cast("ErrorDetails", exc.errors[0])
    field = _field(error["loc"])
    name = field or gettext("The request body")
    return InvalidInput(_problem(error, name), field=field or None)


def _field(loc: tuple[str | int, ...]) -> str:
    """``("body", "question", "messages", 0, "content")`` -> ``messages.0.content``."""
    parts = list(loc)
    if parts and parts[0] in _SOURCES:
        source = parts.pop(0)
        # Then the name of the view's parameter, which is not part of the body.
        if source == "body" and parts:
            parts.pop(0)
    return ".".join(str(part) for part in parts)


def _problem(error: ErrorDetails, name: str) -> str:
    words = _WORDS.get(error["type"])
    if words is not None:
        return str(words).format_map({**error.get("ctx", {}), "field": name})
    said = str(error["msg"]).removeprefix("Value error, ").rstrip(".")
    return gettext("{field} is invalid: {reason}.").format(field=name, reason=said)
