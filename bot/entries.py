"""Exported articles as JSON lines: each one's keys are the fields of ``Entry``."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import sys
import zlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any, cast

from bot.jsonable import dumps
from bot.whole import whole
from retrieval.errors import QuothError
from retrieval.types import Entry, Offsets

_KEYS = tuple(field.name for field in fields(Entry))
_NULLABLE = {"publisher", "published", "language", "url"}
_MAY_BE_EMPTY = {"title", "record"}
_LANGUAGE = re.compile("[a-z]{2,3}")
_OTHERS = "`quoth index FILE` reads other JSON lines"


def to_line(entry: Entry) -> str:
    """An entry as a line of JSON."""
    return dumps(asdict(entry))


def from_line(line: bytes) -> Entry:
    """The entry that a line holds. Raises ValueError, with the reason."""
    try:
        told = json.loads(line.decode())
    except UnicodeDecodeError:
        raise ValueError("it isn't UTF-8") from None
    except (ValueError, RecursionError):
        raise ValueError("it is no JSON: the file may be cut off here") from None
    if not isinstance(told, dict) or not told.keys() <= set(_KEYS):
        raise ValueError(f"it is no line of `quoth export`: {_OTHERS}")
    missing = [key for key in _KEYS if key not in told]
    if missing:
        raise ValueError(f"it has no {missing[0]!r}, as lines of `quoth export` have: {_OTHERS}")
    for key in _KEYS:
        if key != "boilerplate":
            _require_text(key, told[key])
    if told["language"] is not None and not _LANGUAGE.fullmatch(told["language"]):
        raise ValueError(f"its 'language' is {told['language']!r}, no code of two letters")
    told["published"] = _day(told["published"])
    told["boilerplate"] = _spans(told["boilerplate"], len(told["text"]))
    return Entry(**told)


@contextmanager
def at_hand(path: Path) -> Iterator[Path]:
    """A file that can be read twice: ``path``, or a copy of a pipe, ``-`` or a packed file.

    Raises QuothError where it can't be read.
    """
    packed = path.suffix == ".gz"
    if path.is_file() and not packed:
        yield path
        return
    with NamedTemporaryFile("wb", suffix=".jsonl") as copy:
        try:
            with _source(path, packed) as source:
                shutil.copyfileobj(source, copy)
            copy.flush()
        except (OSError, EOFError, zlib.error) as error:
            raise QuothError(f"{path} can't be read ({error}): name another file") from error
        yield Path(copy.name)


def _source(path: Path, packed: bool) -> AbstractContextManager[IO[bytes]]:
    if str(path) == "-":
        return nullcontext(sys.stdin.buffer)
    return cast("IO[bytes]", gzip.open(path)) if packed else path.open("rb")


def entries(path: Path, named: Path | None = None) -> Iterator[tuple[Entry, int]]:
    """The entries of a file, each with the bytes read by then.

    Raises QuothError, naming the line and the file (as ``named``), where one isn't an entry or
    the file can't be read.
    """
    done = 0
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                done += len(line)
                try:
                    entry = from_line(line)
                except ValueError as error:
                    raise QuothError(f"line {number} of {named or path}: {error}") from None
                yield entry, done
    except OSError as error:
        raise QuothError(f"{path} can't be read ({error.strerror}): name another file") from error


def write_file(path: Path, found: Iterator[Entry]) -> int:
    """Write entries to a file, whole or not at all; give how many. Raises QuothError."""
    count = 0
    try:
        with whole(path) as file:
            for entry in found:
                file.write(f"{to_line(entry)}\n")
                count += 1
    except OSError as error:
        raise QuothError(
            f"can't write to {path} ({error.strerror}): name a file of a folder that may be "
            "written and has room"
        ) from error
    return count


def _require_text(key: str, value: Any) -> None:
    if value is None and key in _NULLABLE:
        return
    if not isinstance(value, str) or not (value or key in _MAY_BE_EMPTY):
        raise ValueError(f"its {key!r} is {type(value).__name__}, or empty, where a text belongs")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError(f"its {key!r} holds half a character (a lone surrogate)") from None


def _day(value: str | None) -> date | None:
    try:
        return None if value is None else date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"its 'published' is {value!r}, no day like 2022-04-06") from None


def _spans(value: Any, length: int) -> tuple[Offsets, ...]:
    wrong = ValueError("its 'boilerplate' isn't ranges of the text, in their order")
    try:
        spans = tuple((start, end) for start, end in value)
    except (TypeError, ValueError):
        raise wrong from None
    edges = [edge for span in spans for edge in span]
    if any(type(edge) is not int for edge in edges) or edges != sorted(edges):
        raise wrong
    if edges and not (edges[0] >= 0 and edges[-1] <= length):
        raise wrong
    return spans


def shaped(counts: Mapping[str, object]) -> dict[str, object]:
    """What is told of a run of importing."""
    kinds = ("added", "updated", "unchanged", "duplicate", "failed", "elapsed_s")
    return {kind: counts[kind] for kind in kinds}
