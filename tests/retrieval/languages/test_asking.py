"""An index of articles in several languages, asked in each of them, with the real models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval import Library

ARTICLES = {
    "bruecke.md": (
        "---\ntitle: Neue Brücke für Altmar\n---\n"
        "Am 1. Juli wurde in Altmar der Vertrag über die neue Brücke unterzeichnet. "
        "Bürgermeisterin Dr. Henrike Vosswinkel traf dafür den Verkehrsminister Jonas Adelmeier "
        "im alten Rathaus. Die Häuser am Ufer müssen z. T. abgerissen werden.\n"
    ),
    "wetter.md": (
        "---\ntitle: Sturm an der Küste\n---\n"
        "Der Sturm hat an der Küste mehrere Boote zerstört. Fischer warteten tagelang im Hafen. "
        "Die Feuerwehr pumpte Wasser aus den Kellern der Stadt.\n"
    ),
    "musee.md": (
        "---\ntitle: Un musée pour Valbrune\n---\n"
        "Le musée de Valbrune a été inauguré en présence de Mme Solène Garrigou, ministre de la "
        "Culture. M. Le Goff, architecte du bâtiment, a rencontré les artistes réunis dans la "
        "grande salle. Les travaux ont coûté douze millions d'euros.\n"
    ),
    "greve.md": (
        "---\ntitle: Grève dans les ports\n---\n"
        "Les dockers ont cessé le travail dans trois ports. Leurs syndicats réclament des "
        "salaires plus élevés. Aucun navire n'a quitté les quais depuis lundi.\n"
    ),
    "puente.md": (
        "---\ntitle: Acuerdo sobre el agua\n---\n"
        "La Sra. Inés Belmonte se reunió con los agricultores de Riofrío. Los ministros aprobaron "
        "las canciones escolares y un plan de riego. El plan empezará en enero.\n"
    ),
    "tren.md": (
        "---\ntitle: El tren nocturno\n---\n"
        "El tren nocturno volverá a circular entre las dos capitales. Los billetes costarán "
        "treinta euros. La empresa contrató a doscientos maquinistas.\n"
    ),
    "clock.md": (
        "---\ntitle: The clock of Harwin\n---\n"
        "The town clock of Harwin was repaired after eleven years. Watchmaker Odette Brannigan "
        "found the missing wheel in a cellar. The mayor thanked her in front of the church.\n"
    ),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("articles")
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, "utf-8")
    with Library.open(tmp_path_factory.mktemp("data")) as opened:
        opened.index([folder])
        yield opened


def test_each_article_is_told_by_its_language(library: Library) -> None:
    told = {Path(str(item.path)).name: item.language for item in library.articles()}
    assert told == {
        "bruecke.md": "de",
        "wetter.md": "de",
        "musee.md": "fr",
        "greve.md": "fr",
        "puente.md": "es",
        "tren.md": "es",
        "clock.md": "en",
    }


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Wen hat Henrike Vosswinkel getroffen?", "Neue Brücke für Altmar"),
        ("Welches Haus muss abgerissen werden?", "Neue Brücke für Altmar"),
        ("Was hat der Sturm zerstört?", "Sturm an der Küste"),
        ("Qui a inauguré le musée de Valbrune ?", "Un musée pour Valbrune"),
        ("Que réclame le syndicat des dockers ?", "Grève dans les ports"),
        ("¿Con quién se reunieron los agricultores?", "Acuerdo sobre el agua"),
        ("¿Cuánto costará el billete del tren nocturno?", "El tren nocturno"),
        ("Who repaired the clock?", "The clock of Harwin"),
        # a name is found by a question in any language
        ("Who did Henrike Vosswinkel meet?", "Neue Brücke für Altmar"),
        ("who is Solene Garrigou?", "Un musée pour Valbrune"),
        ("Adelmeier", "Neue Brücke für Altmar"),
        ("Wer ist Odette Brannigan?", "The clock of Harwin"),
        ("Belmonte kiminle görüştü?", "Acuerdo sobre el agua"),
    ],
)
def test_the_passage_is_found_first(library: Library, question: str, title: str) -> None:
    hit = library.search(question, 3).hits[0]
    assert hit.article.title == title
    assert hit.scores.lexical


@pytest.mark.parametrize(
    ("question", "start"),
    [
        ("Wen hat Henrike Vosswinkel getroffen?", "Am 1. Juli wurde in Altmar der Vertrag"),
        ("Qui est M. Le Goff ?", "Le musée de Valbrune a été inauguré en présence de Mme Solène"),
    ],
)
def test_sentences_are_whole(library: Library, question: str, start: str) -> None:
    hit = library.search(question, 1).hits[0]
    sentences = [hit.article.text[a:b] for a, b in hit.passage.sentences]
    assert sentences[0].startswith(start)
    assert len(sentences) == 3


def test_what_is_quoted_is_verbatim(library: Library) -> None:
    reply = library.ask("Wen hat Henrike Vosswinkel getroffen?")
    quotes = [*reply.nearest, *(quote for answer in reply.answers for quote in answer.quotes)]
    assert quotes
    for quote in quotes:
        assert library.article(quote.article.id).text[quote.start : quote.end] == quote.text
