"""Any sentence-transformers model: exported once, or run as it is."""

from __future__ import annotations

import logging
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.encoder import cache
from retrieval.encoder.base import BUNDLED, Encoder
from retrieval.encoder.export import export_graph
from retrieval.encoder.fallback import TorchEncoder, copy_tokenizer
from retrieval.encoder.model_files import fingerprint, hub_name, local_folder
from retrieval.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

SAME_COSINE = 0.999
_TIMEOUT_S = 10
_PROBES = [
    "Who met whom?",
    "The ministers of Türkiye and Greece met in ATHENS on 7 December 2023.",
    "Yes",
    "A sentence that goes on, and on, until few models take all of it. " * 40,
]

logger = logging.getLogger(__name__)


def load_other(model: str, cache_dir: Path | None, threads: int) -> Encoder:
    """A model by its folder, or its name on huggingface.co; see ``load_encoder``."""
    folder = local_folder(model)
    if folder and cache_dir:
        digest = fingerprint(folder)
        exported = cache.open_cached(
            cache_dir / digest, name=model, fingerprint=digest, threads=threads
        )
        if exported:
            return exported
    loaded = _load(model, folder)
    folder = folder or local_folder(model)
    if folder is None:
        raise ModelError(f"{model} was loaded but not kept: give the folder of a model instead.")
    reference = TorchEncoder(loaded, name=model, fingerprint=fingerprint(folder), threads=threads)
    if cache_dir:
        try:
            return _export(loaded, reference, cache_dir, threads)
        except Exception as error:  # each model fails in its own way, and none needs the export
            logger.warning("%s runs in sentence-transformers, more slowly: %s", model, error)
    return reference


def _load(model: str, folder: Path | None) -> SentenceTransformer:
    try:
        from huggingface_hub import model_info
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise ModelError(
            f"The model {model} needs sentence-transformers: pip install sentence-transformers, "
            f"or choose the model “{BUNDLED}”."
        ) from error
    try:
        if folder is None:  # asked first, because loading tries for a minute without a network
            model_info(hub_name(model), timeout=_TIMEOUT_S)
        return SentenceTransformer(str(folder or hub_name(model)), device="cpu")
    except Exception as error:  # from torch, transformers, the network: there is no common root
        raise ModelError(
            f"Can't load the model {model} ({error}). Give the folder of a sentence-transformers "
            "model, or its name on huggingface.co and, the first time, the network; "
            f"or choose the model “{BUNDLED}”, which needs neither."
        ) from error


def _export(
    model: SentenceTransformer, reference: TorchEncoder, cache_dir: Path, threads: int
) -> Encoder:
    """Export the model to its place in the cache. Raises when that fails or isn't the same."""
    name, digest = reference.name, reference.fingerprint
    open_exported = partial(cache.open_exported, name=name, fingerprint=digest, threads=threads)
    cache_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache_dir) as temporary:
        draft = Path(temporary) / digest
        draft.mkdir()
        export_graph(model, draft / cache.GRAPH)
        copy_tokenizer(model, name).save(str(draft / cache.TOKENIZER))
        pad_id = getattr(model.tokenizer, "pad_token_id", None) or 0
        cache.write_manifest(draft, max_tokens=reference.max_tokens, pad_id=pad_id)
        _verify(open_exported(draft), reference)
        cache.publish(draft, cache_dir / digest)
    return open_exported(cache_dir / digest)


def _verify(exported: Encoder, reference: Encoder) -> None:
    cosines = (exported.encode(_PROBES) * reference.encode(_PROBES)).sum(axis=1)
    if not cosines.min() > SAME_COSINE:
        raise RuntimeError(f"its export differs (cosine {cosines.min():.4f})")
