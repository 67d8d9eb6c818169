"""Measure reading in a given text: single answers, no answer, lists.

Each text is cut as it would be indexed, all its passages are read, and the most probable span
is the answer. The articles of squad2_dev_half that measure are not those that trained the
reader (corpora/examples.py). Three thresholds for "no answer" are tried: the best on those that
did; that of “balanced”; and, for each article, the best on the others that
measure. ``qasrl`` is the part of QA-SRL that is held back: sentences with lists of answers.

    python -m benchmarks.reading --data ../shared/data
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from benchmarks.common import RESULTS, open_reader, parser, result
from benchmarks.scoring import Choice, best_threshold
from bot.evaluation.questions import evenly
from bot.evaluation.scoring import best_f1, exact, list_f1, mean
from corpora import examples
from corpora.rows import Row, rows
from retrieval import LibraryConfig
from retrieval.answering.choosing import odds
from retrieval.encoder import BUNDLED, Encoder, load_encoder
from retrieval.ingest import describe
from retrieval.passages import cut_passages, make_recipe
from retrieval.reader import Reader, Reading
from retrieval.types import Article, Draft, Hit, Passage, Scores, Span

CUTS = (1.0, 0.7, 0.5, 0.3, 0.2, 0.1, 0.05, 0.03, 0.02, 0.01, 0.005, 0.002, 0.001)
"""Shares of the best span's odds that the others of a list may be asked to reach."""

LISTS = 1_000
"""Questions on documents that trained the reader on which the cut is chosen."""


@dataclass(frozen=True, slots=True)
class Told:
    """The best span of a text ("" if it has none), how probably the text answers, the golds.

    ``title`` is that of the article that the text is part of.
    """

    text: str
    confidence: float
    golds: tuple[str, ...]
    title: str = ""

    def choice(self, score: Callable[[str, Sequence[str]], float] = best_f1) -> Choice:
        """Give what the answer scores, and what silence does."""
        return Choice(self.confidence, score(self.text, self.golds), score("", self.golds))


@dataclass(frozen=True, slots=True)
class Cut:
    """A text as passages, with their vectors, shape (passages, dimension)."""

    article: Article
    passages: Sequence[Passage]
    vectors: NDArray[np.float32]


class GivenTexts:
    """Reads texts that are given; each is cut once."""

    def __init__(self, reader: Reader, encoder: Encoder, passage_tokens: int) -> None:
        self.reader = reader
        self._encoder = encoder
        overlap = LibraryConfig().overlap
        self._recipe = make_recipe(encoder, BUNDLED, passage_tokens, overlap)
        self._cuts: dict[tuple[str | None, str], Cut] = {}

    def read(self, question: str, title: str | None, text: str) -> list[Reading]:
        """Read all passages of a text; without a title (None) it gets one as if indexed."""
        key = title, text
        if key not in self._cuts:
            self._cuts[key] = self._cut(title, text)
        cut = self._cuts[key]
        cosines = cut.vectors @ self._encoder.encode([question])[0]
        hits = [
            Hit(cut.article, passage, passage.ordinal + 1, Scores(fused=1.0, dense=float(cosine)))
            for passage, cosine in zip(cut.passages, cosines, strict=True)
        ]
        return self.reader.read(question, hits)

    def _cut(self, title: str | None, text: str) -> Cut:
        told = describe(Draft(text, title=title), None)
        digest = sha256(text.encode()).hexdigest()
        article = Article(
            digest[:16],
            text,
            told.title if title is None else title,
            told.publisher,
            told.published,
            told.language,
            url=None,
            path=None,
            sha256=digest,
        )
        passages = cut_passages(article.id, text, told.boilerplate, self._encoder, self._recipe)
        texts = [f"{article.title}\n{text[item.start : item.end]}" for item in passages]
        return Cut(article, passages, self._encoder.encode(texts))


def spans(readings: Sequence[Reading]) -> list[Span]:
    """Give the spans of all passages, the most probable first, each place once."""
    found: dict[tuple[int, int], Span] = {}
    ordered = sorted(
        (span for reading in readings for span in reading.spans),
        key=lambda span: (-span.probability, span.start, span.end),
    )
    for span in ordered:
        found.setdefault((span.start, span.end), span)
    return list(found.values())


def tell(texts: GivenTexts, question: str, row: Row, golds: Sequence[str]) -> Told:
    """Answer a question from the text of a row."""
    readings = texts.read(question, row["title"], row["text"])
    best = next(iter(spans(readings)), None)
    confidence = max((reading.probability for reading in readings), default=0.0)
    return Told(best.text if best else "", confidence, tuple(golds), row["title"] or "")


@dataclass(frozen=True, slots=True)
class Listed:
    """The spans found for a question, the most probable first, with the golds of its list."""

    spans: Sequence[Span]
    golds: Sequence[str]

    def score(self, share: float) -> float:
        """Give the F1 of the spans with at least this share of the best one's odds."""
        least = share * odds(self.spans[0]) if self.spans else 0.0
        return list_f1([span.text for span in self.spans if odds(span) >= least], self.golds)


@dataclass(frozen=True, slots=True)
class Bench:
    """What every measurement needs; ``limit`` is the most questions of each part of a set."""

    texts: GivenTexts
    data: Path
    limit: int | None

    def told(self, name: str, keep: Callable[[Row], bool] = lambda _: True) -> list[Told]:
        """Answer the questions of a set on those of its texts that ``keep`` keeps."""
        corpus = {row["id"]: row for row in rows(self.data / name, "corpus") if keep(row)}
        asked = [row for row in rows(self.data / name, "queries") if row["doc_ids"][0] in corpus]
        return [
            tell(self.texts, row["question"], corpus[row["doc_ids"][0]], row["answers"])
            for row in tqdm(evenly(asked, self.limit), desc=name, unit="question")
        ]

    def listed(self, *, held: bool) -> list[Listed]:
        """Answer QA-SRL's questions on the documents held back, or on some of the others."""
        asked = list(examples.roles(self.data, held=held))
        limit = self.limit if held else min(self.limit or LISTS, LISTS)
        return [
            Listed(spans(self.texts.read(item.question, "", item.text)), item.answers)
            for item in tqdm(evenly(asked, limit), desc="qasrl", unit="question")
        ]


def squad(bench: Bench) -> Iterator[str]:
    """Forced on the answerable questions, then with abstention on all."""
    name = "squad2_dev_half"
    told = bench.told(name, lambda row: examples.evaluated(row["title"]))
    answerable = [item for item in told if item.golds]
    data = f"{name}, articles not trained on"
    yield result("span, forced", f"{data}, answerable", len(answerable), forced(answerable))
    balanced = bench.texts.reader.calibration.thresholds["balanced"]
    trained = bench.told(name, lambda row: not examples.evaluated(row["title"]))
    for chosen, thresholds in (
        ("best on the articles trained on", [_best(trained)] * len(told)),
        ("“balanced”", [balanced] * len(told)),
        ("best on the other articles not trained on", _crossed(told)),
    ):
        least, most = (f"{value:.3f}" for value in (min(thresholds), max(thresholds)))
        what = f"span or none, threshold {least if least == most else f'{least} to {most}'}"
        yield result(f"{what} ({chosen})", data, len(told), abstaining(told, thresholds))


def _best(told: Sequence[Told]) -> float:
    return best_threshold([item.choice() for item in told])


def _crossed(told: Sequence[Told]) -> list[float]:
    """Give each question the threshold that is best on the other articles."""
    titles = {item.title for item in told}
    best = {title: _best([item for item in told if item.title != title]) for title in titles}
    return [best[item.title] for item in told]


def newsqa(bench: Bench) -> Iterator[str]:
    """All questions, each in its article."""
    told = bench.told("newsqa_dev")
    yield result("span, forced, in the given article", "newsqa_dev", len(told), forced(told))


def turkish(bench: Bench) -> Iterator[str]:
    """Turkish questions and paragraphs; accents don't count."""
    told = bench.told("tquad_dev")
    figures = forced(told, folded=True)
    yield result("span, forced, in the given paragraph", "tquad_dev", len(told), figures)


def lists(bench: Bench) -> Iterator[str]:
    """Questions on the verbs of a sentence; the spans that come near enough to the best."""
    trained, held = bench.listed(held=False), bench.listed(held=True)
    cut = max(CUTS, key=lambda share: mean([item.score(share) for item in trained]))
    several = [item for item in held if len(item.golds) > 1]
    for what, items in (("list", held), ("list of two or more", several)):
        yield result(
            f"{what}, spans with {cut:g} of the best one's odds (chosen on those trained on)",
            "QA-SRL, documents not trained on",
            len(items),
            f"exact-match F1 {mean([item.score(cut) for item in items]):.3f}",
        )


def forced(told: Sequence[Told], *, folded: bool = False) -> str:
    """Tell exact match and F1 when every question gets its best span."""
    em = mean([exact(item.text, item.golds, folded=folded) for item in told])
    f1 = mean([best_f1(item.text, item.golds, folded=folded) for item in told])
    return f"EM {em:.3f}, F1 {f1:.3f}"


def abstaining(told: Sequence[Told], thresholds: Sequence[float]) -> str:
    """Tell exact match and F1 with no answer below the thresholds, and how often that was."""
    pairs = list(zip(told, thresholds, strict=True))
    em = mean([item.choice(exact).score(least) for item, least in pairs])
    f1 = mean([item.choice().score(least) for item, least in pairs])
    spoken = mean([item.confidence >= least for item, least in pairs if item.golds])
    silent = mean([item.confidence < least for item, least in pairs if not item.golds])
    return (
        f"EM {em:.3f}, F1 {f1:.3f}; answers {spoken:.3f} of the answerable, "
        f"silent on {silent:.3f} of the others"
    )


MEASURES: dict[str, Callable[[Bench], Iterator[str]]] = {
    "squad2_dev_half": squad,
    "newsqa_dev": newsqa,
    "tquad_dev": turkish,
    "qasrl": lists,
}


def main() -> None:
    made = parser(__doc__ or "", sets=tuple(MEASURES), indexes=False)
    made.add_argument("--limit", type=int, help="take so many questions of each set, evenly spaced")
    options = made.parse_args()
    texts = GivenTexts(open_reader(), load_encoder(), options.passage_tokens)
    bench = Bench(texts, options.data, options.limit)
    print(RESULTS)
    for name in options.sets:
        for row in MEASURES[name](bench):
            print(row, flush=True)


if __name__ == "__main__":
    main()
