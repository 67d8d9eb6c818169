"""Questions with all that was read for them, kept on disk: what is decided after is measured alone.

Reading costs a hundred times what answering does, so that it is done once: the readings (hits with
spans) of every set below lie in ``--work``, under a name that tells the reader and the questions.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from tqdm import tqdm

from benchmarks.common import only, open_indexed, open_reader, without_answers
from benchmarks.reading import GivenTexts
from bot.evaluation.questions import evenly
from corpora import examples
from corpora.rows import Row, rows
from retrieval import Library, LibraryConfig
from retrieval.answering import AS_READ, answers, nearest
from retrieval.asking import Asking
from retrieval.encoder import load_encoder
from retrieval.following import follow, likelier
from retrieval.reader import Caution, ExtractiveReader, Reading
from retrieval.reader.checkpoint import load_checkpoint
from retrieval.types import Answer, Article, Question, Reply, Turn

ROOT = Path(__file__).parents[1]

CALIBRATION = ExtractiveReader().calibration
CHOICE = CALIBRATION.choice or AS_READ

NEWS = 300
"""Questions of NewsQA that are read at most."""

EACH = 300
"""Questions of the sets to fit a choice to that are read at most, unless a limit is given."""

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """A question as it was read: its row in the data, its readings, and the copies of articles."""

    row: Row
    question: str
    readings: Sequence[Reading]
    copies: Mapping[Key, Sequence[Article]] = field(default_factory=dict)

    def answers(
        self, caution: Caution | None = None, previous: Sequence[Turn] = ()
    ) -> tuple[Answer, ...]:
        """Answer at a caution, or without one whatever the probability."""
        readings, short = follow(self.readings, previous)
        made = answers(
            readings,
            self.question,
            threshold=likelier(CALIBRATION.thresholds[caution], -short) if caution else 0.0,
            most=LibraryConfig().max_answers,
            copies=self.others,
            choice=CHOICE,
        )
        return made.answers

    def reply(self, previous: Sequence[Turn] = ()) -> Reply:
        """Reply as the library does by default."""
        found = self.answers(LibraryConfig().caution, previous)
        near = () if found else nearest(self.readings, self.others)
        return Reply(self.question, self.question, found, near, 0.0)

    def others(self, article: Article) -> Sequence[Article]:
        return self.copies.get(_key(article), ())


@dataclass(frozen=True, slots=True)
class Source:
    """Where the sets are: the data, the questions and articles beside it, and where work stays."""

    data: Path
    work: Path
    limit: int | None

    @property
    def shared(self) -> Path:
        return self.data.parent

    def library(self, name: str, articles: Path) -> Library:
        """Open the index of a few articles."""
        library = Library.open(self.work / name)
        library.index([articles])
        return library


def load_cases(source: Source, name: str) -> list[Case]:
    """Give the cases of a set, read now or before."""
    path = _kept(source, name)
    if path.exists():
        with path.open("rb") as file:
            kept: list[Case] = pickle.load(file)
            return kept
    found = list(tqdm(SETS[name](source), desc=name, unit="question", mininterval=5))
    source.work.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        pickle.dump(found, file)
    return found


def _kept(source: Source, name: str) -> Path:
    """Give where a set is kept: under a name that tells all that the readings depend on."""
    stored = load_checkpoint()
    fitted = stored.calibration
    digest = sha256(repr((source.limit, fitted and (fitted.weights, fitted.relevance))).encode())
    for part, tensor in sorted(stored.tensors.items()):
        digest.update(part.encode() + tensor.tobytes())
    return source.work / f"readings-{name}-{digest.hexdigest()[:12]}.pickle"


def scorer(source: Source, name: str = "score") -> ModuleType:
    """Load a scorer that lies with the natural questions."""
    path = source.shared / "natural" / f"{name}.py"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"{path} is missing: --data names the folder beside “natural”")
    made = module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def lines(path: Path) -> list[Row]:
    """Read a small file of JSON lines."""
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


@contextmanager
def natural_readings(source: Source) -> Iterator[Callable[[str], Case]]:
    """Give what reads a question in the articles of the natural ones, each question once."""
    path = _kept(source, "natural-turns")
    kept: dict[str, Case] = pickle.loads(path.read_bytes()) if path.exists() else {}
    known = len(kept)
    with ExitStack() as stack:
        library: list[Library] = []

        def read(question: str) -> Case:
            if question not in kept:
                if not library:
                    library.append(stack.enter_context(_natural_library(source)))
                kept[question] = read_case(library[0].asking(), Question(question), {})
            return kept[question]

        yield read
    if len(kept) > known:
        path.write_bytes(pickle.dumps(kept))


def _natural_library(source: Source) -> Library:
    folder = source.shared / "natural"
    articles = source.work / "natural.jsonl"
    source.work.mkdir(parents=True, exist_ok=True)
    corpus = source.data / "news_corpus" / "corpus.jsonl.gz"
    scorer(source).extract(corpus, folder, articles)
    return source.library("natural", articles)


# The sets ----------------------------------------------------------------------------------------


def _realtimeqa(source: Source) -> Iterator[Case]:
    folder = source.data / "realtimeqa_hq_2022"
    with open_indexed(folder, source.work, LibraryConfig().passage_tokens) as library:
        yield from _asked(library, evenly(rows(folder, "queries"), source.limit), dates=False)


def _both_ways(source: Source, name: str) -> Iterator[Case]:
    """Ask each self-contained question of all articles, then of those without an answer string."""
    folder = source.data / name
    asked = [row for row in rows(folder, "queries") if row.get("self_contained", True)]
    with open_indexed(folder, source.work, LibraryConfig().passage_tokens) as library:
        remaining, asking = without_answers(library), library.asking()
        for row in evenly([row for row in asked if row["answerable"]], source.limit or EACH):
            question = Question(row["question"], any_date=True)
            yield read_case(asking, question, row)
            left = only(asking.searcher, remaining(row["answers"]))
            yield read_case(replace(asking, searcher=left), question, row | {"answers": []})


def _newsqa(source: Source) -> Iterator[Case]:
    folder = source.data / "newsqa_dev"
    corpus = {row["id"]: row for row in rows(folder, "corpus")}
    texts = _given_texts()
    for row in evenly(rows(folder, "queries"), min(source.limit or NEWS, NEWS)):
        told = corpus[row["doc_ids"][0]]
        yield Case(row, row["question"], texts.read(row["question"], told["title"], told["text"]))


def _qasrl(source: Source) -> Iterator[Case]:
    texts = _given_texts()
    for item in evenly(list(examples.roles(source.data, held=True)), source.limit):
        row = {"question": item.question, "answers": list(item.answers)}
        yield Case(row, item.question, texts.read(item.question, "", item.text))


def _seeds(source: Source) -> Iterator[Case]:
    with source.library("seeds", ROOT / "seeds") as library:
        yield from _asked(library, lines(ROOT / "tests" / "seeds" / "questions.jsonl"))


def _golden(source: Source) -> Iterator[Case]:
    with source.library("golden", source.shared / "articles") as library:
        yield from _asked(library, lines(source.shared / "golden" / "questions.jsonl"))


def _natural(source: Source) -> Iterator[Case]:
    with _natural_library(source) as library:
        yield from _asked(library, lines(source.shared / "natural" / "questions.jsonl"))


BOTH_WAYS = ("newsqa_dev", "realtimeqa_hq_dev", "realtimeqa_hq_2022")
"""Sets of which each question is asked again with the articles left out that hold an answer."""

SETS: Mapping[str, Callable[[Source], Iterator[Case]]] = {
    **{name: partial(_both_ways, name=name) for name in BOTH_WAYS},
    "realtimeqa": _realtimeqa,
    "newsqa": _newsqa,
    "qasrl": _qasrl,
    "seeds": _seeds,
    "golden": _golden,
    "natural": _natural,
}


def _given_texts() -> GivenTexts:
    return GivenTexts(open_reader(), load_encoder(), LibraryConfig().passage_tokens)


def _asked(library: Library, questions: Sequence[Row], *, dates: bool = True) -> Iterator[Case]:
    for row in questions:
        yield read_case(library.asking(), Question(row["question"], any_date=not dates), row)


def read_case(asking: Asking, question: Question, row: Row) -> Case:
    """Search and read for a question as the library does before it answers."""
    evidence = asking.evidence(question)
    articles = {_key(one.hit.article): one.hit.article for one in evidence.readings}
    copies = {key: tuple(asking.copies(article)) for key, article in articles.items()}
    return Case(row, evidence.understood.answered, evidence.readings, copies)


def _key(article: Article) -> Key:
    return article.collection, article.id
