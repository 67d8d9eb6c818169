"""What is made once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from retrieval.once import Recent, once


def test_threads_that_ask_at_the_same_moment_share_one():
    together, made = Barrier(4), []

    @once
    def make(word: str) -> object:
        made.append(word)
        return object()

    def ask(word: str) -> object:
        together.wait()
        return make(word)

    with ThreadPoolExecutor(4) as pool:
        one, two, three, other = pool.map(ask, ["same", "same", "same", "other"])
    assert one is two is three
    assert other is not one
    assert sorted(made) == ["other", "same"]


def test_what_failed_is_tried_again():
    answers = iter([ValueError("not yet"), None])

    @once
    def make() -> str:
        if error := next(answers):
            raise error
        return "made"

    with pytest.raises(ValueError, match="not yet"):
        make()
    assert make() == "made"


def test_the_last_few_are_kept():
    kept, made = Recent[str, int](2), []

    def value(word: str) -> int:
        return kept.get(word, lambda: made.append(word) or len(made))

    assert [value(word) for word in ("one", "two", "one", "two")] == [1, 2, 1, 2]
    assert value("three") == 3
    assert (value("two"), value("one")) == (2, 4)
    assert made == ["one", "two", "three", "one"]


def test_nothing_made_is_kept_as_well():
    kept, made = Recent[str, None](2), []
    for _ in range(3):
        assert kept.get("one", lambda: made.append("one")) is None
    assert made == ["one"]
