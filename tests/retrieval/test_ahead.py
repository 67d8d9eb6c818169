"""Reading ahead: the order, how far, and what an index holds when a pool embeds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from retrieval import IngestError, Library, ModelError
from retrieval.ahead import ahead
from retrieval.encoder import load_encoder

Write = Callable[[Mapping[str, str]], Path]
WIDTH = 2


def texts(count: int) -> dict[str, str]:
    return {
        f"{number:02}.txt": f"Station {number} measured {number + 100} millimetres of rain. "
        f"Its keeper wrote the figure into the book of valley {number}."
        for number in range(count)
    }


class Threads:
    """A pool of the encoder itself; what holds a word of ``refused`` fails with ``error``."""

    width = WIDTH

    def __init__(self, refused: str = "\0", error: Exception | None = None) -> None:
        self.given: list[str] = []
        self._encoder = load_encoder()
        self._executor = ThreadPoolExecutor(WIDTH)
        self._refused, self._error = refused, error

    def submit(self, texts: Sequence[str]) -> Future[NDArray[np.float32]]:
        self.given += texts
        return self._executor.submit(self._encode, texts)

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self._error and any(self._refused in text for text in texts):
            raise self._error
        return self._encoder.encode(texts)


def vectors(library: Library) -> dict[str, tuple[bytes, ...]]:
    """The vectors of each article by its text, in the order of the passages."""
    with library._database.reading() as db:
        rows = db.execute(
            "SELECT a.text, p.embedding FROM passages p JOIN articles a ON a.key = p.article "
            "ORDER BY a.text, p.ordinal"
        )
        held: dict[str, tuple[bytes, ...]] = {}
        for text, vector in rows:
            held[text] = (*held.get(text, ()), vector)
    return held


@given(st.lists(st.integers()), st.integers(0, 5))
def test_the_order_stays_and_no_more_than_asked_is_drawn(items: list[int], most: int) -> None:
    drawn = 0

    def source() -> Iterator[int]:
        nonlocal drawn
        for item in items:
            drawn += 1
            yield item

    given = []
    for item in ahead(source(), most):
        given.append(item)
        assert drawn == min(len(given) + most, len(items))
    assert given == items


def test_a_pool_stores_what_the_encoder_would(tmp_path: Path, write: Write) -> None:
    files = texts(9)
    folder = write({**files, "again.txt": files["03.txt"], "empty.txt": ""})
    seen: list[tuple[str, str]] = []
    reports, held = [], []
    pool = Threads()
    for name in ("alone", "pooled"):
        with Library.open(tmp_path / name) as library:
            reports.append(
                library.index(
                    [folder],
                    pool=pool if name == "pooled" else None,
                    on_progress=lambda step: seen.append((str(step.path), step.outcome)),
                )
            )
            held.append(vectors(library))
            assert library.check() == ()
    assert held[0] == held[1]
    assert len(held[0]) == 9
    half = len(seen) // 2
    assert seen[:half] == seen[half:]
    for report in reports:
        assert (report.added, report.duplicate, len(report.failed)) == (9, 1, 1)
    assert reports[0].failed == reports[1].failed
    assert len(pool.given) - len(set(pool.given)) <= 1  # the copy, if it was read ahead


def test_records_of_one_file_and_a_second_run(library: Library, tmp_path: Path) -> None:
    source = tmp_path / "all.jsonl"
    lines = [f'{{"id": "{name}", "text": "{text}"}}' for name, text in texts(8).items()]
    source.write_text("\n".join([*lines[:4], "{broken", *lines[4:], lines[0]]))
    report = library.index([source], pool=Threads())
    assert (report.added, len(report.failed)) == (8, 2)
    second = Threads()
    again = library.index([source], pool=second)
    assert (again.added, again.unchanged) == (0, 8)
    assert second.given == []


def test_an_article_that_cannot_be_encoded_stops_no_other(library: Library, write: Write) -> None:
    pool = Threads("Station 3 ", IngestError("can't be encoded"))
    report = library.index([write(texts(8))], pool=pool)
    assert report.added == 7
    (failed,) = report.failed
    assert Path(failed.path).name == "03.txt"
    assert failed.reason == "can't be encoded"
    assert library.index([write(texts(8))], pool=Threads()).added == 1


def test_without_any_encoder_left_the_run_ends_and_keeps_what_it_stored(
    library: Library, write: Write
) -> None:
    folder = write(texts(8))
    with pytest.raises(ModelError, match="gone"):
        library.index([folder], pool=Threads("Station 5 ", ModelError("gone")))
    assert [Path(one.path or "").name for one in library.articles()] == [*texts(5)]
    report = library.index([folder], pool=Threads())
    assert (report.added, report.unchanged) == (3, 5)
    assert library.check() == ()


def test_a_rebuild_embeds_by_the_pool(library: Library, write: Write) -> None:
    library.index([write(texts(6))])
    before = vectors(library)
    pool = Threads()
    library.index([], rebuild=True, pool=pool)
    assert len(pool.given) == 6
    assert vectors(library) == before
    assert library.check() == ()
