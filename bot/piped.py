"""An article from standard input, kept as a file of the data folder: it is read like any other."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

from retrieval.errors import IngestError, LibraryUnwritable
from retrieval.ingest.decode import decode
from retrieval.ingest.formats import NO_SUFFIX, UNREADABLE, suffix_of

FOLDER = "input"
EMPTY = "standard input is empty: pipe an article into it (quoth index - < article.txt)"
BINARY = "standard input is no text: say what it is by a name (quoth index - --name paper.pdf)"

_MARKUP = r"(?:<\?xml[^>]*>|<!--.*?-->|\s)*<"
_BEGINNINGS = (
    (re.compile(rf"{_MARKUP}(?:!doctype html|html)\b", re.I | re.S), ".html"),
    (re.compile(rf"{_MARKUP}(?:rss|feed|rdf:rdf)\b", re.I | re.S), ".xml"),
    (re.compile(r"(?:---|\+\+\+)\r?\n"), ".md"),
)
_OBJECTS = re.compile(r'\{\s*"|\[\s*\{')


def keep(data: bytes, name: str | None, data_dir: Path) -> Path:
    """Write an article to a file of the data folder, named as told or by what it holds.

    Raises IngestError for nothing or nothing readable, LibraryUnwritable where it can't be
    written.
    """
    if not data.strip():
        raise IngestError(EMPTY)
    path = data_dir / FOLDER / _file_name(data, name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise LibraryUnwritable(
            f"can't write to {path.parent} ({error.strerror}): choose another --data-dir"
        ) from error
    return path


def _file_name(data: bytes, name: str | None) -> str:
    told = Path(name).name if name else f"input-{sha256(data).hexdigest()[:8]}"
    suffix = suffix_of(Path(told))
    if suffix is None:
        raise IngestError(f"{told} {UNREADABLE}")
    return told if suffix != NO_SUFFIX else told + _suffix(data)


def _suffix(data: bytes) -> str:
    """The ending of a file that holds this, told by how it begins."""
    if data.startswith(b"%PDF-"):
        return ".pdf"
    try:
        text = decode(data).lstrip("\ufeff \t\r\n")
    except IngestError:
        raise IngestError(BINARY) from None
    if _is_json(text):
        return ".json"
    if _is_json(text.partition("\n")[0]):
        return ".jsonl"
    if _OBJECTS.match(text):
        return ".json"  # where it is broken, reading it tells
    return next((suffix for begins, suffix in _BEGINNINGS if begins.match(text)), ".txt")


def _is_json(text: str) -> bool:
    if text[:1] not in ("{", "["):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
