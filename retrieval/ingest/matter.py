"""The front matter of a Markdown file: YAML between ---, TOML between +++, or a JSON object."""

from __future__ import annotations

import json
import re
import tomllib

from retrieval.errors import IngestError

_TOML = re.compile(r"\+\+\+[ \t]*\r?\n(.*?)^\+\+\+[ \t]*(?:\r?\n|\Z)", re.S | re.M)
_JSON = re.compile(r"\{\s*\"")
_IN_QUOTES = "put values that hold a colon in quotes"


def split_matter(text: str) -> tuple[dict[str, object], str]:
    """The fields of a file's front matter, and the text below it; no fields where none stands.

    Raises IngestError for front matter that can't be read, with the line.
    """
    for split in (_toml, _json, _yaml):
        found = split(text)
        if found is not None:
            fields, body = found
            return fields, body.lstrip("\r\n")
    return {}, text


def _toml(text: str) -> tuple[dict[str, object], str] | None:
    found = _TOML.match(text)
    if not found:
        return None
    try:
        return tomllib.loads(found[1].replace("\r\n", "\n")), text[found.end() :]
    except (ValueError, RecursionError) as error:
        raise IngestError(f"has front matter that is not TOML ({_below(str(error))})") from error


def _json(text: str) -> tuple[dict[str, object], str] | None:
    if not _JSON.match(text):
        return None
    try:
        fields, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError) as error:
        where = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else str(error)
        raise IngestError(f"has front matter that is not JSON ({where})") from error
    return fields, text[end:]


def _yaml(text: str) -> tuple[dict[str, object], str] | None:
    import yaml
    from frontmatter.default_handlers import YAMLHandler

    handler = YAMLHandler()
    if not handler.detect(text):
        return None
    try:
        matter, body = handler.split(text)
    except ValueError:
        return None
    try:
        fields = handler.load(matter)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else str(error)
        reason = f"has front matter that is not YAML ({where}): {_IN_QUOTES}"
        raise IngestError(reason) from error
    return (fields, body) if isinstance(fields, dict) else ({}, text)


def _below(message: str) -> str:
    """What tomllib says with the lines counted from the file's first, the fence."""
    return re.sub(r"(?<=\(at line )\d{1,9}", lambda found: str(int(found[0]) + 1), message)
