"""What is done to a library while the power goes, or calls fail; and what must hold afterwards."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from retrieval import Library
from retrieval.encoder import BUNDLED, Encoder, load_encoder
from retrieval.errors import LibraryDamaged, LibraryMissing, QuothError
from retrieval.keeping import DATABASE

TEXTS = {
    name: (
        f"Station {name} measured {number} millimetres of rain in April. "
        f"Its keeper, Oda Berg, wrote the figure into the book of the valley {name}.\n"
    )
    for number, name in enumerate(("Arvik", "Bergan", "Corvo"), 131)
}
ARVIK, BERGAN, CORVO = TEXTS

Say = Callable[[str], None]


def write_articles(folder: Path) -> None:
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / f"{name}.txt").write_text(text)


def run(articles: Path, disk: Path, encoder: Encoder, say: Say) -> None:
    """Index, remove, rebuild and back up; say before and after each what there will be."""
    files = {name: articles / f"{name}.txt" for name in TEXTS}
    with Library.open(disk / "data", encoder=encoder) as library:
        for name in (ARVIK, BERGAN):
            say(f"will have {name}")
            library.index([files[name]])
            say(f"have {name}")
        say(f"will lack {ARVIK}")
        library.remove([one.id for one in library.articles() if ARVIK in (one.path or "")])
        say(f"lack {ARVIK}")
        library.index([], rebuild=True)
        say(f"will have {CORVO}")
        library.index([files[CORVO]])
        say(f"have {CORVO}")
        library.backup(disk / "backup")
        say("have backup")


def check(disk: Path, said: Iterable[str], encoder: Encoder) -> None:
    """Assert that a library is sound, and holds what was said, word for word."""
    must, may = set[str](), set[str]()
    for words in said:
        *will, verb, name = words.split()
        if verb == "have":
            may.add(name)
            (must.discard if will else must.add)(name)
        else:
            must.discard(name)
            (may.add if will else may.discard)(name)
    _check_library(disk / "data", must - {"backup"}, may, encoder)
    new = disk / "restored"
    try:
        Library.restore(disk / "backup", new)
    except (LibraryMissing, LibraryDamaged):
        assert "backup" not in must
    else:
        _check_library(new, {BERGAN, CORVO}, {BERGAN, CORVO}, encoder)


def _check_library(data: Path, must: set[str], may: set[str], encoder: Encoder) -> None:
    with Library.open(data, encoder=encoder) as library:
        if not library.exists():
            assert not must
            return
        held = {}
        for entry in library.export():
            held[Path(entry.path).stem] = entry.text
        assert must <= set(held) <= may, (must, set(held), may)
        assert all(text == TEXTS[name] for name, text in held.items())
        for name in must:
            reply = library.ask(f"How many millimetres of rain did station {name} measure?")
            assert reply.answers[0].text.startswith(TEXTS[name].split()[3])
            for answer in reply.answers:
                for quote in answer.quotes:
                    assert quote.text in TEXTS[Path(quote.article.path or "").stem]
        problems = [one for one in library.check() if "lost its last" not in one]
        assert not problems, problems


def damage(articles: Path, disk: Path, encoder: Encoder) -> None:
    """Leave a library whose text of Bergan has changed in the database; its file has it still."""
    with Library.open(disk / "data", encoder=encoder) as library:
        library.index([articles])
    path = disk / "data" / DATABASE
    content = path.read_bytes()
    assert b"of the valley Bergan" in content
    path.write_bytes(content.replace(b"of the valley Bergan", b"of the valley Bargen"))


def repair(disk: Path, encoder: Encoder, say: Say) -> None:
    """Repair a library, and say when it is done."""
    with Library.open(disk / "data", encoder=encoder) as library:
        assert library.repair().lost == ()
    say("have repaired")


def check_repaired(disk: Path, said: Iterable[str], encoder: Encoder) -> None:
    """Assert that a library is repaired, or that it can be now, and nothing is lost."""
    if not list(said):
        with Library.open(disk / "data", encoder=encoder) as library:
            assert library.repair().lost == ()
    _check_library(disk / "data", set(TEXTS), set(TEXTS), encoder)


def main(articles: Path, disk: Path, first: int, last: int, step: int) -> None:
    """Let one call after the other fail; print how many there are, and what is wrong."""
    encoder = load_encoder(BUNDLED, cache_dir=disk)
    for number in range(first, last, step):
        folder = disk / str(number)
        folder.mkdir()
        said: list[str] = []
        error: BaseException | None = None
        os.environ["QUOTH_FAIL"] = str(number)
        try:
            run(articles, folder, encoder, said.append)
        except QuothError as told:
            error = told
        except BaseException as wrong:
            print(f"call {number}: {type(wrong).__name__}: {wrong}", flush=True)
        os.environ["QUOTH_FAIL"] = ""
        try:
            check(folder, said, encoder)
        except BaseException as wrong:
            print(f"after call {number} ({error}): {type(wrong).__name__}: {wrong}", flush=True)
    print("done", flush=True)


def traced(articles: Path, disk: Path) -> None:
    """Run, or repair what is there already, and leave marks in the trace."""

    def say(words: str) -> None:
        with suppress(FileNotFoundError):
            Path(f"/quoth-mark/{words}").read_bytes()

    encoder = load_encoder(BUNDLED, cache_dir=disk)
    if (disk / "data").exists():
        repair(disk, encoder, say)
    else:
        run(articles, disk, encoder, say)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        traced(Path(sys.argv[1]), Path(sys.argv[2]))
    else:
        main(Path(sys.argv[1]), Path(sys.argv[2]), *map(int, sys.argv[3:]))
