"""Models exported to ONNX, each in a folder of its own named by the model's fingerprint."""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
from pathlib import Path

from tokenizers import Tokenizer

from retrieval.encoder.model_files import sha256
from retrieval.encoder.pieces import WordPieces
from retrieval.encoder.session import OnnxEncoder

GRAPH = "model.onnx"
TOKENIZER = "tokenizer.json"
_MANIFEST = "encoder.json"

logger = logging.getLogger(__name__)


def open_cached(folder: Path, *, name: str, fingerprint: str, threads: int) -> OnnxEncoder | None:
    """The model that was exported to ``folder``; None when there is none or it is damaged."""
    if not folder.is_dir():
        return None
    try:
        return open_exported(folder, name=name, fingerprint=fingerprint, threads=threads)
    except Exception as error:  # whatever is wrong with it, it can be made again
        logger.warning("The exported model in %s is damaged and made again: %s", folder, error)
        return None


def open_exported(folder: Path, *, name: str, fingerprint: str, threads: int) -> OnnxEncoder:
    """The model that was exported to ``folder``. Raises when a file is missing or damaged."""
    manifest = json.loads((folder / _MANIFEST).read_bytes())
    for file, digest in manifest["files"].items():
        if sha256(folder / file) != digest:
            raise ValueError(f"{file} has changed")
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    pieces = WordPieces(tokenizer, manifest["max_tokens"], pad_id=manifest["pad_id"])
    return OnnxEncoder(folder / GRAPH, pieces, name=name, fingerprint=fingerprint, threads=threads)


def write_manifest(folder: Path, *, max_tokens: int, pad_id: int) -> None:
    """Make the files in ``folder`` a model that ``open_cached`` reads."""
    files = {path.name: sha256(path) for path in sorted(folder.iterdir())}
    manifest = {"max_tokens": max_tokens, "pad_id": pad_id, "files": files}
    (folder / _MANIFEST).write_text(json.dumps(manifest, indent=2), encoding="utf-8")


def publish(source: Path, target: Path) -> None:
    """Move a finished folder to its place, at once; a folder that is there already gives way.

    When another process publishes the same model at the same moment, one of the two stays.
    """
    if target.exists():
        with tempfile.TemporaryDirectory(dir=target.parent) as rubbish:
            shutil.move(target, rubbish)
    try:
        source.rename(target)
    except OSError:
        if not target.is_dir():
            raise
