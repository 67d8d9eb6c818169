"""What is exported and imported again is the same, whatever the articles hold."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval import Entry, Library, LibraryMismatch, LibraryMissing
from retrieval.sessions import LibraryConfig
from tests.retrieval.test_keeping import QUESTION, told

Write = Callable[[Mapping[str, str]], Path]

CHARACTERS = st.characters(exclude_categories=("Cs",))
TEXTS = st.text(CHARACTERS, min_size=1, max_size=60) | st.sampled_from(
    [
        "\x00",
        "a\x00b. Nul \x00 met Nul.\n",
        "\u202eThe end is near.\u202c It was read from the right.",
        "כתב העת נפתח ביום שני. العربية تكتب من اليمين.",
        "\x85\x7f\x1b[31m\u2028\u2029\ufeff",
        "\ud7ff\ue000\U0010ffff",
        " \n\t\r\n ",
        "Ada met Bea in Rome. " * 40,
    ]
)
WORDS = st.text(CHARACTERS, max_size=12)


@st.composite
def entry(draw: st.DrawFn) -> Entry:
    """An article with anything in its fields."""
    text = draw(TEXTS)
    edges = sorted(draw(st.sets(st.integers(0, len(text)), max_size=4)))
    pairs = tuple(zip(edges[::2], edges[1::2], strict=False))
    return Entry(
        id=draw(WORDS.filter(bool)),
        title=draw(WORDS),
        publisher=draw(st.none() | WORDS.filter(bool)),
        published=draw(st.none() | st.dates(date(1, 1, 1))),
        language=draw(st.none() | st.sampled_from(["en", "tr", "de", "ar", "ja", "xx"])),
        url=draw(st.none() | WORDS.filter(bool)),
        path=draw(WORDS.filter(bool)),
        record=draw(WORDS),
        collection=draw(st.sampled_from(["shared", "club", "\u202eklüp\x00"])),
        boilerplate=pairs,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
    )


def of_one_library(found: list[Entry]) -> list[Entry]:
    """Those of the entries that can stand in one library, in its order."""
    places: dict[tuple[str, str, str], Entry] = {}
    ids: dict[tuple[str, str], str] = {}
    boilerplate: dict[tuple[str, str], tuple[tuple[int, int], ...]] = {}
    for one in found:
        place = (one.collection, one.path, one.record)
        if place in places or ids.setdefault((one.collection, one.id), one.sha256) != one.sha256:
            continue
        same = boilerplate.setdefault((one.collection, one.sha256), one.boilerplate)
        places[place] = replace(one, boilerplate=same)
    encoded = {tuple(part.encode() for part in place): one for place, one in places.items()}
    return [encoded[place] for place in sorted(encoded)]


@settings(max_examples=25)
@given(st.lists(entry(), max_size=5))
def test_an_import_gives_back_what_was_exported(
    tmp_path_factory: pytest.TempPathFactory, found: list[Entry]
) -> None:
    wanted = of_one_library(found)
    with Library.open(tmp_path_factory.mktemp("data")) as library:
        report = library.take_in(wanted)
        assert report.failed == ()
        assert list(library.export()) == wanted
        again = library.take_in(wanted)
        assert again.unchanged == len(wanted)
        assert list(library.export()) == wanted


def test_an_imported_library_answers_the_same(
    filled: Library, write: Write, tmp_path: Path
) -> None:
    filled.index([write({"second/market.md": (tmp_path / "articles/market.md").read_text()})])
    lines = list(filled.export())
    assert len(lines) > len(filled.articles())  # a text that stands in two places is told twice
    with Library.open(tmp_path / "new") as library:
        library.take_in(lines)
        assert list(library.export()) == lines
        assert told(library.ask(QUESTION)) == told(filled.ask(QUESTION)) != []
        assert library.check() == filled.check() == ()


def test_a_collection_is_exported_alone_and_keeps_its_name(tmp_path: Path, write: Write) -> None:
    data, new = tmp_path / "data", tmp_path / "new"
    with Library.open(data, collection="club") as library:
        library.index([write({"club.txt": "The club chose Ilse Marten as its treasurer.\n"})])
        shared = library.view("shared")
        shared.index([write({"club.txt": "The town chose Per Dahl as its mayor in June.\n"})])
        assert {one.collection for one in library.export()} == {"club", "shared"}
        club = list(library.export("club"))
        assert [one.collection for one in club] == ["club"]
    with Library.open(new) as library:
        library.take_in(club)
        assert library.articles() == []  # what one audience sees, no other does
        assert library.view("club").ask("Who is the treasurer of the club?").found


def test_what_contradicts_the_library_is_told_and_the_rest_is_imported(filled: Library) -> None:
    first = next(filled.export())
    text = "Another text under a known id."
    clash = replace(
        first, path="/elsewhere.txt", text=text, sha256=hashlib.sha256(text.encode()).hexdigest()
    )
    changed = replace(first, path="/changed.txt", id="own", text=first.text + "!")
    new = replace(first, path="/new.txt")
    report = filled.take_in([clash, changed, new])
    assert [one.path for one in report.failed] == ["/elsewhere.txt", "/changed.txt"]
    assert "belongs to another text" in report.failed[0].reason
    assert "SHA-256" in report.failed[1].reason
    assert report.duplicate == 1


def test_without_an_index_nothing_is_exported(library: Library) -> None:
    with pytest.raises(LibraryMissing):
        library.export()


def test_an_index_of_other_settings_takes_nothing_in(filled: Library) -> None:
    lines = list(filled.export())
    with (
        Library.open(filled.data_dir, config=LibraryConfig(overlap=3)) as other,
        pytest.raises(LibraryMismatch, match="rebuild"),
    ):
        other.take_in(lines)
