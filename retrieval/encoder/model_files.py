"""The files of a model other than the bundled one: where they are, and their fingerprint."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from retrieval.errors import ModelError

_ENTRIES = ("modules.json", "config.json")
_WEIGHTS = {".safetensors", ".bin"}
_SETTINGS = {".json", ".txt", ".model"}


def local_folder(model: str) -> Path | None:
    """The folder that ``model`` names, or its copy in the Hugging Face cache, without network.

    None: a name of which there is no copy here. Raises ModelError for a folder without a model.
    """
    folder = Path(model).expanduser()
    if folder.is_dir():
        if not _is_model(folder):
            raise ModelError(
                f"{folder} isn't a sentence-transformers model: it needs {' or '.join(_ENTRIES)} "
                "and the weights (model.safetensors). Give the folder that save() wrote."
            )
        return folder
    return _downloaded(model)


def fingerprint(folder: Path) -> str:
    """SHA-256 in hex over all that decides a vector: weights, settings and vocabulary."""
    digest = hashlib.sha256()
    for path in _model_files(folder):
        digest.update(f"{path.relative_to(folder)} {sha256(path)}\n".encode())
    return digest.hexdigest()


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes in hex. Raises OSError when it can't be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hub_name(model: str) -> str:
    """The name on huggingface.co, where one without an owner is sentence-transformers' own."""
    return model if "/" in model else f"sentence-transformers/{model}"


def _downloaded(model: str) -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        folder = Path(snapshot_download(hub_name(model), local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError):
        return None
    return folder if _is_model(folder) else None


def _is_model(folder: Path) -> bool:
    try:
        files = _model_files(folder)
    except (OSError, ValueError, LookupError, TypeError):
        return False
    return any((folder / name).is_file() for name in _ENTRIES) and any(
        path.suffix in _WEIGHTS for path in files
    )


def _model_files(folder: Path) -> list[Path]:
    """The files in the folders of the model's modules, in order of their names."""
    listed = folder / "modules.json"
    modules = json.loads(listed.read_bytes()) if listed.is_file() else []
    folders = {folder, *(folder / module["path"] for module in modules)}
    files = [path for place in folders if place.is_dir() for path in place.iterdir()]
    weights = [path for path in files if path.suffix in _WEIGHTS]
    safe = [path for path in weights if path.suffix == ".safetensors"]
    return sorted([path for path in files if path.suffix in _SETTINGS] + (safe or weights))
