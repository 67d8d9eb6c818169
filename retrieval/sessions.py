"""What an index is asked with: its encoder, its searcher and the reader, opened when needed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from retrieval import builds
from retrieval.encoder import BUNDLED, Encoder, load_encoder
from retrieval.engines import Engine, LocalEngine
from retrieval.errors import LibraryMissing, SettingsError
from retrieval.passages import make_recipe
from retrieval.reader import CAUTIONS, Caution, ExtractiveReader, Reader, read_thresholds
from retrieval.search import Searcher
from retrieval.store import Backend, Recipe, Store
from retrieval.types import MAX_ARTICLE_CHARS

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LibraryConfig:
    """How articles are cut and embedded, and how questions are answered."""

    model: str = BUNDLED
    passage_tokens: int = 128
    overlap: int = 1
    max_article_chars: int = MAX_ARTICLE_CHARS
    caution: Caution = "balanced"
    max_answers: int = 12
    read_passages: int = 25

    def __post_init__(self) -> None:
        if self.caution not in CAUTIONS:
            raise SettingsError(f"caution is one of {', '.join(CAUTIONS)}, not {self.caution!r}")


@dataclass(frozen=True, slots=True)
class Session:
    """What one build needs to answer."""

    build: int
    recipe: Recipe
    encoder: Encoder
    searcher: Searcher
    reader: Reader


class Sessions:
    """Opens the session of the current build, and the encoders that it and indexing need.

    ``encoder``, ``reader`` and ``engine`` take the places of those that ship. The folder's own
    thresholds, if it has any, are read at once; ``flaw`` tells why they can't be.
    """

    def __init__(
        self,
        folder: Path,
        config: LibraryConfig,
        store: Store,
        database: Backend,
        *,
        encoder: Encoder | None = None,
        reader: Reader | None = None,
        engine: Engine | None = None,
    ) -> None:
        self.folder = folder
        self.config = config
        self.engine = engine or LocalEngine(folder)
        self.thresholds: Mapping[Caution, float] | None = None
        self.flaw: str | None = None
        try:
            self.thresholds = read_thresholds(folder)
        except SettingsError as error:
            self.flaw = str(error)
            logger.warning("%s; the reader's own hold until then", error)
        self._store = store
        self._database = database
        self._reader = reader
        self._lock = threading.RLock()
        self._model = encoder.name if encoder else config.model
        self._encoders = {encoder.name: encoder} if encoder else {}
        self._session: Session | None = None

    def require(self) -> tuple[int, Recipe]:
        """Give the current build and its recipe. Raises LibraryMissing where there is none."""
        current = self._store.build() if self._database.exists() else None
        if current is None:
            raise LibraryMissing(self._database.missing())
        return current

    def current(self) -> Session:
        """Give the session of the current build; raises as ``require`` and ``encoder`` do."""
        build, recipe = self.require()
        with self._lock:
            if self._session is None or self._session.build != build:
                encoder = self._encoder_of(recipe)
                searcher = Searcher(self._store, encoder, build, self.engine)
                reader = self._reader or ExtractiveReader(searcher.rarity)
                self._session = Session(build, recipe, encoder, searcher, reader)
            return self._session

    def forget(self) -> None:
        """Open the next session anew: another database is in place."""
        with self._lock:
            self._session = None

    def recipe(self) -> Recipe:
        """Give the recipe of the configuration."""
        passage_tokens, overlap = self.config.passage_tokens, self.config.overlap
        return make_recipe(self.encoder(), self._model, passage_tokens, overlap)

    def encoder(self, model: str = "") -> Encoder:
        """Load an encoder, the configured one unless told, once. Raises ModelError."""
        model = model or self._model
        with self._lock:
            if model not in self._encoders:
                self._encoders[model] = load_encoder(model, cache_dir=self.folder / "models")
            return self._encoders[model]

    def _encoder_of(self, recipe: Recipe) -> Encoder:
        """Give the encoder of the current build, which must be the configured one.

        While a rebuild to the configuration is under way the old build goes on answering.
        """
        wanted = self.recipe()
        building = self._store.build("building")
        if building and builds.same_passages(building[1], wanted):
            old = self.encoder(recipe.model)
            if old.fingerprint == recipe.fingerprint:
                return old
        builds.require_same(recipe, wanted)
        return self.encoder()
