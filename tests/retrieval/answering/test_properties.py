"""What must hold for any readings at all."""

from __future__ import annotations

import random
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.answering import answers, nearest, same_name
from retrieval.reader.base import Reading
from retrieval.text import split_sentences
from retrieval.types import Answer, Article, Hit, Passage, Scores, Span

QUESTIONS = [
    "who did Dahl meet?",
    "Who won the race?",
    "Where did Dahl meet Reed?",
    "When did it sink?",
    "How many people died?",
    "Which countries signed the treaty?",
    "What did Dahl say?",
    "Çavdar kimlerle görüştü?",
    "",
]
# People who share no name, so that what is said of one never moves to another.
PEOPLE = [
    "Amos Reed",
    "Secretary of State Amos J. Reed",
    "Reed",
    "Şükrü Çavdar",
    "Sukru Cavdar",
    "President Çavdar's",
    "Samir Al-Masri",
    "al-Masri",
    "Jonas van der Veen",
    "Niall O'Connor and Luca Di Marco",
    "Norwegian Foreign Minister Ida Lund, 51,",
    "both Lund and O’Connor",
]
SENTENCES = ["Dahl met {}.", "Later, he spoke with {} in Tarn.", "The storm came. It hit {}."]
OTHERS = [
    "on Feb. 24",
    "24 February 2022",
    "1,611",
    "six",
    "in Tarn, Norway",
    "Norway",
    "reporters",
]

probabilities = st.floats(0.01, 0.99)


def reading(
    id: str, text: str, spans: Sequence[tuple[int, int, float]], language: str | None = "en"
) -> Reading:
    article = Article(id, text, id, None, None, language, None, f"{id}.txt", text)
    sentences = tuple(split_sentences(text))
    made = [Span(article, start, end, probability) for start, end, probability in spans]
    made.sort(key=lambda span: -span.probability)
    passage = Passage(id, 0, len(text), 0, sentences)
    best = made[0].probability if made else 0.0
    return Reading(Hit(article, passage, 1, Scores(0.5)), best, tuple(made))


@st.composite
def told(draw: st.DrawFn, names: Sequence[str] = (*PEOPLE, *OTHERS)) -> Reading:
    """An article of a few plain sentences, each with a span."""
    number = draw(st.integers(0, 5))
    pieces: list[str] = []
    spans: list[tuple[int, int, float]] = []
    for _ in range(draw(st.integers(1, 4))):
        sentence, name = draw(st.sampled_from(SENTENCES)), draw(st.sampled_from(list(names)))
        before = " ".join([*pieces, sentence[: sentence.index("{")]])
        pieces.append(sentence.format(name))
        spans.append((len(before), len(before) + len(name), draw(probabilities)))
    text = " ".join(pieces)
    return reading(f"{number} {text}", text, spans)


@st.composite
def wild(draw: st.DrawFn) -> Reading:
    """Any text at all with spans anywhere in it."""
    alphabet = st.sampled_from([*"Aaİıß .,;:'’“”()-–0123456789\n&", "Dr. ", " and ", "’s "])
    text = "".join(draw(st.lists(alphabet | st.characters(codec="utf-8"), min_size=1, max_size=60)))
    places = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    pairs = zip(places[::2], places[1::2], strict=False)
    spans = [(start, end, draw(probabilities)) for start, end in pairs]
    language = draw(st.sampled_from(["en", "tr", None]))
    return reading(draw(st.text("ab", min_size=1, max_size=2)), text, spans, language)


def ask(readings: Sequence[Reading], question: str, threshold: float = 0.3) -> tuple[Answer, ...]:
    return answers(readings, question, threshold=threshold, most=5, copies=lambda item: ()).answers


def unique(readings: Sequence[Reading]) -> list[Reading]:
    """Readings of different articles."""
    return list({item.hit.article.id: item for item in readings}.values())


def assert_sound(found: Sequence[Answer], readings: Sequence[Reading], threshold: float) -> None:
    texts = [item.hit.article.text for item in readings]
    assert len(found) <= 5
    chances = [answer.probability for answer in found]
    assert all(0 < chance < 1 for chance in chances)
    assert not chances or max(chances) >= threshold
    for answer in found:
        assert answer.text
        assert any(answer.text in text for text in texts)
        assert answer.quotes
    if any(answer.kind == "quote" for answer in found):
        assert_sentences(found)
    else:
        assert chances == sorted(chances, reverse=True)
        assert_marked(found)


def assert_sentences(found: Sequence[Answer]) -> None:
    places = set()
    for answer in found:
        (quote,) = answer.quotes
        assert answer.kind == "quote"
        assert answer.text == quote.text == quote.article.text[quote.start : quote.end]
        assert quote.answer is None
        places.add((quote.article.id, quote.start))
    assert len(places) == len(found)


def assert_marked(found: Sequence[Answer]) -> None:
    for answer in found:
        for quote in answer.quotes:
            span = quote.answer
            assert span is not None
            assert span.article == quote.article
            assert 0 <= quote.start <= span.start < span.end <= quote.end <= len(quote.article.text)
            assert quote.article.text[quote.start : quote.end] == quote.text
            assert quote.article not in quote.also_in
        best = [quote.answer.probability for quote in answer.quotes if quote.answer]
        assert best == sorted(best, reverse=True)


@given(st.lists(told(), max_size=5), st.sampled_from(QUESTIONS), st.floats(0.02, 0.9))
def test_answers_are_sound(readings: list[Reading], question: str, threshold: float) -> None:
    readings = unique(readings)
    assert_sound(ask(readings, question, threshold), readings, threshold)


@settings(max_examples=200)
@given(st.lists(wild(), max_size=3), st.sampled_from(QUESTIONS))
def test_any_text_will_do(readings: list[Reading], question: str) -> None:
    readings = unique(readings)
    assert_sound(ask(readings, question), readings, 0.3)
    for quote in nearest(readings, lambda item: ()):
        assert 0 <= quote.start < quote.end <= len(quote.article.text)


@given(st.lists(told(PEOPLE), max_size=6))
def test_no_two_answers_are_the_same_person(readings: list[Reading]) -> None:
    found = [answer.text for answer in ask(unique(readings), "who did Dahl meet?")]
    pairs = [(a, b) for i, a in enumerate(found) for b in found[:i]]
    assert not [pair for pair in pairs if same_name(*pair)]


@given(st.lists(told(), max_size=5), st.sampled_from(QUESTIONS), st.randoms(use_true_random=False))
def test_the_order_of_readings_is_nothing(
    readings: list[Reading], question: str, rng: random.Random
) -> None:
    readings = unique(readings)
    shuffled = rng.sample(readings, len(readings))
    assert ask(readings, question) == ask(shuffled, question)


@given(st.lists(told(PEOPLE), min_size=1, max_size=4), told(PEOPLE))
def test_what_is_less_likely_never_lowers_the_best(readings: list[Reading], more: Reading) -> None:
    *readings, more = unique([*readings, more])
    before = ask(readings, "who did Dahl meet?", 0.01)
    if not before:
        return
    least = min(before[0].probability, more.probability)
    weaker = [Span(s.article, s.start, s.end, s.probability * least / 1.01) for s in more.spans]
    weak = Reading(more.hit, weaker[0].probability, tuple(weaker))
    after = ask([*readings, weak], "who did Dahl meet?", 0.01)
    assert after[0].probability >= before[0].probability


@given(st.lists(told(), max_size=5), st.sampled_from(QUESTIONS))
def test_many_weak_readings_do_not_add_up(readings: list[Reading], question: str) -> None:
    doubtful = [
        Reading(
            item.hit,
            0.1,
            tuple(Span(span.article, span.start, span.end, 0.1) for span in item.spans),
        )
        for item in unique(readings)
    ]
    assert ask(doubtful, question) == ()
