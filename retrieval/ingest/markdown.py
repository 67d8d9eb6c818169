"""Markdown with front matter; the body is stored as it stands."""

from __future__ import annotations

import re
from dataclasses import replace

from retrieval.ingest.decode import decode
from retrieval.ingest.fields import draft_of, order_in
from retrieval.ingest.matter import split_matter
from retrieval.types import Draft

_HEADING = re.compile(r"^#[ \t]+([^\r\n]{1,300})", re.M)
_FENCE = re.compile(r"^(?:```|~~~)[\s\S]*?^(?:```|~~~)", re.M)


def read_markdown(data: bytes) -> Draft:
    """The article of a Markdown file: its body verbatim, its metadata from the front matter.

    The title is the front matter's, else the first "# heading". Raises IngestError for
    front matter that can't be read.
    """
    fields, body = split_matter(decode(data))
    draft = draft_of(fields, lambda: order_in([fields]), text=body)
    return draft if draft.title else replace(draft, title=_heading(body))


def _heading(body: str) -> str | None:
    found = _HEADING.search(_FENCE.sub("", body))
    return (found[1].rstrip(" \t#") or None) if found else None
