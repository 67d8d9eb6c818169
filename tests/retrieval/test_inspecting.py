"""What is told of a whole library, read in as few queries as it takes."""

from __future__ import annotations

import pytest

from retrieval import Library, LibraryDamaged
from retrieval.types import Scope


def test_a_sound_library_has_no_problems(filled: Library) -> None:
    assert filled.check() == ()
    assert filled.view("red").check() == ()


def test_every_article_with_a_broken_passage_is_named(filled: Library) -> None:
    harbour, market, storm = (article.id for article in filled.articles())
    store = filled._store
    with filled._database.writing() as db:
        db.execute(
            "UPDATE passages SET sentences = x'00000000ffff0000', seal = NULL WHERE article = ?",
            (store.find(market),),
        )
        db.execute("DELETE FROM passages WHERE article = ?", (store.find(storm),))
    assert filled.check() == (
        f"article {market}: passage 0 lies outside its text",
        f"article {storm} has no passages",
    )
    assert harbour not in " ".join(filled.check())


def test_another_collection_is_not_checked(filled: Library) -> None:
    with filled._database.writing() as db:
        db.execute("UPDATE articles SET collection = 'blue'")
        db.execute("UPDATE sources SET collection = 'blue', seal = NULL")
        db.execute("DELETE FROM passages")
        db.execute("UPDATE manifest SET value = value + 1 WHERE key = 'generation'")
    assert filled.view("red").check() == ()
    assert len(filled.view("blue").check()) == 3


def test_names_are_those_of_the_articles_stored_last(filled: Library) -> None:
    assert {"Elin Dahl", "Marta Lindqvist"} <= set(filled.names())
    (last,) = filled._store.texts(1)
    assert "Elin Dahl" in last
    assert list(filled.view("red")._store.texts(9)) == list(filled._store.texts(3))


def test_a_scope_of_all_there_is_needs_no_ids(filled: Library) -> None:
    store, build = filled._store, filled.session().build
    every = set(store.passage_ids(build).tolist())
    assert store.allowed_ids(build, Scope(("shared",))) is None
    assert store.allowed_ids(build, Scope(("red", "shared", "tan"))) is None
    for other in ("a", "blue", "z"):
        with filled._database.writing() as db:
            db.execute("INSERT INTO articles VALUES (999, ?, 'x', 'text', x'')", (other,))
        for scope in (Scope(("shared",)), Scope(("shared", "b", "tan"))):
            allowed = store.allowed_ids(build, scope)
            assert allowed is not None
            assert set(allowed.tolist()) == every
        assert store.allowed_ids(build, Scope(("shared", other))) is None
        with filled._database.writing() as db:
            db.execute("DELETE FROM articles WHERE key = 999")


def test_what_a_scope_allows_is_read_again_when_something_is_stored(filled: Library) -> None:
    searcher, question = filled.session().searcher, "Who met with Elin Dahl?"
    filled.view("red").search(question, 20)
    asked: list[Scope] = []
    allowed_ids = searcher._store.allowed_ids

    def counted(build: int, scope: Scope) -> object:
        asked.append(scope)
        return allowed_ids(build, scope)

    searcher._store.allowed_ids = counted  # type: ignore[method-assign, assignment]
    for _ in range(3):
        assert filled.search(question, 20).hits
    assert len(set(asked)) == len(asked)
    before = len(asked)
    filled.remove([next(one.id for one in filled.articles() if "storm" in (one.path or ""))])
    assert not any("Elin Dahl" in hit.text for hit in filled.search(question, 20).hits)
    assert len(asked) > before


def test_languages_are_those_of_the_visible_articles(filled: Library) -> None:
    assert filled._store.languages() == ("en",)
    for collection, language in (("red", "tr"), ("red", None), ("red", "de"), ("blue", "fr")):
        with filled._database.writing() as db:
            db.execute(
                "INSERT INTO sources SELECT ?, path || ?, record, article, id, title, publisher, "
                "publisher_key, published, ?, url, NULL FROM sources WHERE collection = 'shared'",
                (collection, str(language), language),
            )
    assert filled._store.languages() == ("en",)
    assert filled.view("red")._store.languages() == (None, "de", "en", "tr")
    assert filled.view("none")._store.languages() == ("en",)


def test_a_damaged_date_is_told_as_damage(
    filled: Library, caplog: pytest.LogCaptureFixture
) -> None:
    with filled._database.writing() as db:
        db.execute("UPDATE sources SET published = 'm2013-04-1'")
    status = filled.status()
    assert (status.oldest, status.newest, status.undated) == (None, None, 0)
    assert caplog.text.count("the title, date or source of") == status.articles
    with filled._database.writing() as db:
        db.execute("UPDATE sources SET seal = NULL")
    with pytest.raises(LibraryDamaged, match="m2013-04-1"):
        filled.status()
