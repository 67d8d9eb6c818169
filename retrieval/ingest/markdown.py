"""Markdown with front matter; the body is stored as it stands."""

from __future__ import annotations

import re

from retrieval.errors import IngestError
from retrieval.ingest.decode import decode
from retrieval.ingest.language import language_code
from retrieval.ingest.publication import parse_date
from retrieval.types import Draft

_HEADING = re.compile(r"^#[ \t]+([^\r\n]{1,300})", re.M)
_FENCE = re.compile(r"^(?:```|~~~)[\s\S]*?^(?:```|~~~)", re.M)


def read_markdown(data: bytes) -> Draft:
    """The article of a Markdown file: its body verbatim, its metadata from the front matter.

    The title is the front matter's, else the first "# heading". Raises IngestError for
    front matter that isn't YAML.
    """
    fields, body = _split(decode(data))
    return Draft(
        text=body,
        id=_text(fields, "id"),
        title=_text(fields, "title") or _heading(body),
        publisher=_text(fields, "publisher", "source"),
        published=parse_date(fields.get("date") or fields.get("published")),
        language=language_code(fields.get("language") or fields.get("lang")),
        url=_text(fields, "url"),
    )


def _split(text: str) -> tuple[dict[str, object], str]:
    import yaml
    from frontmatter.default_handlers import YAMLHandler

    handler = YAMLHandler()
    if not handler.detect(text):
        return {}, text
    try:
        matter, body = handler.split(text)
    except ValueError:
        return {}, text
    try:
        fields = handler.load(matter)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise IngestError(f"has front matter that is not YAML ({_advice(error)}") from error
    return (fields, body.lstrip("\r\n")) if isinstance(fields, dict) else ({}, text)


def _advice(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    where = f"line {mark.line + 1}" if mark else str(error)
    return f"{where}): put values that hold a colon in quotes"


def _text(fields: dict[str, object], *names: str) -> str | None:
    for name in names:
        value = fields.get(name)
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            return str(value).strip() or None
    return None


def _heading(body: str) -> str | None:
    found = _HEADING.search(_FENCE.sub("", body))
    return (found[1].rstrip(" \t#") or None) if found else None
