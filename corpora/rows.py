"""The files of a data set: JSON objects, one a line."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def rows(folder: Path, name: str) -> list[Row]:
    """Read ``name``.jsonl or ``name``.jsonl.gz of a data set."""
    path = next(folder.glob(f"{name}.jsonl*"))
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    return [json.loads(line) for line in text.split("\n") if line]
