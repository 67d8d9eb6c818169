"""Misspelt words are put right by the articles; words that are right never change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval import Library
from retrieval.spelling import distance, misspelt, respelled
from retrieval.types import NO_FILTERS

ARTICLES = {
    "award.txt": (
        "Rosalind Hartwell banned from the Larsens\n\n"
        "The film academy has banned Rosalind Hartwell from the Larsens for six years. "
        "Rosalind Hartwell had thrown a glass at the host, Will Smith, in Ostrava. "
        "Christine Mulvaney of the academy announced the decision on Monday.\n"
    ),
    "bridge.txt": (
        "Bridge over the Torne closes\n\n"
        "President Ilkka Vähämäki closed the bridge at Haparanda on 4 May. "
        "The bridge will be repaired for 3 million euros, the ministry said. "
        "Drivers have to take the ferry from Kukkola.\n"
    ),
    "coach.txt": (
        "Käthe Größl folgt auf Jürgen Moeller\n\n"
        "Käthe Größl übernimmt im Herbst die Geschäfte von Jürgen Moeller in Güstrow. "
        "Zur Feier kamen Gäste aus Kyjiw, aus Turkey und aus Ærøskøbing, darunter Søren Qvist. "
        "Manuel Haase, der Koch, hatte neue Rezepte. Das Essen dauerte bis zwei Uhr.\n"
    ),
    "talks.txt": (
        "Qaddafi's envoy in Kyiv\n\n"
        "Qaddafi sent an envoy to Kyiv on 2 June. He told us that the talks had been useful. "
        "Zelenskyy received him.\n"
    ),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("spelling")
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, "utf-8")
    with Library.open(folder / "data") as library:
        library.index([folder / name for name in ARTICLES])
        library.warm()
        yield library


def found(library: Library, question: str) -> dict[str, str]:
    return misspelt(question, library.asking().searcher, NO_FILTERS)


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("How long is Rosalind Hartwel banned?", {"Hartwel": "Hartwell"}),
        ("How long is Rosalynd Hartwell banned?", {"Rosalynd": "Rosalind"}),
        ("Who was banned from the Larsons?", {"Larsons": "Larsens"}),
        ("what did rosalind hartwlel throw?", {"hartwlel": "Hartwell"}),
        ("At whom did she throw a glass, Will Smyth?", {"Smyth": "Smith"}),
        ("What did Christin Mulvaney announce?", {"Christin": "Christine"}),
        ("Who did Kristine Mulvaney speak for?", {"Kristine": "Christine"}),
        ("Which bridge did Presidnt Vahamaki close?", {"Presidnt": "President"}),
        ("Where is the brigde?", {"brigde": "bridge"}),
        ("wher is the brigde?", {"wher": "where", "brigde": "bridge"}),
        ("Waht did Mulvaney announce?", {"Waht": "What"}),
        ("Rosalind Hartvell kaç yıl ceza aldı?", {"Hartvell": "Hartwell"}),
        ("Wer uebernimmt die Geschaefte?", {"uebernimmt": "übernimmt", "Geschaefte": "Geschäfte"}),
        ("Who is Kaethe Groessl?", {"Kaethe": "Käthe", "Groessl": "Größl"}),
        ("Who is Juergen Möller's successor?", {"Juergen": "Jürgen", "Möller": "Moeller"}),
        ("Where does Soeren Qvist live?", {"Soeren": "Søren"}),
        ("what happened in guestrow?", {"guestrow": "güstrow"}),
        ("Whom did Gaddafi send to Kiev?", {"Gaddafi": "Qaddafi", "Kiev": "Kyiv"}),
        ("Whom did Selenskyj receive?", {"Selenskyj": "Zelenskyy"}),
    ],
)
def test_a_misspelt_word_is_the_near_one_of_the_articles(
    told: Library, question: str, meant: dict[str, str]
) -> None:
    assert found(told, question) == meant


@pytest.mark.parametrize(
    "question",
    [
        "How long is Rosalind Hartwell banned from the Larsens?",
        "Which ridge was closed?",  # it begins otherwise
        "Who is Smyth?",  # a name of its own, and nothing says that Will Smith is meant
        "Who is John Smyth?",
        "Where did the fairy come from?",  # right, though the articles tell of a ferry
        "What did Ilka do?",  # too short to be sure of
        "Who closed the bridge in 2033?",
        "Köprüyü kim kapattı, bridgi?",  # of other languages only names are put right
        "Who met Zhvania?",
        "Who is Käthe Größl, and who is Kathe Grossl?",  # folded alike
        "What are Manuel Haase's new recipes?",
        "What did he tell us about Turkey?",
        "Wer ist der neue Koch?",
        "Wen traf der Koch?",
        "hwo left?",  # who, or how
        "Whit Larsens",  # a name
    ],
)
def test_other_words_stay_as_they_are(told: Library, question: str) -> None:
    assert found(told, question) == {}


def test_it_doesn_t_guess_between_two(tmp_path: Path) -> None:
    text = "Karin Lindahl came. Later Sven Lindohl came to Ostrava as well, and both stayed.\n"
    (tmp_path / "two.txt").write_text(text, "utf-8")
    with Library.open(tmp_path / "data") as library:
        library.index([tmp_path / "two.txt"])
        library.warm()
        assert found(library, "When did Lindihl come?") == {}
        assert found(library, "When did Sven Lindihl come?") == {"Lindihl": "Lindohl"}


def test_the_answer_tells_how_the_question_was_understood(told: Library) -> None:
    reply = told.ask("How many years is Rosalind Hartwel banned?")
    assert reply.question == "How many years is Rosalind Hartwel banned?"
    assert reply.understood_as == "How many years is Rosalind Hartwell banned?"
    assert reply.answers[0].text in ("six", "six years")


def test_words_of_another_collection_are_not_told(tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("The harbour of Veldmark is open on Sundays.\n", "utf-8")
    (tmp_path / "other.txt").write_text("Jonas Okafor runs the market of Lisbon.\n", "utf-8")
    with Library.open(tmp_path / "data", collection="own") as library:
        library.index([tmp_path / "own.txt"])
        other = library.view("other")
        other.index([tmp_path / "other.txt"])
        assert other.ask("Where is Jonas Okafer?").understood_as == "Where is Jonas Okafor?"
        assert library.ask("Where is Jonas Okafer?").understood_as == "Where is Jonas Okafer?"


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("smyth", "smith", 1),
        ("abbe", "abe", 1),
        ("brigde", "bridge", 1),
        ("ab", "ba", 1),
        ("volodimir", "volodymyr", 2),
        ("oslo", "paris", 3),
        ("", "a", 1),
        ("same", "same", 0),
    ],
)
def test_distance_counts_letters(one: str, other: str, apart: int) -> None:
    assert distance(one, other, 2) == distance(other, one, 2) == apart


def test_whole_words_are_put_right() -> None:
    found = {"Abbe": "Abe", "Oscers": "Oscars"}
    assert respelled("Did Abbe's Abbey get Oscers?", found) == "Did Abe's Abbey get Oscars?"
    assert respelled("Did he?", {}) == "Did he?"
