"""Reading in given texts is measured right, with a reader that knows a few words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from benchmarks.reading import Bench, GivenTexts, Listed, newsqa, spans, squad, turkish
from corpora.examples import evaluated
from retrieval.encoder import Encoder, load_encoder
from retrieval.reader import Calibration, Reading
from retrieval.types import Article, Hit, Passage, Scores, Span

HARBOUR = (
    "The harbour council of Veldmark voted on Tuesday to build a second quay. "
    "Council head Marta Lindqvist met with shipping minister Tomás Ferreira in Lisbon. "
    "The quay will cost 48 million euros and open in 2027. "
) * 4
STORM = "Storm Ylva damaged 212 houses on the island of Nordøy. Nobody was killed."
TITLES = [f"Harbour {number}" for number in range(20)]
MEASURED, OTHER = [title for title in TITLES if evaluated(title)][:2]
TRAINED = next(title for title in TITLES if not evaluated(title))


class Knowing:
    """Finds these words wherever they stand, each with its probability."""

    calibration = Calibration({}, {}, {"cautious": 0.45, "balanced": 0.25, "eager": 0.1}, {})

    def __init__(self, words: Mapping[str, float]) -> None:
        self.words = words
        self.seen: list[Sequence[Hit]] = []

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        self.seen.append(hits)
        return [self._reading(hit) for hit in hits]

    def _reading(self, hit: Hit) -> Reading:
        found = tuple(
            Span(hit.article, hit.passage.start + at, hit.passage.start + at + len(words), p)
            for words, p in self.words.items()
            if (at := hit.text.find(words)) >= 0
        )
        return Reading(hit, max((span.probability for span in found), default=0.0), found)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    texts = {"m": (MEASURED, HARBOUR), "s": (OTHER, STORM), "t": (TRAINED, STORM)}
    _write(
        tmp_path / "squad2_dev_half",
        [{"id": id, "title": title, "text": text} for id, (title, text) in texts.items()],
        [
            _query("Who met Ferreira?", "m", "Marta Lindqvist", "Lindqvist"),
            _query("How much will the quay cost?", "m", "48 million euros"),
            _query("Who was killed?", "s"),
            _query("How many houses were damaged?", "t", "212"),
            _query("Who damaged the bridge?", "t"),
        ],
    )
    return tmp_path


def _query(question: str, document: str, *answers: str) -> dict[str, Any]:
    return {"question": question, "answers": list(answers), "doc_ids": [document]}


def _write(folder: Path, corpus: list[dict[str, Any]], queries: list[dict[str, Any]]) -> None:
    folder.mkdir()
    for name, rows in (("corpus", corpus), ("queries", queries)):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")


def test_all_passages_of_a_text_are_read_in_one_call(encoder: Encoder) -> None:
    reader = Knowing({"Ferreira": 0.4})
    readings = GivenTexts(reader, encoder, 64).read("Who?", "Harbour news", HARBOUR)
    assert [list(hits) for hits in reader.seen] == [[reading.hit for reading in readings]]
    assert len(readings) > 3
    held = {span for reading in readings for span in reading.hit.passage.sentences}
    assert len(held) == 12
    assert {reading.hit.article.title for reading in readings} == {"Harbour news"}
    assert all(span.text == "Ferreira" for span in spans(readings))


def test_a_text_without_a_title_gets_one_as_if_indexed(encoder: Encoder) -> None:
    texts = GivenTexts(Knowing({}), encoder, 64)
    assert texts.read("Who?", None, STORM)[0].hit.article.title.startswith("Storm Ylva")
    assert texts.read("Who?", "", STORM)[0].hit.article.title == ""


def test_spans_of_overlapping_passages_count_once() -> None:
    article = Article("a", STORM, "", None, None, None, None, None, "")
    hits = [
        Hit(article, Passage("a", 0, len(STORM), n, ((0, len(STORM)),)), n + 1, Scores(1.0))
        for n in range(2)
    ]
    weak, strong, other = (
        Span(article, *place, probability)
        for place, probability in (((0, 10), 0.2), ((0, 10), 0.7), ((11, 18), 0.5))
    )
    found = spans([Reading(hits[0], 0.5, (other, weak)), Reading(hits[1], 0.7, (strong,))])
    assert found == [strong, other]


def test_squad_forced_and_with_abstention(encoder: Encoder, data: Path) -> None:
    reader = Knowing({"Marta Lindqvist": 0.9, "212": 0.6, "Nobody": 0.3})
    rows = list(squad(Bench(GivenTexts(reader, encoder, 128), data, None)))
    assert [row.split(" | ")[2:4] for row in rows[:2]] == [
        ["2", "EM 0.500, F1 0.500"],
        # Of the trained-on questions one is answered right and one wrongly, at .6 both.
        ["3", "EM 0.333, F1 0.333; answers 0.000 of the answerable, silent on 1.000 of the others"],
    ]
    assert "threshold inf (best on the articles trained on)" in rows[1]
    # At .5, 212 is given to the question that has no answer.
    assert "EM 0.333, F1 0.333; answers 1.000 of the answerable, silent on 0.000" in rows[2]
    assert "threshold 0.250 (“balanced”)" in rows[2]
    # One article has no answer and makes the other silent, which lets the first one speak.
    assert "threshold 0.900 to inf (best on the other articles" in rows[3]
    assert "EM 0.333, F1 0.333; answers 0.000 of the answerable, silent on 1.000" in rows[3]


def test_limit_takes_questions_from_all_over_the_set(encoder: Encoder, data: Path) -> None:
    reader = Knowing({"Marta Lindqvist": 0.9})
    (data / "squad2_dev_half").rename(data / "newsqa_dev")
    (row,) = newsqa(Bench(GivenTexts(reader, encoder, 128), data, 2))
    assert [hits[0].article.text for hits in reader.seen] == [HARBOUR, STORM]
    assert row.split(" | ")[2] == "2"


def test_turkish_answers_are_compared_without_accents(encoder: Encoder, tmp_path: Path) -> None:
    text = "Şükrü Çavuşoğlu Perşembe günü Diyarbakır'da konuştu."
    corpus = [{"id": "a", "title": "Ziyaret", "text": text}]
    _write(tmp_path / "tquad_dev", corpus, [_query("Nerede konuştu?", "a", "DİYARBAKIR")])
    texts = GivenTexts(Knowing({"Diyarbakır": 0.8}), encoder, 128)
    (row,) = turkish(Bench(texts, tmp_path, None))
    assert "EM 1.000, F1 1.000" in row


def test_a_list_holds_the_spans_near_the_best() -> None:
    article = Article("a", HARBOUR, "", None, None, None, None, None, "")
    places = {name: HARBOUR.index(name) for name in ("Marta Lindqvist", "Tomás Ferreira", "Lisbon")}
    marta, tomas, lisbon = (
        Span(article, at, at + len(name), probability)
        for (name, at), probability in zip(places.items(), (0.5, 0.4, 0.1), strict=True)
    )
    listed = Listed([marta, tomas, lisbon], ["Tomás Ferreira", "Marta Lindqvist"])
    # Their odds are 1, 2/3 and 1/9.
    assert listed.score(0.6) == 1
    assert listed.score(0.7) == pytest.approx(2 / 3)
    assert listed.score(0.1) == pytest.approx(4 / 5)
    assert Listed([], ["Marta Lindqvist"]).score(0.5) == 0
