"""What is wrong with a value that somebody gave, and what would be right: pydantic's finding in
words that go behind the value's name. The value itself isn't told, as it may be a secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_WHOLE, _NUMBER, _TEXT, _YES_NO = "a whole number", "a number", "text", "true or false"
_KINDS = {
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": "a whole number of fewer digits",
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": "a finite number",
    "string_type": _TEXT,
    "string_sub_type": _TEXT,
    "string_unicode": "text in UTF-8",
    "bool_type": _YES_NO,
    "bool_parsing": _YES_NO,
    "path_type": "a path",
}
_BOUNDS = {
    "greater_than_equal": ("at least", "ge"),
    "less_than_equal": ("at most", "le"),
    "greater_than": ("more than", "gt"),
    "less_than": ("less than", "lt"),
}


def complaint(error: Mapping[str, Any]) -> str:
    """Tell what one of pydantic's errors finds wrong: “must be at least 1”, “is missing”.

    A validator of our own says it in the ValueError that it raises.
    """
    kind, told = error["type"], error.get("ctx", {})
    if kind == "missing":
        return "is missing"
    if kind == "value_error":
        return str(told["error"])
    if kind == "literal_error":
        return f"must be {told['expected']}"
    if kind == "string_too_short":
        return "must not be empty"
    if kind in _BOUNDS:
        words, bound = _BOUNDS[kind]
        return f"must be {words} {told[bound]:,.10g}"
    return f"must be {_KINDS[kind]}" if kind in _KINDS else f"is wrong ({kind.replace('_', ' ')})"
