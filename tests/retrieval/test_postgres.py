"""A library over PostgreSQL: the same answers as over SQLite, from any number of machines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from retrieval import Library, LibraryError, Reply
from tests.postgres import Postgres

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
QUESTION = "who did Fidan meet?"

Write = Callable[[Mapping[str, str]], Path]


@pytest.fixture
def url(postgres: Postgres) -> str:
    return postgres.url(postgres.emptied())


@pytest.fixture
def library(tmp_path: Path, url: str) -> Iterator[Library]:
    with Library.open(tmp_path / "data", database=url) as opened:
        yield opened


def told(reply: Reply) -> list[object]:
    """Give all that a reply says."""
    return [
        (
            *(answer.kind, answer.text, answer.probability),
            [
                (quote.article.id, quote.start, quote.end, quote.text, quote.answer)
                for quote in answer.quotes
            ],
        )
        for answer in reply.answers
    ]


@pytest.mark.slow
def test_the_seeds_answer_as_over_sqlite(tmp_path: Path, url: str, library: Library) -> None:
    report = library.index([SEEDS])
    with Library.open(tmp_path / "sqlite") as plain:
        expected = plain.index([SEEDS])
        assert (report.added, report.failed) == (expected.added, expected.failed)
        for question in (QUESTION, "When did Finland join NATO?", "Who captained the Razoni?"):
            assert told(library.ask(question)) == told(plain.ask(question))
        assert "Antony Blinken" in [one.text for one in library.ask(QUESTION).answers]
        assert list(library.export()) == list(plain.export())
        assert library.articles() == plain.articles()
        assert library.publishers() == plain.publishers()
        assert library.titles("fidan", 9) == plain.titles("fidan", 9)
    assert not (tmp_path / "data" / "quoth.db").exists()
    assert library.check() == ()
    assert library.index([SEEDS]).unchanged == report.added
    with Library.open(tmp_path / "elsewhere", database=url) as second:
        assert told(second.ask(QUESTION)) == told(library.ask(QUESTION))
        assert list((tmp_path / "elsewhere").glob("vectors-*"))


def test_what_one_machine_stores_another_answers(
    tmp_path: Path, url: str, library: Library, write: Write, articles: Mapping[str, str]
) -> None:
    library.index([write(articles)])
    with Library.open(tmp_path / "elsewhere", database=url) as second:
        question = "Who did Marta Lindqvist meet in Lisbon?"
        assert second.ask(question).answers[0].text == "Tomás Ferreira"
        ferry = "Captain Ivo Marsh met with harbour clerk Runa Solberg.\n"
        library.index([write({"ferry.txt": ferry})])
        (found,) = (one for one in second.articles() if (one.path or "").endswith("ferry.txt"))
        assert second.ask("Who did Captain Ivo Marsh meet?").answers[0].text == "Runa Solberg"
        second.remove([found.id])
        assert not library.ask("Who did Captain Ivo Marsh meet?").found
        second.index([], rebuild=True)
        assert library.ask(question).answers[0].text == "Tomás Ferreira"
        assert library.check() == second.check() == ()


def test_an_index_in_milvus_follows_it(
    tmp_path: Path, url: str, write: Write, articles: Mapping[str, str]
) -> None:
    pytest.importorskip("milvus_lite", reason="pip install 'quoth[milvus]'")
    from tests.retrieval.engines.milvus_server import lite

    data = tmp_path / "data"
    data.mkdir()
    ferry = write({"ferry.txt": "Captain Ivo Marsh met with harbour clerk Runa Solberg.\n"})
    with Library.open(data, database=url, index=lite(data)) as library:
        library.index([write(articles)])
        library.index([ferry])
        assert library.ask("Who did Captain Ivo Marsh meet?").answers[0].text == "Runa Solberg"
        lisbon = library.ask("Who did Marta Lindqvist meet in Lisbon?")
        assert lisbon.answers[0].text == "Tomás Ferreira"
        (found,) = (one for one in library.articles() if (one.path or "").endswith("ferry.txt"))
        library.remove([found.id])
        assert not library.ask("Who did Captain Ivo Marsh meet?").found
        assert library.check() == ()
    assert not [path for path in data.iterdir() if path.name.startswith(("vectors-", "lexical-"))]
    assert not (data / "quoth.db").exists()


def test_it_lives_on_when_connections_drop(
    postgres: Postgres, url: str, library: Library, write: Write, articles: Mapping[str, str]
) -> None:
    library.index([write(articles)])
    question = "Who did Marta Lindqvist meet in Lisbon?"
    assert library.ask(question).found
    postgres.drop_connections("postgres")
    assert library.ask(question).answers[0].text == "Tomás Ferreira"


def test_an_article_that_it_can_not_take_fails_alone(library: Library, write: Write) -> None:
    good = "The ferry to Nordøy sails at nine with Captain Ivo Marsh on board."
    report = library.index([write({"a.txt": f"{good}\n\0\n{good}", "b.txt": good})])
    assert report.added == 1
    ((failed,),) = ([one.reason for one in report.failed],)
    assert "NUL" in failed


def test_what_is_exported_can_be_imported(
    tmp_path: Path, library: Library, write: Write, articles: Mapping[str, str]
) -> None:
    with Library.open(tmp_path / "sqlite") as plain:
        plain.index([write(articles)])
        assert library.take_in(plain.export()).added == 3
        assert list(library.export()) == list(plain.export())
    assert library.take_in(library.export()).unchanged == 3


def test_backups_are_left_to_the_server(library: Library, tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="pg_dump"):
        library.backup(tmp_path / "backup")


def test_a_database_that_was_restored_is_not_searched_with_what_came_after(
    tmp_path: Path,
    postgres: Postgres,
    url: str,
    library: Library,
    write: Write,
    articles: Mapping[str, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    library.index([write(articles)])
    saved = postgres.tool("pg_dump", "--schema=quoth*", url)
    library.index(
        [write({"ferry.txt": "Captain Ivo Marsh met with harbour clerk Runa Solberg.\n"})]
    )
    assert library.ask("Who did Captain Ivo Marsh meet?").found
    library.close()
    postgres.emptied()
    postgres.tool("psql", "--quiet", "-v", "ON_ERROR_STOP=1", url, told=saved)
    with Library.open(tmp_path / "data", database=url) as restored:
        bridge = tmp_path / "bridge.txt"  # gets the ids that the ferry had
        bridge.write_text("Mayor Ada Brandt met with engineer Pavel Novotny at the bridge.\n")
        restored.index([bridge])
        assert "built anew" in caplog.text
        assert restored.ask("Who did Mayor Ada Brandt meet?").answers[0].text == "Pavel Novotny"
        assert not any("Marsh" in hit.text for hit in restored.search("Captain Marsh").hits)
        assert restored.check() == ()
