"""A library's own thresholds: how sure the reader must be for anything to be said of its articles.

They stand in a file beside the index and take the place of those that came with the reader.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from retrieval.engines.atomic import locked, replace
from retrieval.errors import LibraryUnwritable, SettingsError, shortage
from retrieval.reader.calibration import CAUTIONS, Caution

FILE = "thresholds.json"
LOCK_S = 10.0


def read_thresholds(folder: Path) -> Mapping[Caution, float] | None:
    """Give the thresholds that stand in a folder, None where there is no such file.

    Raises SettingsError, naming the file, when it holds anything but a probability for each
    caution, the more cautious the higher.
    """
    path = folder / FILE
    try:
        told = json.loads(path.read_text(encoding="utf-8"))["thresholds"]
        found = {name: _probability(told[name]) for name in CAUTIONS}
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, LookupError, TypeError) as error:
        if lacking := shortage(error):
            raise SettingsError(f"{path} can't be read: {lacking}") from error
        raise SettingsError(_wrong(path, _reason(error))) from error
    if not found["eager"] <= found["balanced"] <= found["cautious"]:
        raise SettingsError(_wrong(path, "the more cautious, the higher it must be"))
    return found


def write_thresholds(
    folder: Path, thresholds: Mapping[Caution, float], provenance: Mapping[str, object]
) -> Path:
    """Write thresholds into a folder, with what they were fitted to; give the file's path.

    Raises LibraryUnwritable.
    """
    path = folder / FILE
    written = {"thresholds": dict(thresholds), "provenance": dict(provenance)}
    data = json.dumps(written, ensure_ascii=False, indent=2) + "\n"
    try:
        with locked(path, LOCK_S):
            replace(path, (data.encode(),))
    except OSError as error:
        raise LibraryUnwritable(
            f"{path} can't be written ({error.strerror or error}): make its folder writable"
        ) from error
    return path


def _probability(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError(f"{value!r} is no probability from 0 to 1")
    return float(value)


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError | json.JSONDecodeError):
        return "it is no JSON"
    return f"no {error}" if isinstance(error, KeyError) else str(error)


def _wrong(path: Path, reason: str) -> str:
    return (
        f"{path} holds no thresholds ({reason}): mend or delete it, "
        "`quoth eval DIR --calibrate` makes another"
    )
