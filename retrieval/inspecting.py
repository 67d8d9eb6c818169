"""Looking into a library: its articles, the sentences around a quote, whether all is sound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from retrieval.errors import NotFound
from retrieval.reader import Caution
from retrieval.sessions import Session
from retrieval.store import Store
from retrieval.text import find_names
from retrieval.types import Article, Offsets, Quote

NAMES_READ = 2_000
"""Articles, those stored last, whose names are offered for completion."""


@dataclass(frozen=True, slots=True)
class Status:
    """What a library holds. ``collection`` limits the counts.

    ``database`` tells what holds the articles: SQLite, or which PostgreSQL database.
    ``precision`` tells in which numbers the model computes on this machine, ``search`` how
    vectors are found: exactly, or nearly so in a large archive. ``oldest`` and ``newest`` are
    dates of publication, which ``undated`` articles lack; ``languages`` counts the articles in
    each, the most frequent first. ``own_thresholds`` are the folder's own, by caution; None: the
    reader's hold.
    """

    data_dir: str
    database: str
    collection: str
    articles: int
    passages: int
    generation: int
    model: str
    fingerprint: str
    precision: str
    passage_tokens: int
    overlap: int
    search: str
    database_bytes: int
    rebuilding: bool
    oldest: date | None
    newest: date | None
    undated: int
    languages: Mapping[str, int]
    own_thresholds: Mapping[Caution, float] | None


def article(store: Store, id: str, collection: str | None = None) -> Article:
    """Give one article with its text. Raises NotFound."""
    return store.article(_key(store, id, collection))[0]


def context(store: Store, build: int, quote: Quote, sentences: int) -> tuple[Quote, ...]:
    """Give a quote with its neighbouring sentences; see Library.context.

    The neighbours of a title are the first sentences of its article.
    """
    key = _key_of(store, quote.article)
    spans = sorted(
        {span for found in store.passages_of(build, key) for span in found.passage.sentences}
    )
    if quote.field == "title":
        return _joined(quote.article, spans[:sentences], store.boilerplate(key)) or (quote,)
    held = [
        index for index, (start, end) in enumerate(spans) if start < quote.end and end > quote.start
    ]
    if not held:
        return (quote,)
    window = spans[max(0, held[0] - sentences) : held[-1] + sentences + 1]
    return _joined(quote.article, window, store.boilerplate(key))


def names(store: Store) -> tuple[str, ...]:
    """Give names told in the articles, the most frequent first."""
    counts: Counter[str] = Counter()
    for text in store.texts(NAMES_READ):
        counts.update(set(find_names(text)))
    return tuple(name for name, _ in counts.most_common())


def dates(articles: Sequence[Article]) -> tuple[date | None, date | None, int]:
    """Give the first and the last date of publication, and how many articles have none."""
    known = [one.published for one in articles if one.published]
    return min(known, default=None), max(known, default=None), len(articles) - len(known)


def languages(articles: Sequence[Article]) -> dict[str, int]:
    """Give how many articles are in each language that is known, the most frequent first."""
    counts = Counter(one.language for one in articles if one.language)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def check(store: Store, session: Session) -> tuple[str, ...]:
    """Look a whole index through; give the problems found, none if it is sound."""
    problems = stored_problems(store, session.build)
    lost = store.lost()
    problems += [lost] if lost else []
    if not problems:  # what is damaged isn't compared with
        problems += session.searcher.differences()
    if not problems:
        session.searcher.catch_up()
    return tuple(problems)


def stored_problems(store: Store, build: int) -> list[str]:
    """Give what is wrong with the articles and their passages in the database."""
    problems = store.check()
    if problems:
        return problems  # what is damaged isn't read any further
    articles, cut = store.lengths(), set[int]()
    for key, ordinal, sentences in store.sentences(build):
        cut.add(key)
        id, length = articles.get(key, ("", 0))
        if id and not _within(sentences, length):
            problems.append(f"article {id}: passage {ordinal} lies outside its text")
    return problems + [
        f"article {id} has no passages" for key, (id, _) in articles.items() if key not in cut
    ]


def _key(store: Store, id: str, collection: str | None) -> int:
    key = store.find(id, collection)
    if key is None:
        raise NotFound(f"no article has the id {id!r}: `quoth articles` lists them")
    return key


def _key_of(store: Store, article: Article) -> int:
    return _key(store, article.id, article.collection)


def _joined(
    article: Article, spans: Sequence[Offsets], boilerplate: Sequence[Offsets]
) -> tuple[Quote, ...]:
    quotes: list[Quote] = []
    for start, end in spans:
        last = quotes[-1] if quotes else None
        if last and not any(a < start and b > last.end for a, b in boilerplate):
            quotes[-1] = Quote(article, last.start, end)
        else:
            quotes.append(Quote(article, start, end))
    return tuple(quotes)


def _within(sentences: Sequence[Offsets], length: int) -> bool:
    return bool(sentences) and all(0 <= start < end <= length for start, end in sentences)
