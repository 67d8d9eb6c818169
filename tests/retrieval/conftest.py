"""Libraries made of a few articles, with the real model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from retrieval import Library

ARTICLES = {
    "harbour.txt": (
        "Harbour council votes for a new quay\n\n"
        "The harbour council of Veldmark voted on Tuesday to build a second quay. "
        "Council head Marta Lindqvist met with shipping minister Tomás Ferreira in Lisbon. "
        "The quay will cost 48 million euros and open in 2027.\n"
    ),
    "market.md": (
        "---\ntitle: Fish market moves\npublisher: Coast Desk\ndate: 2024-03-05\n---\n"
        "The fish market of Veldmark moves to the old customs house. "
        "Marta Lindqvist said the stalls would reopen in June. "
        "She also met with the fishermen's speaker, Jonas Okafor.\n"
    ),
    "storm.txt": (
        "ANKARA\n"
        "Storm Ylva damaged 212 houses on the island of Nordøy. "
        "Rescue chief Şükrü Çavuşoğlu met with mayor Elin Dahl on Friday.\n"
        "Elin Dahl | AP | Getty Images\n"
        "Nobody was killed, the mayor said.\n"
    ),
}


@pytest.fixture
def articles() -> Mapping[str, str]:
    """Three articles by their file names."""
    return ARTICLES


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Mapping[str, str | bytes]], Path]:
    """Write files into a folder of articles and give the folder."""
    folder = tmp_path / "articles"

    def written(files: Mapping[str, str | bytes]) -> Path:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return folder

    return written


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library."""
    with Library.open(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def filled(library: Library, write: Callable[[Mapping[str, str]], Path]) -> Library:
    """A library of three articles."""
    library.index([write(ARTICLES)])
    return library
