"""Rich Text (.rtf) to text, by striprtf: without notes, hidden fields and what was struck out."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from retrieval.errors import IngestError
from retrieval.types import Draft

_INFO = 20_000
"""Characters at the beginning of a file in which it tells of itself."""

_FIELD = re.compile(r"\{\\\*\\fldinst[^{}]*(?:\{[^{}]*\}[^{}]*)*\}")
"""What a field was made by; striprtf would write a link's address into the sentence."""

_DELETED = re.compile(r"\{(?:\\[a-z]{1,30}-?\d{0,10} ?){0,30}\\deleted\b[^{}]*\}")
_CREATED = re.compile(r"\{\\creatim\\yr(\d{1,4})\\mo(\d{1,2})\\dy(\d{1,2})")


def read_rtf(data: bytes) -> Draft:
    """The article of a Rich Text file: its text, title, author and date of creation.

    Raises IngestError for a file of another kind.
    """
    if not data.lstrip()[:5].lower() == b"{\\rtf":
        raise IngestError("is not Rich Text: save it as .rtf, or give it the ending of what it is")
    written = data.decode("latin-1")
    info = written[:_INFO]
    return Draft(
        text=_laid_out(_plain(_DELETED.sub("", _FIELD.sub("", written)))),
        title=_told(info, "title"),
        publisher=_told(info, "author"),
        published=_created(info),
    )


def _plain(rich: str) -> str:
    from striprtf import striprtf

    convert: Any = striprtf.rtf_to_text  # it has no types
    try:
        text: str = convert(rich, errors="replace").replace("\xad", "")
    except (OverflowError, ValueError) as error:  # the number of no character
        raise IngestError(f"is damaged ({error}): save it anew") from error
    # Characters beyond the first 65,536 are written as two halves.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _laid_out(text: str) -> str:
    """Paragraphs with an empty line between them; rows of tables below each other."""
    laid, in_table = "", False
    for line in filter(None, (line.strip(" ") for line in text.splitlines())):
        is_row = line.endswith("|")
        laid += "\n" if is_row and in_table else "\n\n"
        laid += " | ".join(map(str.strip, line[:-1].split("|"))) if is_row else line
        in_table = is_row
    return laid.strip("\n")


def _told(info: str, name: str) -> str | None:
    found = re.search(rf"\{{\\(?:\*\\)?{name} ([^{{}}]{{1,1000}})\}}", info)
    if not found:
        return None
    page = re.search(r"\\ansicpg\d{1,5}", info)
    words = _plain(f"{{\\rtf1{page[0] if page else ''} {found[1]}}}")
    return " ".join(words.split()) or None


def _created(info: str) -> date | None:
    found = _CREATED.search(info)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
