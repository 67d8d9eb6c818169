"""What the reader that ships answers: real model, invented news."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest

from retrieval.encoder.bundled import bundled_folder, bundled_weights
from retrieval.errors import ModelError
from retrieval.reader import ExtractiveReader
from retrieval.reader.checkpoint import load_checkpoint
from retrieval.reader.extractive import FEATURES
from retrieval.reader.model import SpanModel
from retrieval.reader.weights import runnable
from retrieval.text import split_sentences
from retrieval.types import Article, Hit, Passage, Scores

READER = ExtractiveReader()

HARBOUR = (
    "On 3 May, Norwegian Fisheries Minister Elin Dahl held talks with her Portuguese counterpart "
    "Tomás Ferreira in Lisbon. She also discussed the new quota with Jonas Okafor. "
    "Marta Lindqvist, who heads the harbour council, stayed in Veldmark. The quay will cost 48 "
    "million euros."
)


def hit(text: str, title: str = "", rank: int = 1) -> Hit:
    article = Article(str(rank), text, title, None, None, None, None, None, str(rank))
    passage = Passage(article.id, 0, len(text), 0, tuple(split_sentences(text)))
    return Hit(article, passage, rank, Scores(1.0, 0.6, 10.0))


def best(question: str, text: str = HARBOUR) -> tuple[str, float]:
    (reading,) = READER.read(question, [hit(text)])
    return reading.spans[0].text, reading.spans[0].probability


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Where did Dahl meet Ferreira?", "Lisbon"),
        ("where did dahl meet ferreira", "Lisbon"),
        ("When did Dahl meet Ferreira?", "3 May"),
        ("Who did Ferreira meet?", "Elin Dahl"),
        ("What will the quay cost?", "48 million euros"),
        ("Who stayed in Veldmark?", "Marta Lindqvist"),
        ("Who heads the harbour council?", "Marta Lindqvist"),
    ],
)
def test_the_best_span_answers(question: str, answer: str) -> None:
    assert best(question)[0] == answer


def test_a_list_comes_as_its_names() -> None:
    (reading,) = READER.read("Who did Dahl meet?", [hit(HARBOUR)])
    assert {span.text for span in reading.spans[:2]} == {"Tomás Ferreira", "Jonas Okafor"}
    odds = [span.probability / (1 - span.probability) for span in reading.spans]
    assert odds[1] > 3 * odds[2]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("Who did Lindqvist meet?", "Who did Dahl meet?"),
        ("Who did Petrenko meet?", "Who did Dahl meet?"),
        ("When was Elin Dahl born?", "When did Dahl meet Ferreira?"),
        ("Who won the regatta?", "Who stayed in Veldmark?"),
        ("What will the bridge cost?", "What will the quay cost?"),
    ],
)
def test_what_isnt_told_is_far_less_probable(asked: str, told: str) -> None:
    assert best(asked)[1] < 0.5 * best(told)[1]


def test_a_probability_doesnt_depend_on_what_else_is_read() -> None:
    others = [hit(f"The weather in Oslo was fine on day {n}.", rank=n) for n in range(2, 12)]
    alone = READER.read("Who did Ferreira meet?", [hit(HARBOUR)])[0]
    among = READER.read("Who did Ferreira meet?", [hit(HARBOUR), *others])[0]
    assert among.probability == pytest.approx(alone.probability, abs=1e-6)
    assert among.spans == alone.spans


def test_a_passage_longer_than_the_model_sees_is_read_to_its_end() -> None:
    filler = "The committee spoke about the weather and the price of rope. " * 60
    text = filler + "The lighthouse keeper is called Runa Solberg."
    assert best("Who is the lighthouse keeper?", text)[0] == "Runa Solberg"


def test_odd_input_gives_readings_and_no_error() -> None:
    texts = ["\ud800", "?", "👩‍👩‍👧‍👦 " * 500, "ﷺ\u200b\n\n…", "a" * 5000]
    hits = [hit(text, title=text, rank=rank) for rank, text in enumerate(texts, 1)]
    readings = READER.read("\udfff who " * 300, hits)
    assert [reading.hit for reading in readings] == hits
    for reading in readings:
        for span in reading.spans:
            assert reading.hit.passage.start <= span.start < span.end <= reading.hit.passage.end
            assert 0 <= span.probability <= 1


def test_nothing_to_read_gives_nothing() -> None:
    assert READER.read("who?", []) == []


def test_the_graph_is_the_one_that_the_tool_makes(tool: Callable[[str], ModuleType]) -> None:
    made = tool("reader_graph")
    assert made.GRAPH.read_bytes() == made.graph()


def test_without_a_calibration_there_are_scores_and_no_probabilities() -> None:
    weights = runnable(load_checkpoint().tensors, bundled_weights(bundled_folder()))
    model = SpanModel(weights, 1)
    bare = ExtractiveReader(model=lambda: model)
    (found,) = bare.found("Who did Ferreira meet?", [hit(HARBOUR)])
    assert found.spans[0][1] > 0
    with pytest.raises(ModelError, match=r"benchmarks\.calibrate --write"):
        bare.read("Who did Ferreira meet?", [hit(HARBOUR)])


def test_the_calibration_weighs_the_features_and_tells_where_it_is_from() -> None:
    calibration = READER.calibration
    assert set(calibration.weights) == set(FEATURES)
    assert 0 < calibration.thresholds["eager"] < calibration.thresholds["balanced"]
    assert calibration.thresholds["balanced"] < calibration.thresholds["cautious"] < 1
    assert {"weights", "thresholds", "date", "commit"} <= set(calibration.provenance)
