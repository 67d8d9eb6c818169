"""The way of a question, with other stages, encoders, readers and indexes in their places."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval import Filters, Library, LibraryMismatch, Question, Turn
from retrieval.answering import Answered
from retrieval.encoder import Encoder, load_encoder
from retrieval.engines import NEVER, Allowed, Bm25, Changes, Cosine, Rankings
from retrieval.reader import ExtractiveReader, Reading
from retrieval.types import Answer, Hit, Quote, Scope, Span
from retrieval.understanding import Understood, understand

Write = Callable[[Mapping[str, str | bytes]], Path]
MET = "who did Marta Lindqvist meet in Lisbon?"


class HashedWords:
    """An encoder without a model: a text is the words that it holds."""

    name = "hashed-words"
    fingerprint = hashlib.sha256(b"hashed-words").hexdigest()
    dimension = 512
    max_tokens = 256

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.full((len(texts), self.dimension), 1e-6, np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in re.findall(r"\w+", text.casefold()):
                row[int(hashlib.sha256(word.encode()).hexdigest(), 16) % self.dimension] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def token_ends(self, texts: Sequence[str]) -> list[list[int]]:
        return [[found.end() for found in re.finditer(r"\w+|[^\w\s]", text)] for text in texts]


class Counting:
    """The encoder that ships, under another name; counts the texts that it is given."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name = "counted"
        self.fingerprint = encoder.fingerprint
        self.dimension = encoder.dimension
        self.max_tokens = encoder.max_tokens
        self.texts = 0

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts += len(texts)
        return self._encoder.encode(texts)

    def token_ends(self, texts: Sequence[str]) -> list[list[int]]:
        return self._encoder.token_ends(texts)


class Silent:
    """A reader that finds no answer in anything."""

    calibration = ExtractiveReader().calibration

    def warm(self) -> None:
        pass

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        return [Reading(hit, 0.0, ()) for hit in hits]


class Listening:
    """The reader that ships; keeps what it was asked of which passages."""

    def __init__(self) -> None:
        self._reader = ExtractiveReader()
        self.calibration = self._reader.calibration
        self.asked: list[tuple[str, list[str]]] = []

    def warm(self) -> None:
        self._reader.warm()

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        self.asked.append((question, [hit.text for hit in hits]))
        return self._reader.read(question, hits)


class DenseIndex:
    """An index that compares every vector, and knows no terms."""

    def __init__(self, allowed: Allowed) -> None:
        self._allowed = allowed
        self._vectors: dict[int, NDArray[np.float32]] = {}
        self.generation = NEVER
        self.flushed = False

    def apply(self, changes: Changes) -> None:
        kept = {} if changes.complete else self._vectors
        gone = set(changes.deletes.tolist())
        new = zip(changes.upserts.tolist(), changes.passages.vectors(changes.upserts), strict=True)
        self._vectors = {id: row for id, row in kept.items() if id not in gone} | dict(new)
        self.generation = changes.generation

    def search(
        self, vector: NDArray[np.float32], terms: Sequence[str], scope: Scope, k: int
    ) -> Rankings:
        allowed = self._allowed(scope)
        inside = self._vectors if allowed is None else set(allowed.tolist())
        scores = {id: float(row @ vector) for id, row in self._vectors.items() if id in inside}
        best = sorted(scores, key=lambda id: (-scores[id], id))[:k]
        lexical: dict[int, Bm25] = {}
        return Rankings({id: Cosine(scores[id]) for id in best}, lexical)

    def rarity(self, terms: Sequence[str]) -> dict[str, float]:
        return dict.fromkeys(terms, 1.0)

    def words(self, prefix: str) -> dict[str, int]:
        return {}

    def count(self) -> int:
        return len(self._vectors)

    def flush(self) -> None:
        self.flushed = True


class DenseEngine:
    """Keeps its indexes in memory, by their names."""

    def __init__(self) -> None:
        self.indexes: dict[str, DenseIndex] = {}

    def open(self, name: str, dimension: int, allowed: Allowed) -> DenseIndex:
        self.indexes.setdefault(name, DenseIndex(allowed))
        return self.indexes[name]

    def describe(self, name: str) -> str:
        return f"all of {name} compared"

    def keep(self, names: Collection[str]) -> None:
        self.indexes = {name: one for name, one in self.indexes.items() if name in names}


# Given to a library ---------------------------------------------------------------------


def test_a_library_uses_the_encoder_it_is_given(
    tmp_path: Path, write: Write, articles: Mapping[str, str]
) -> None:
    with Library.open(tmp_path / "data", encoder=HashedWords()) as library:
        library.warm()
        library.index([write(articles)])
        assert library.status().model == "hashed-words"
        assert library.session().encoder.dimension == 512
        assert library.ask(MET).answers[0].text == "Tomás Ferreira"
        (first, *_) = library.search("The quay will cost 48 million euros").hits
        assert "48 million" in first.text
        assert library.check() == ()
    with (
        Library.open(tmp_path / "data") as other,
        pytest.raises(LibraryMismatch, match="model 'hashed-words' \\(now 'bundled'\\)"),
    ):
        other.ask(MET)


def test_an_encoder_may_wrap_the_one_that_ships(filled: Library) -> None:
    counting = Counting(load_encoder())
    with Library.open(filled.data_dir, encoder=counting) as library:
        assert library.ask(MET).answers == filled.ask(MET).answers
        assert counting.texts == 1


def test_what_another_encoder_made_answers_until_its_successor_is_complete(
    filled: Library,
) -> None:
    with Library.open(filled.data_dir, encoder=HashedWords()) as library:
        with pytest.raises(LibraryMismatch, match="model 'bundled'"):
            library.ask(MET)
        library.index([], rebuild=True)
        assert library.ask(MET).answers[0].text == "Tomás Ferreira"
        assert library.status().model == "hashed-words"


def test_a_library_uses_the_reader_it_is_given(filled: Library) -> None:
    with Library.open(filled.data_dir, reader=Silent()) as library:
        library.warm()
        reply = library.ask(MET)
        assert not reply.found
        assert len(reply.nearest) == 3
        found = library.search(MET)
        assert {hit.scores.reader for hit in found.hits} == {0.0}
        assert [hit.rank for hit in found.hits] == [1, 2, 3, 4][: len(found.hits)]
        assert not library.view("elsewhere").ask(MET).found
    assert filled.ask(MET).found


def test_a_library_uses_the_index_it_is_given(
    tmp_path: Path, write: Write, articles: Mapping[str, str]
) -> None:
    engine, folder = DenseEngine(), write(articles)
    with Library.open(tmp_path / "data", index=engine) as library:
        library.index([folder])
        (index,) = engine.indexes.values()
        assert index.flushed
        assert index.count() == library.status().passages
        assert library.status().search.startswith("all of ")
        assert library.ask(MET).answers[0].text == "Tomás Ferreira"
        dated = library.search(MET, filters=Filters(since=date(2024, 1, 1))).hits
        assert {hit.article.title for hit in dated} == {"Fish market moves"}
        dense = {hit.text: hit.scores.dense for hit in library.search(MET).hits}
        assert not [*(tmp_path / "data").glob("vectors-*"), *(tmp_path / "data").glob("lexical-*")]
        (folder / "storm.txt").unlink()
        library.index([folder], prune=True)
        assert not library.ask("How many houses did storm Ylva damage?").found
        library.index([], rebuild=True)
        (rebuilt,) = engine.indexes.values()
        assert rebuilt is not index
        assert rebuilt.count() == library.status().passages
    with Library.open(tmp_path / "shipped") as shipped:
        shipped.index([write(articles)])
        same = {hit.text: hit.scores.dense for hit in shipped.search(MET).hits}
    assert dense == pytest.approx(same, abs=1e-5)


# Stages ---------------------------------------------------------------------------------


def test_each_stage_can_be_another(filled: Library) -> None:
    asking = filled.asking()

    def at_the_harbour(question: Question) -> Understood:
        return understand(replace(question, text=question.text.replace("she", "Marta Lindqvist")))

    reply = replace(asking, understand=at_the_harbour).ask(Question("who did she meet in Lisbon?"))
    assert reply.understood_as == MET
    assert reply.question == "who did she meet in Lisbon?"
    assert reply.answers[0].text == "Tomás Ferreira"

    def first_words(readings: Sequence[Reading], question: str, **limits: object) -> Answered:
        article, start = readings[0].hit.article, readings[0].hit.passage.start
        quote = Quote(article, start, start + 7, Span(article, start, start + 7, 0.5))
        return Answered((Answer(quote.text, 0.5, (quote,)),), "number", True)

    reply = replace(asking, answering=first_words).ask(Question(MET))
    assert reply.answers[0].text == asking.evidence(Question(MET)).readings[0].hit.text[:7]
    assert (reply.answer_type, reply.list_question) == ("number", True)
    assert not replace(asking, reader=Silent()).ask(Question(MET)).found


def test_one_evidence_is_answered_at_several_thresholds(filled: Library) -> None:
    asking = filled.asking()
    evidence = asking.evidence(Question(MET))
    never, forced = (replace(asking, threshold=least).answer(evidence) for least in (1.1, 0.0))
    assert never.answers == ()
    assert never.nearest
    assert forced.answers[0] == filled.ask(MET).answers[0]
    assert forced.nearest == ()


def test_only_a_passage_that_tells_the_year_is_read_with_it(library: Library, write: Write) -> None:
    told = {
        "one.md": "---\ndate: 2022-05-01\n---\nElin Dahl met Tomás Ferreira on Nordøy.",
        "two.txt": "In 2022 Elin Dahl met Jonas Okafor on Nordøy.",
    }
    library.index([write(told)])
    reader = Listening()
    reply = replace(library.asking(), reader=reader).ask(Question("who did Dahl meet in 2022?"))
    (without, both), (whole, dated) = reader.asked
    assert (without, whole) == ("who did Dahl meet?", "who did Dahl meet in 2022?")
    assert len(both) == 2
    assert dated == [told["two.txt"]]
    assert {answer.text for answer in reply.answers} == {"Tomás Ferreira", "Jonas Okafor"}


def test_a_day_that_is_named_is_read_in_articles_of_that_week_without_it(
    library: Library, write: Write
) -> None:
    told = {
        "then.md": "---\ndate: 2022-06-27\n---\nThe ferry line dropped 24 trips on Monday.",
        "later.md": "---\ndate: 2022-08-01\n---\nThe ferry line dropped 31 trips on Monday.",
    }
    library.index([write(told)])
    reader = Listening()
    question = "How many trips did the ferry line drop on June 27, 2022?"
    reply = replace(library.asking(), reader=reader).ask(Question(question))
    (whole, both), (without, near) = reader.asked
    assert (whole, without) == (question, "How many trips did the ferry line drop?")
    assert len(both) == 2
    assert near == ["The ferry line dropped 24 trips on Monday."]
    assert reply.answers[0].text == "24"
    assert reply.understood_as == question


# Questions and replies ------------------------------------------------------------------


def test_a_question_is_a_text_or_all_that_it_depends_on(filled: Library) -> None:
    narrow = Filters(publisher="Coast Desk")
    turn = Turn("who did Marta Lindqvist meet in Lisbon?", ("Tomás Ferreira",))
    asked = Question("who did Marta Lindqvist meet this week?", narrow, (), date(2024, 3, 6))
    said = filled.ask(asked.text, filters=narrow, today=date(2024, 3, 6))
    assert replace(filled.ask(asked), elapsed_ms=0.0) == replace(said, elapsed_ms=0.0)
    assert "(2024-03-04 to 2024-03-06)" in said.understood_as
    follow_up = Question("and in Veldmark?", previous=(turn,))
    for reply in (filled.ask(follow_up), filled.ask("and in Veldmark?", previous=[turn])):
        assert reply.understood_as == "who did Marta Lindqvist meet in Veldmark?"
    assert filled.search(asked).hits == filled.search(asked.text, filters=narrow).hits


def test_what_is_given_besides_takes_the_place_of_the_questions_own(filled: Library) -> None:
    asked = Question(MET, Filters(publisher="Coast Desk"), today=date(2024, 3, 6))
    assert not filled.ask(asked).found
    assert filled.ask(asked, filters=Filters()).answers[0].text == "Tomás Ferreira"
    week = Question("who did Marta Lindqvist meet this week?", today=date(2024, 3, 6))
    moved = filled.ask(week, today=date(2024, 3, 13))
    assert moved.understood_as.endswith("(any date)")


@pytest.mark.parametrize(
    ("question", "kind", "many"),
    [
        (MET, "person", True),
        ("who is the mayor of Nordøy?", "person", False),
        ("How many houses did storm Ylva damage?", "number", False),
        ("When will the quay open?", "date", False),
        ("Where does the fish market move?", "place", False),
        ("What will the quay cost?", "other", False),
        ("Which aircraft carriers does Portugal own?", "other", True),
    ],
)
def test_a_reply_says_what_was_asked_for(
    filled: Library, question: str, kind: str, many: bool
) -> None:
    reply = filled.ask(question)
    assert (reply.answer_type, reply.list_question) == (kind, many)
    assert not reply.differ


def test_a_reply_says_that_articles_differ(library: Library, write: Write) -> None:
    told = "The two ministers agreed to send {} customs officers to the border at Tarn."
    library.index([write({"a.txt": told.format(40), "b.txt": told.format(60)})])
    reply = library.ask("How many customs officers will be sent to Tarn?")
    assert [re.findall(r"\d+", answer.text) for answer in reply.answers] in (
        [["40"], ["60"]],
        [["60"], ["40"]],
    )
    assert reply.differ
    assert not replace(reply, answers=reply.answers[:1]).differ
    assert not replace(reply, list_question=True).differ


def test_both_parts_of_a_question_are_answered(filled: Library) -> None:
    reply = filled.ask("What will the quay cost and when will it open?")
    assert reply.question == "What will the quay cost and when will it open?"
    assert reply.understood_as == "What will the quay cost? When will the quay open?"
    assert [answer.text for answer in reply.answers] == ["48 million euros", "2027"]
    assert all("second quay" in quote.article.text for one in reply.answers for quote in one.quotes)
    assert reply.list_question
    assert not reply.differ


def test_one_part_is_answered_where_the_other_is_not(filled: Library) -> None:
    reply = filled.ask("Where and why was Jonas Okafor born?")
    assert not reply.found
    assert reply.nearest
    reply = filled.ask("When was Jonas Okafor born and what did the storm damage?")
    assert [answer.text for answer in reply.answers] == ["212 houses"]


def test_a_turkish_question_is_answered_from_english_articles(filled: Library) -> None:
    reply = filled.ask("Marta Lindqvist Lizbon'da kiminle görüştü?")
    assert reply.answers[0].text == "Tomás Ferreira"
    assert reply.understood_as == reply.question
    assert filled.ask("Fırtınada kaç ev zarar gördü?").answers[0].text.startswith("212")


def test_turkish_articles_are_read_in_turkish_beside_english_ones(
    library: Library, write: Write
) -> None:
    turkish = (
        "Bakan Elif Saygın bugün Bükreş'te Romanyalı mevkidaşı Ioana Pop ile görüştü. "
        "Görüşme iki saat sürdü ve ardından ortak bir açıklama yapıldı.\n"
    )
    english = (
        "Minister Elif Saygin met the Polish envoy Jan Nowak in Lisbon on Friday. "
        "They spoke about the fishing agreement for an hour.\n"
    )
    library.index([write({"tr.txt": turkish, "en.txt": english})])
    listening = Listening()
    asked = "Elif Saygın kiminle görüştü?"
    reply = replace(library.asking(), reader=listening).ask(Question(asked))
    assert {answer.text for answer in reply.answers} == {"Ioana Pop", "Jan Nowak"}
    assert [(text, len(hits)) for text, hits in listening.asked] == [
        (asked, 1),
        ("Who did Elif Saygın meet?", 1),
    ]
