"""What is packed, unpacked: never far more than articles are."""

from __future__ import annotations

import gzip
import io
import zlib

from retrieval.errors import IngestError

_MOST_PACKED = 100
_SMALL = 16 << 20


def most_unpacked(size: int) -> int:
    """Give how many bytes so many packed ones may hold: text packs well, a bomb better."""
    return _SMALL + _MOST_PACKED * size


def unpacked(data: bytes) -> bytes:
    """Give what gzip packed. Raises IngestError when it is damaged or unpacks to far too much."""
    most = most_unpacked(len(data))
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
            whole = packed.read(most + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise IngestError(f"is damaged ({error}): fetch or pack it again") from error
    if len(whole) > most:
        raise IngestError(f"unpacks to more than {most:,} bytes: split it up")
    return whole
