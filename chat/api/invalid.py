"""What pydantic found wrong with a request, as one plain sentence that names the field."""

from typing import Any

from ninja.errors import ValidationError

from chat.errors import InvalidInput

#: pydantic's type of error -> what a person would say. ``ctx`` fills the braces.
_WORDS = {
    "missing": "is missing.",
    "extra_forbidden": "is not a field that is known here.",
    "string_type": "must be text.",
    "string_too_short": "must not be empty.",
    "string_too_long": "may have {max_length} characters at most.",
    "string_pattern_mismatch": "has characters that are not allowed.",
    "string_unicode": "is not valid Unicode.",
    "int_type": "must be a whole number.",
    "int_parsing": "must be a whole number.",
    "greater_than_equal": "must be {ge} or more.",
    "less_than_equal": "must be {le} or less.",
    "list_type": "must be a list.",
    "too_short": "must have {min_length} or more items.",
    "too_long": "may have {max_length} items at most.",
    "literal_error": "must be one of {expected}.",
    "dict_type": "must be an object.",
    "model_type": "must be an object.",
    "model_attributes_type": "must be an object.",
}
#: Where ninja says a value came from; programs know that.
_SOURCES = ("body", "path", "query", "header", "cookie", "form", "file")


def as_invalid_input(exc: ValidationError) -> InvalidInput:
    """The first problem; the others often follow from it."""
    error = exc.errors[0]
    field = _field(error["loc"])
    return InvalidInput(f"{field or 'The body'} {_problem(error)}", field=field or None)


def _field(loc: tuple[str | int, ...]) -> str:
    """``("body", "question", "messages", 0, "content")`` -> ``messages.0.content``."""
    parts = list(loc)
    if parts and parts[0] in _SOURCES:
        source = parts.pop(0)
        # Next comes the name of the view's parameter, which is no part of a body.
        if source == "body" and parts:
            parts.pop(0)
    return ".".join(str(part) for part in parts)


def _problem(error: dict[str, Any]) -> str:
    words = _WORDS.get(error["type"])
    if words is not None:
        return words.format_map(error.get("ctx", {}))
    said = str(error["msg"]).removeprefix("Value error, ")
    return f"is not usable: {said}".rstrip(".") + "."
