"""The index of a data set's corpus: made once, in the user's cache folder, and used again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from platformdirs import user_cache_path

from retrieval import Library, LibraryConfig
from retrieval.builds import OnProgress
from retrieval.encoder import Encoder
from retrieval.engines.atomic import replace
from retrieval.errors import LibraryUnwritable, QuestionError
from retrieval.indexing import INGEST
from retrieval.passages import make_recipe
from retrieval.store.migrations import SCHEMA_VERSION

_DONE = "indexed.json"
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Indexed:
    """How many articles of a corpus are indexed, how many failed, and why the first did."""

    articles: int
    failed: int
    reasons: tuple[str, ...]


def cache_folder(corpus: Path, encoder: Encoder, config: LibraryConfig) -> Path:
    """The folder of a corpus' index: another one for other articles, models or settings.

    Raises:
        QuestionError: the corpus can't be read.
    """
    try:
        with corpus.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise QuestionError(
            f"{corpus} can't be read ({error.strerror}): check its permissions"
        ) from error
    recipe = make_recipe(encoder, encoder.name, config.passage_tokens, config.overlap)
    made = {**asdict(recipe), "model": None}  # its fingerprint counts, not what it is called
    key = [content, corpus.suffix, made, config.max_article_chars, INGEST, SCHEMA_VERSION]
    digest = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()
    return user_cache_path("quoth", appauthor=False) / "eval" / digest[:16]


def index_corpus(library: Library, corpus: Path, on_progress: OnProgress) -> Indexed:
    """Index a corpus into its library, unless that is done; one that was stopped goes on.

    Raises:
        QuestionError: no article of it can be indexed.
        LibraryUnwritable: the cache folder can't be written.
    """
    done = library.data_dir / _DONE
    if done.is_file() and library.exists():
        told = json.loads(done.read_text(encoding="utf-8"))
        return Indexed(told["articles"], told["failed"], tuple(told["reasons"]))
    report = library.index([corpus], on_progress=on_progress)
    reasons = tuple(f"{one.path}: {one.reason}" for one in report.failed[:_SHOWN])
    found = Indexed(library.size()[0], len(report.failed), reasons)
    if not found.articles:
        raise QuestionError(
            f"no article of {corpus} can be indexed ({'; '.join(reasons)}): an article is one "
            'JSON object a line: {"_id": "…", "title": "…", "text": "…"}'
        )
    try:
        replace(done, (json.dumps(asdict(found)).encode(),))
    except OSError as error:
        raise LibraryUnwritable(
            f"{done} can't be written ({error.strerror}): make room in the cache folder"
        ) from error
    return found
