"""Builds: one way of cutting and embedding all articles, and the change from one to the next."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, replace
from pathlib import Path

from retrieval.ahead import ahead
from retrieval.encoder import Encoder, Pool
from retrieval.engines import Engine
from retrieval.errors import LibraryError, LibraryMismatch, LibraryUnwritable
from retrieval.passages import begin_embedding, cut_passages
from retrieval.search import Searcher
from retrieval.store import EmbeddedPassage, Recipe, Store
from retrieval.text import heading
from retrieval.types import Article, Progress

logger = logging.getLogger(__name__)

SAVED_EVERY = 5_000
"""Passages that take 2 s to index, and a minute or more to encode."""

OnProgress = Callable[[Progress], None]
Storing = Callable[[int, int], AbstractContextManager[None]]
"""Within what one article is described, embedded and stored: how many articles (0 or 1) and
characters it adds to those that there are."""


def same_passages(recipe: Recipe, other: Recipe) -> bool:
    """Tell whether two recipes make the same passages; the model's name doesn't matter."""
    return replace(recipe, model="") == replace(other, model="")


def require_same(recipe: Recipe, wanted: Recipe) -> None:
    """Raise LibraryMismatch, naming what differs and the command that mends it."""
    if same_passages(recipe, wanted):
        return
    ours, theirs = asdict(recipe), asdict(wanted)
    changes = ", ".join(
        f"{name} {ours[name]!r} (now {theirs[name]!r})"
        for name in ours
        if ours[name] != theirs[name] and name != "fingerprint"
    )
    raise LibraryMismatch(
        f"this index was made with {changes or 'other model weights'}: run "
        "`quoth index --rebuild` to make it anew, or set the old values again"
    )


def current_build(store: Store, recipe: Recipe) -> int:
    """Give the id of the current build, made now if there is none. Raises LibraryMismatch."""
    current = store.build() or store.begin_first_build(recipe)
    require_same(current[1], recipe)
    return current[0]


def rebuild(
    store: Store,
    recipe: Recipe,
    encoder: Encoder,
    engine: Engine,
    on_progress: OnProgress | None,
    pool: Pool | None = None,
) -> int:
    """Cut and embed every stored article anew; the current build answers until all is done.

    Give how many articles that were. A rebuild that was stopped goes on where it was. A ``pool``
    embeds in the encoder's place.
    """
    if store.build() is None:
        return 0
    build = store.begin_build(recipe)
    finished, rebuilt = False, 0
    while not finished:
        empty, made = _embed_missing(store, build, recipe, encoder, on_progress, pool)
        rebuilt += made
        # The search indexes are made before the change, so that nobody waits for them.
        save_indexes(Searcher(store, encoder, build, engine))
        finished = store.finish_build(build, empty)
    return rebuilt


def save_indexes(searcher: Searcher) -> None:
    """Write a build's search indexes. Raises LibraryUnwritable."""
    searcher.catch_up()
    try:
        searcher.save()
    except BlockingIOError:
        logger.debug("another process is writing the search index, and this one's can wait")
    except OSError as error:
        raise LibraryUnwritable(
            "the articles are stored, but the search index can't be written "
            f"({error.strerror}): free some space; the next command makes it again"
        ) from error


class Saving:
    """Calls ``save`` on the way, each time that SAVED_EVERY passages came, so that nobody who asks
    meanwhile has to index many of them first.

    What can't be saved then is told at the end, when it is saved once more.
    """

    def __init__(self, save: Callable[[], None]) -> None:
        self._save = save
        self._saved = 0

    def after(self, passages: int) -> None:
        """Save if that is due after so many passages in all."""
        if passages - self._saved >= SAVED_EVERY:
            self._saved = passages
            with suppress(LibraryError):
                self._save()


def _embed_missing(
    store: Store,
    build: int,
    recipe: Recipe,
    encoder: Encoder,
    on_progress: OnProgress | None,
    pool: Pool | None,
) -> tuple[set[int], int]:
    """Embed what a build lacks; give the keys of the articles that have nothing to embed, and how
    many others there were.

    Progress counts characters of stored text in place of bytes.
    """
    articles = passages = chars = 0
    empty: set[int] = set()
    while missing := [key for key in store.unbuilt(build) if key not in empty]:
        total = chars + store.chars(missing)
        begun = _begun(store, missing, recipe, encoder, pool)
        for key, article, embedded in ahead(begun, reach(pool)):
            if embedded is None:
                logger.warning("%s holds no sentence that could be quoted", article.path)
                empty.add(key)
                continue
            made = embedded()
            store.add_passages(build, key, made)
            articles, passages = articles + 1, passages + len(made)
            chars += len(article.text)
            if on_progress:
                path = Path(article.path or "")
                on_progress(Progress(path, "updated", articles, passages, chars, total))
    return empty, articles


def _begun(
    store: Store, keys: Sequence[int], recipe: Recipe, encoder: Encoder, pool: Pool | None
) -> Iterator[tuple[int, Article, Callable[[], list[EmbeddedPassage]] | None]]:
    """Cut articles that are stored; give with each what embeds it, None where nothing can be."""
    for key in keys:
        article = store.stored(key)
        if article is None:
            continue
        boilerplate = store.boilerplate(key)
        cut = cut_passages(article.id, article.text, boilerplate, encoder, recipe, article.language)
        head = heading(article.title, article.publisher, article.published)
        text, language = article.text, article.language
        yield (
            key,
            article,
            begin_embedding(cut, text, head, encoder, language, pool=pool) if cut else None,
        )


def reach(pool: Pool | None) -> int:
    """Give how far to read ahead, in articles: a pool works on those, and has as many waiting."""
    return 2 * pool.width if pool else 0
