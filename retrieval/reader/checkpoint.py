"""The reader's file: its weights, and what is known about them, in safetensors' metadata."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from retrieval.errors import ModelError, shortage
from retrieval.reader.calibration import Calibration

READER = Path(__file__).with_name("reader.safetensors")
"""The file that ships."""

READER_SHA256 = "70a26e642094fe91bdba05b2a0ee454a7a07ec0a6bd094c3ade1968ab92d98d1"

REINSTALL = "Install Quoth again."

_ABOUT = "quoth"
"""The one entry of the metadata, a JSON object: safetensors writes several in any order."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Weights by name as they are stored (weights.py makes them run), with what is known of them.

    ``about`` is a JSON object: ``weights`` tells how they were made, ``calibration`` is
    there once one was fitted to them.
    """

    tensors: Mapping[str, NDArray[Any]]
    about: Mapping[str, Any]

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Take a file apart. Raises SafetensorError, KeyError or ValueError when it is damaged."""
        tensors = load(data)
        header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
        return cls(tensors, json.loads(header["__metadata__"][_ABOUT]))

    @property
    def calibration(self) -> Calibration | None:
        """What was fitted to these weights, if anything was yet."""
        written = self.about.get("calibration")
        return None if written is None else Calibration.of(written)

    def write(self, path: Path) -> str:
        """Write the file; give its SHA-256."""
        about = json.dumps(self.about, ensure_ascii=False, sort_keys=True)
        data = save(dict(self.tensors), {_ABOUT: about})
        path.write_bytes(data)
        return hashlib.sha256(data).hexdigest()


def load_checkpoint(path: Path = READER) -> Checkpoint:
    """Read the reader's file.

    Raises ModelError when it can't be read or isn't the one that belongs to this version.
    """
    try:
        data = path.read_bytes()
        found = hashlib.sha256(data).hexdigest()
        if found != READER_SHA256:
            raise ModelError(
                f"{path} isn't the reader of this version: its SHA-256 is {found}, not "
                f"{READER_SHA256}. {REINSTALL}"
            )
        return Checkpoint.parse(data)
    except (OSError, SafetensorError) as error:
        raise ModelError(
            f"the reader's {path} can't be read ({error}). {shortage(error) or REINSTALL}"
        ) from error
