"""The file of a vector index.

    8 bytes   magic
    8 bytes   format version, length of the header (little-endian uint32 each)
    header    JSON: generation, count, dimension
    ids       count x int64, little-endian, growing
    index     what faiss.serialize_index gives
    32 bytes  SHA-256 of everything before it

A file that is anything else counts as damaged.
"""

from __future__ import annotations

import hashlib
import json
import logging
import struct
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np

from retrieval.engines import atomic
from retrieval.engines.ids import Ids

MAGIC = b"QUOTHVEC"
VERSION = 1
START = struct.Struct("<8sII")
DIGEST_SIZE = hashlib.sha256().digest_size

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A state of the index that never changes: row i of ``flat`` is the vector of ``ids[i]``."""

    generation: int
    ids: Ids
    flat: faiss.IndexFlatIP


def empty(dimension: int) -> Snapshot:
    """Give the snapshot that holds nothing, of generation -1."""
    return Snapshot(-1, np.empty(0, np.int64), faiss.IndexFlatIP(dimension))


def read(path: Path, dimension: int) -> Snapshot | None:
    """Give what a file holds; None when it is missing, damaged or of another dimension."""
    try:
        return _parse(path.read_bytes(), dimension)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: FAISS can't read it
        logger.warning("%s can't be used and is built anew: %s", path, error)
        return None


def generation(path: Path) -> int:
    """Give the generation that a file claims, unchecked; -1 when it tells none."""
    try:
        with path.open("rb") as file:
            magic, _, length = START.unpack(file.read(START.size))
            return int(json.loads(file.read(length))["generation"]) if magic == MAGIC else -1
    except (OSError, ValueError, KeyError, TypeError, struct.error):
        return -1


def write(path: Path, snapshot: Snapshot) -> None:
    """Put a snapshot in place, whole or not at all. Raises OSError."""
    header = json.dumps(
        {
            "generation": snapshot.generation,
            "count": len(snapshot.ids),
            "dimension": snapshot.flat.d,
        }
    ).encode()
    parts = (
        START.pack(MAGIC, VERSION, len(header)),
        header,
        snapshot.ids.astype("<i8").tobytes(),
        faiss.serialize_index(snapshot.flat).data,
    )
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    atomic.replace(path, (*parts, digest.digest()))


def _parse(data: bytes, dimension: int) -> Snapshot:
    view = memoryview(data)
    body, digest = view[:-DIGEST_SIZE], view[-DIGEST_SIZE:]
    if len(data) < START.size + DIGEST_SIZE or hashlib.sha256(body).digest() != digest:
        raise ValueError("it is damaged or cut short")
    magic, version, length = START.unpack_from(body)
    if (magic, version) != (MAGIC, VERSION):
        raise ValueError("it has another format")
    ids_at = START.size + length
    header = json.loads(bytes(body[START.size : ids_at]))
    if header["dimension"] != dimension:
        raise ValueError(f"its vectors have {header['dimension']} dimensions, not {dimension}")
    count = header["count"]
    ids = np.frombuffer(body, "<i8", count, ids_at).astype(np.int64)
    flat = faiss.deserialize_index(np.frombuffer(body, np.uint8, offset=ids_at + ids.nbytes))
    if not isinstance(flat, faiss.IndexFlatIP) or flat.ntotal != count:
        raise ValueError("it holds another kind of index")
    return Snapshot(header["generation"], ids, flat)
