"""What must hold for any articles at all."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Sequence
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval import Library, Reply
from retrieval.encoder import Encoder, load_encoder
from retrieval.passages import cut_passages
from retrieval.store import Recipe
from retrieval.text import split_sentences

WORDS = [
    "Brandt",
    "İpek",
    "met",
    "Novotný",
    "ağ",
    "1,611",
    "quay",
    "Dr.",
    "U.S.",
    "“yes”",
    "👍🏽",
    "ﬁnd",
]
ENDS = [". ", "? ", "!\n", "…\n\n", ".\r\n", " ", "\t", "\x00", "\u2028", "。"]
texts = st.lists(
    st.tuples(
        st.lists(st.sampled_from(WORDS) | st.text(max_size=9), max_size=12), st.sampled_from(ENDS)
    ),
    min_size=1,
    max_size=12,
).map(lambda sentences: "".join(" ".join(words) + end for words, end in sentences))
articles = st.lists(
    texts.filter(lambda text: any(map(str.isalpha, text)) and unescape(text) == text),
    min_size=1,
    max_size=4,
)
"""Texts as they are to be stored: of a field that holds "&ap;" it would be "≈" (test_markup)."""


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder()


def write(folder: Path, texts: Sequence[str]) -> list[Path]:
    paths = [folder / f"{number}.jsonl" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(json.dumps({"text": text}))
    return paths


def answers(reply: Reply) -> list[tuple[str, float]]:
    return [(answer.text, round(answer.probability, 5)) for answer in reply.answers]


@given(texts, st.integers(16, 200), st.integers(0, 3))
def test_passages_cover_every_sentence(text: str, tokens: int, overlap: int) -> None:
    encoder = load_encoder()
    recipe = Recipe("bundled", "", 384, tokens, overlap, 1)
    passages = cut_passages("a", text, (), encoder, recipe)
    covered = {place for item in passages for s, e in item.sentences for place in range(s, e)}
    for start, end in split_sentences(text):
        missing = set(range(start, end)) - covered
        assert all(text[place].isspace() for place in missing)
    for passage in passages:
        body = text[passage.start : passage.end]
        assert body == body.strip()
        alone = len(passage.sentences) == 1
        assert alone or len(encoder.token_ends([body])[0]) <= tokens + len(passage.sentences)
    assert [passage.ordinal for passage in passages] == list(range(len(passages)))


@settings(max_examples=20)
@given(articles)
def test_every_quote_is_a_span_of_a_stored_text(contents: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Library.open(folder / "data") as library:
            library.index(write(folder, contents))
            stored = {article.id: library.article(article.id) for article in library.articles()}
            assert {article.text for article in stored.values()} <= set(contents)
            reply = library.ask("who did İpek Brandt meet at the quay?")
            found = [quote for answer in reply.answers for quote in answer.quotes]
            for quote in (*found, *reply.nearest):
                words = stored[quote.article.id].words(quote.field)
                assert words[quote.start : quote.end] == quote.text
                assert quote.text
            for hit in library.search("1,611 met", 50).hits:
                words = stored[hit.article.id].text
                assert words[hit.passage.start : hit.passage.end] == hit.text


@settings(max_examples=15)
@given(articles, st.randoms(use_true_random=False))
def test_file_order_and_reopening_change_no_answer(
    contents: list[str], order: random.Random
) -> None:
    question = "who did İpek Brandt meet at the quay?"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = write(folder, contents)
        with Library.open(folder / "one") as library:
            library.index(paths)
            first = answers(library.ask(question))
        with Library.open(folder / "one") as library:
            assert answers(library.ask(question)) == first
        order.shuffle(paths)
        with Library.open(folder / "two") as library:
            for path in paths:
                library.index([path])
            assert answers(library.ask(question)) == first
