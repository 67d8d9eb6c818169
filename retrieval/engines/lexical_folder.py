"""The folder of a lexical index: whether what lies there can be trusted, and how it changes.

Tantivy ends each of its files with a checksum (a footer of JSON, its length and a magic number)
but never compares it, and panics on some damaged files. So it is compared here. Beside them lies
what generation of the database they hold, and the hash of meta.json, which names the others.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import tantivy

from retrieval.engines import sealed
from retrieval.engines.base import NEVER, LexicalDocument
from retrieval.engines.ids import Ids, blocks, minus

MAX_DELETED = 0.02
"""Share of removed documents in the statistics above which an index is built anew."""

BLOCK = 4096
"""Documents fetched at a time."""

HEAP_BYTES = 50_000_000
"""Memory of the writer; with 15 MB, building took twice as long and left nine segments."""

META = "meta.json"
STATE = "generation.json"

PARTS = (".fast", ".fieldnorm", ".idx", ".pos", ".store", ".term")
"""How the names of a segment's files end. Tantivy may miss one no sooner than in a search."""

UNTOLD = NEVER - 1
"""The generation of an index that doesn't tell it."""

FOOTER_END = struct.Struct("<II")
FOOTER_MAGIC = 1337


Fetch = Callable[[Ids], Iterable[LexicalDocument]]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", indexed=True, fast=True)
    for name in ("title", "body"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


SCHEMA = _schema()


def generation(folder: Path) -> int:
    """Give the generation that the index stands at; NEVER when there is none.

    One in the middle of a change, or killed there, tells the generation before. UNTOLD is that
    of one made before this was noted. Raises OSError, and ValueError when it is damaged.
    """
    try:
        meta = _digest(folder)
    except FileNotFoundError:
        return NEVER
    try:
        told = sealed.read(folder / STATE)
    except FileNotFoundError:
        return UNTOLD
    if told["name"] != folder.name:
        raise ValueError(f"it is that of {told['name']}")
    if told["meta"] not in (None, meta):
        raise ValueError("meta.json is not that of its last change")
    return int(told["generation"])


def begin(folder: Path, generation: int) -> None:
    """Note that a change of an index that stands at a generation follows. Raises OSError."""
    _note(folder, generation, None)


def end(folder: Path, generation: int) -> None:
    """Note the generation that the index now stands at. Raises OSError."""
    _note(folder, generation, _digest(folder))


def opened(folder: Path, check: bool) -> tantivy.Index:
    """Give the index in the folder, after comparing all checksums if ``check``.

    Raises FileNotFoundError when there is none, other OSErrors, and ValueError when it is
    damaged, has another schema, or tantivy refuses (also when it can't write its lock there).
    """
    try:
        meta = _meta(folder)
        for path in _files(folder, meta) if check else ():
            _compare_checksum(path)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("meta.json or a footer is damaged") from error
    return tantivy.Index(SCHEMA, path=str(folder))


def searcher(folder: Path) -> tantivy.Searcher:
    """Give the present state of the folder, after comparing all checksums; also where it can't be
    written: as tantivy needs to write even for reading, a copy is read then.

    Raises as ``opened`` does.
    """
    with suppress(OSError, ValueError):
        return opened(folder, check=True).searcher()
    with tempfile.TemporaryDirectory(prefix="lexical-") as copy:
        return copied(folder, Path(copy)).searcher()


def created(folder: Path) -> tantivy.Index:
    """Give a new empty index in the folder, in place of what was there. Raises OSError."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    begin(folder, NEVER)
    return tantivy.Index(SCHEMA, path=str(folder))


def copied(folder: Path, into: Path) -> tantivy.Index:
    """Give the index opened in a copy of the folder, for a folder that can't be written."""
    for path in folder.iterdir():
        if path.suffix != ".lock":
            shutil.copyfile(path, into / path.name)
    return opened(into, check=True)


def deleted(folder: Path) -> int:
    """Give how many removed documents still count in the statistics of the index."""
    deletes = (segment["deletes"] for segment in _meta(folder)["segments"])
    return sum(entry["num_deleted_docs"] for entry in deletes if entry)


def held_ids(searcher: tantivy.Searcher) -> Ids:
    """Give the ids of all documents, growing."""
    hits = searcher.search(
        tantivy.Query.all_query(),
        max(1, searcher.num_docs),
        count=False,
        order_by_field="id",
        order=tantivy.Order.Asc,
    ).hits
    return np.fromiter((id for id, _ in hits), np.int64, len(hits))


def held_of(index: tantivy.Index, ids: Ids) -> Ids:
    """Give those of some ids (growing) that the index has documents of."""
    searcher, found = index.searcher(), [np.empty(0, np.int64)]
    for block in blocks(ids, BLOCK):
        query = tantivy.Query.term_set_query(SCHEMA, "id", block.tolist())
        hits = searcher.search(query, len(block), count=False).hits
        held = searcher.fast_field_values("id", [address for _, address in hits])
        found.append(np.array(held, np.int64))
    return np.sort(np.concatenate(found))


def change(index: tantivy.Index, gone: Ids, new: Ids, fetch: Fetch, dead: int) -> None:
    """Remove documents that the index has and add some that it hasn't, in one commit.

    ``dead`` removed documents still count in its statistics. Ids that ``fetch`` gives no
    document for are left out. Raises ValueError when tantivy can't write, BlockingIOError
    when something else is writing, and whatever ``fetch`` raises; nothing is changed then.
    """
    if not len(gone) and not len(new):
        return
    dead += len(gone)
    anew = len(gone) > 0 and dead > MAX_DELETED * (index.searcher().num_docs + len(new) + dead)
    if anew:
        new = np.union1d(minus(held_ids(index.searcher()), gone), new)
    writer = _writer(index)
    try:
        if anew:
            writer.delete_all_documents()
        elif len(gone):
            condemned = tantivy.Query.term_set_query(SCHEMA, "id", gone.tolist())
            writer.delete_documents_by_query(condemned)
        for block in blocks(new, BLOCK):
            for item in fetch(block):
                _add(writer, item)
        writer.commit()  # a writer used in a with statement doesn't tell when this fails
    finally:
        writer.wait_merging_threads()  # gives tantivy's lock back too
    index.reload()


def _add(writer: tantivy.IndexWriter, item: LexicalDocument) -> None:
    title, body = " ".join(item.title), " ".join(item.body)
    writer.add_document(tantivy.Document(id=item.id, title=title, body=body))


def _writer(index: tantivy.Index) -> tantivy.IndexWriter:
    try:
        return index.writer(HEAP_BYTES, num_threads=1)
    except ValueError as error:
        if "LockBusy" in str(error):
            raise BlockingIOError("something else is writing the lexical index") from error
        raise


def _note(folder: Path, generation: int, meta: str | None) -> None:
    sealed.write(folder / STATE, {"name": folder.name, "generation": generation, "meta": meta})


def _digest(folder: Path) -> str:
    return hashlib.sha256((folder / META).read_bytes()).hexdigest()


def _meta(folder: Path) -> dict[str, Any]:
    meta: dict[str, Any] = json.loads((folder / META).read_bytes())
    return meta


def _files(folder: Path, meta: dict[str, Any]) -> Iterator[Path]:
    """Give the files that the index needs; others may lie there until they are collected."""
    for segment in meta["segments"]:
        stem = segment["segment_id"].replace("-", "")
        yield from (folder / f"{stem}{part}" for part in PARTS)
        if segment["deletes"]:
            yield folder / f"{stem}.{segment['deletes']['opstamp']}.del"


def _compare_checksum(path: Path) -> None:
    try:
        data = memoryview(path.read_bytes())
    except FileNotFoundError as error:
        raise ValueError(f"{path.name} is gone") from error
    if len(data) < FOOTER_END.size:
        raise ValueError(f"{path.name} is cut short")
    length, magic = FOOTER_END.unpack(data[-FOOTER_END.size :])
    end = len(data) - FOOTER_END.size - length
    if magic != FOOTER_MAGIC or end < 0:
        raise ValueError(f"{path.name} is cut short")
    footer = json.loads(bytes(data[end : -FOOTER_END.size]))
    if footer["crc"] != zlib.crc32(data[:end]):
        raise ValueError(f"{path.name} is damaged")
