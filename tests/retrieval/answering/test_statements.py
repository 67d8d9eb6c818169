"""Questions that a sentence answers, and the sentences that do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from retrieval import Library, Turn
from retrieval.answering.statements import answer_form, topic
from retrieval.reader.base import Reading
from retrieval.types import Answer

STATEMENTS = [
    "What did Marta Lindqvist say about the quay?",
    "And what does the mayor think of the tram?",
    "What happened in Veldmark?",
    "What is goblin mode?",
    "Who is Marta Lindqvist?",
    "who was she",
    "Did anyone die in the fire?",
    "Is the bridge open again?",
    "Tell me about the ferry.",
    "harbour ferry accident",
    "NATO",
    "Köprü açıldı mı?",
    "Lindqvist rıhtım hakkında ne dedi?",
]
EITHER = [
    "Why did Kaya postpone the vote?",
    "why was the ferry late",
    "How did the divers reach the cave?",
    "Vapur neden gecikti?",
]
WORDS = [
    "Who met Lindqvist?",
    "who met lindqvist",
    "When did the ferry sink?",
    "How many people died?",
    "How long is the bridge?",
    "What is the capital of Turkey?",
    "What is the name of the ferry?",
    "What is being built?",
    "What was found?",
    "What was cut?",
    "Who was shot?",
    "What did Kaya ask the council for?",
    "What did the storm destroy?",
    "Which ministers met in Lisbon?",
    "Name the members of the council.",
    "list the ships",
    "The mayor of Tarn is called:",
    "The council met on Monday. It was led by",
    "Vapur ne zaman battı?",
    "Geminin adı nedir?",
    "Kim kazandı?",
    "…",
]


@pytest.mark.parametrize("question", STATEMENTS)
def test_a_sentence_answers(question: str) -> None:
    assert answer_form(question) == "statement"


@pytest.mark.parametrize("question", EITHER)
def test_words_answer_or_else_a_sentence(question: str) -> None:
    assert answer_form(question) == "either"


@pytest.mark.parametrize("question", WORDS)
def test_a_few_words_answer(question: str) -> None:
    assert answer_form(question) == "words"


QUAY = """Council split over the quay

The council of Tarn met on Monday to talk about the new quay. "The quay will cost every family its
summer," Marta Lindqvist told the members. She added that nobody had asked the fishers. The vote was
put off, since two of the maps were wrong.
"""
FERRY = """Ferry runs aground

The ferry Skarv ran aground off Veldmark on Friday night. Nobody was hurt, the harbour office said.
Divers found a hole of two metres in its hull. It will be out of service until May.
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("statements")
    (folder / "quay.txt").write_text(QUAY)
    (folder / "ferry.txt").write_text(FERRY)
    with Library.open(folder / "data") as library:
        library.index([folder / "quay.txt", folder / "ferry.txt"])
        yield library


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What did Marta Lindqvist say about the quay?", "cost every family its\nsummer"),
        ("What happened off Veldmark?", "ran aground off Veldmark on Friday night"),
        ("Was anyone hurt when the ferry ran aground?", "Nobody was hurt"),
        ("What happened in Tarn?", "The council of Tarn met on Monday"),
        ("Tell me about the ferry", "The ferry Skarv ran aground"),
        ("ferry Skarv aground", "The ferry Skarv ran aground"),
    ],
)
def test_the_sentences_are_the_answer(library: Library, question: str, words: str) -> None:
    reply = library.ask(question)
    assert reply.answer_type == "description"
    assert not reply.differ
    assert any(words in answer.text for answer in reply.answers)
    for answer in reply.answers:
        (quote,) = answer.quotes
        stored = library.article(quote.article.id).text
        assert answer.kind == "quote"
        assert answer.text == quote.text == stored[quote.start : quote.end]
        assert quote.answer is None


def test_the_sentence_that_tells_what_is_asked_decides(
    ask: Callable[..., tuple[Answer, ...]], read: Callable[..., Reading]
) -> None:
    text = "At noon the search for the Skarv began with two boats. Search for the Skarv given up."
    spans = {"At noon": 0.5, "Search for the Skarv given up": 0.35}
    reading = replace(read("one", text, spans), relevance=0.6)
    told = ask("Was the search for the Skarv given up?", reading)
    assert told[0].text == "Search for the Skarv given up."
    assert told[0].probability == max(answer.probability for answer in told)


def test_who_else_did_it_decides_nothing(
    read: Callable[..., Reading], ask: Callable[..., tuple[Answer, ...]]
) -> None:
    text = "Norway and Iceland signed the pact. Spain did not come. It will sign in May."
    reading = read("a", text, {"signed the pact": 0.8, "did not come": 0.6, "in May": 0.7})
    told = [answer.text for answer in ask("Did Spain sign the pact?", reading)]
    assert told == ["Spain did not come. It will sign in May."]
    told = [answer.text for answer in ask("Was the pact signed?", reading)]
    assert told[0] == "Norway and Iceland signed the pact."


def test_a_reason_is_marked_where_the_reader_sees_it(library: Library) -> None:
    (answer, *_) = library.ask("Why was the vote put off?").answers
    assert answer.kind == "span"
    assert "two of the maps were wrong" in answer.text
    assert answer.quotes[0].answer is not None


@pytest.mark.parametrize(
    "question", ["What did Jonas Okafor say about airships?", "Did the volcano erupt in Peru?"]
)
def test_what_no_article_tells_is_no_answer(library: Library, question: str) -> None:
    reply = library.ask(question)
    assert not reply.found
    assert reply.nearest


def test_a_sentence_names_nobody_for_the_next_question(library: Library) -> None:
    reply = library.ask("What did Marta Lindqvist say about the quay?")
    articles = (reply.answers[0].quotes[0].article.id,)
    assert Turn.of(reply) == Turn("What did Marta Lindqvist say about the quay?", (), articles)


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("Tell me about the ferry.", "the ferry"),
        ("tell me something about the quay of Tarn", "the quay of Tarn"),
        ("harbour ferry accident", "harbour ferry accident"),
        ("NATO", "NATO"),
        ("Describe the ferry", ""),
        ("What happened in Veldmark?", ""),
        ("Did anyone die in the fire?", ""),
        ("Köprü açıldı mı?", ""),
        ("Who met Lindqvist?", ""),
    ],
)
def test_what_passages_are_wanted_about(question: str, about: str) -> None:
    assert topic(question) == about


PRICES = """Prices of fish

In Tarn a kilo of cod costs 9 euros. It rained all week. In Veldmark a kilo of cod costs 12 euros.
The fishers of Lund stayed at home.
"""


@pytest.mark.parametrize(
    "question",
    [
        "Is cod more expensive in Tarn than in Veldmark?",
        "Where is cod cheaper, in Veldmark or in Tarn?",
        "How much does cod cost in Tarn compared with Veldmark?",
    ],
)
def test_compared_things_stand_side_by_side(
    tmp_path_factory: pytest.TempPathFactory, question: str
) -> None:
    folder = tmp_path_factory.mktemp("compared")
    (folder / "fish.txt").write_text(PRICES)
    with Library.open(folder / "data") as library:
        library.index([folder / "fish.txt"])
        reply = library.ask(question)
    told = {answer.text for answer in reply.answers}
    assert told == {
        "In Tarn a kilo of cod costs 9 euros.",
        "In Veldmark a kilo of cod costs 12 euros.",
    }


def test_when_it_happened_is_no_reason(
    read: Callable[..., Reading], ask: Callable[..., tuple[Answer, ...]]
) -> None:
    text = "Thieves took the bell on March 3. They wanted to sell its bronze."
    question = "Why did thieves take the bell?"
    assert not ask(question, read("a", text, {"March 3": 0.7}))
    (found,) = ask(question, read("a", text, {"March 3": 0.7, "to sell its bronze": 0.5}))
    assert found.text == "to sell its bronze"
