"""What is made once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from retrieval.once import once


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
