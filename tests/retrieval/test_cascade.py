"""Which passages are read: the likely ones, and of the others those that can matter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval import Library, Question, Reply, Turn
from retrieval.asking import Asking
from retrieval.cascade import FIRST, parted, telling
from retrieval.reader import ExtractiveReader, Reader, Reading
from retrieval.types import Article, Hit, Passage, Scores

WHO = "Who opened the harbour of Nordøy?"
TOWNS = ("Arlen", "Berg", "Corin", "Dunmore", "Elgin", "Farsund", "Grimsby", "Halden", "Jarlsberg")


def hit(rank: int, fused: float, text: str = "Nothing.") -> Hit:
    article = Article(f"{rank}", text, "", None, None, None, None, None, "")
    passage = Passage(article.id, 0, len(text), 0, ((0, len(text)),))
    return Hit(article, passage, rank, Scores(fused, 0.0, 0.0))


class Listening:
    """The reader that ships; keeps the texts that it was given."""

    def __init__(self) -> None:
        self._reader: Reader = ExtractiveReader()
        self.calibration = self._reader.calibration
        self.texts: list[str] = []

    def warm(self) -> None:
        self._reader.warm()

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        self.texts += [hit.text for hit in hits]
        return self._reader.read(question, hits)


def market(town: str) -> str:
    return f"The market of {town} was closed by rain on Friday, as every year."


@pytest.fixture
def harbours(library: Library, write: Callable[[Mapping[str, str]], Path]) -> Asking:
    """Asking a library of which one article tells of Nordøy's harbour, and one of who opened it."""
    told = {f"{town}.txt": market(town) for town in TOWNS}
    told["nordøy.txt"] = "Tomás Ferreira opened the harbour of Nordøy on Friday."
    told["later.txt"] = "A ferry hit the mole on Sunday, two days after Ferreira was there."
    library.index([write(told)])
    return replace(library.asking(), reader=Listening())


def asked(asking: Asking, question: Question) -> tuple[Reply, list[str]]:
    listening = asking.reader
    assert isinstance(listening, Listening)
    return asking.ask(question), listening.texts


def test_the_first_and_those_near_the_best_are_likely() -> None:
    hits = [hit(rank, 1.0 if rank < 3 else 0.5) for rank in range(1, 9)]
    hits.append(hit(9, 0.81))
    likely, others = parted(hits, ())
    assert [one.rank for one in likely] == [1, 2, 3, 4, 5, 9]
    assert [one.rank for one in others] == [6, 7, 8]
    assert parted([], ()) == ([], [])


def test_what_was_quoted_before_is_likely() -> None:
    hits = [hit(rank, 1.0 / rank) for rank in range(1, FIRST + 4)]
    likely, others = parted(hits, [Turn("Who?", (), (f"{FIRST + 2}",))])
    assert [one.rank for one in likely] == [*range(1, FIRST + 1), FIRST + 2]
    assert [one.rank for one in others] == [FIRST + 1, FIRST + 3]


def test_others_matter_that_hold_an_answers_last_word() -> None:
    hits = [
        hit(1, 0.1, "Cavusoglu left."),
        hit(2, 0.1, "Mevlüt Çavuşoğlu left."),
        hit(3, 0.1, "Mevlüt Kaya left."),
    ]
    assert [one.rank for one in telling(hits, ["Mevlut Cavusoglu"])] == [1, 2]
    assert telling(hits, [""]) == []


def test_where_one_answers_surely_only_those_are_read_besides_that_hold_it(
    harbours: Asking,
) -> None:
    reply, read = asked(harbours, Question(WHO))
    assert reply.answers[0].text == "Tomás Ferreira"
    assert len(read) == FIRST + 1 < len(TOWNS)
    assert any("after Ferreira" in text for text in read)


def test_where_nothing_answers_all_are_read(harbours: Asking) -> None:
    reply, read = asked(harbours, Question("Who painted the chapel of Nordøy?"))
    assert not reply.found
    assert {market(town) for town in TOWNS} < {*read}


@pytest.mark.parametrize(
    "question",
    [
        "Who are the people who opened harbours?",
        "What happened in Nordøy?",
        "When was the harbour of Nordøy opened?",
        "Who is the latest to open the harbour of Nordøy?",
    ],
)
def test_lists_reports_and_what_may_be_contradicted_need_all(
    harbours: Asking, question: str
) -> None:
    _, read = asked(harbours, Question(question))
    assert {market(town) for town in TOWNS} < {*read}
