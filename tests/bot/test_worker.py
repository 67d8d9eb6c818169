"""Work in the background that may be abandoned, but never cut short."""

from __future__ import annotations

import threading
import time

import pytest

from bot import worker as module
from bot.worker import Worker


def test_calls_run_in_order_in_one_other_thread() -> None:
    seen: list[int] = []
    with Worker() as worker:
        for number in range(5):
            worker.start(lambda number=number: seen.append(number))
        name = worker.result(lambda: threading.current_thread().name)
    assert seen == [0, 1, 2, 3, 4]
    assert name != threading.current_thread().name


def test_what_a_call_raises_comes_out() -> None:
    with Worker() as worker, pytest.raises(ZeroDivisionError):
        worker.result(lambda: 1 // 0)


def test_an_interrupt_ends_the_wait_and_not_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    finished = threading.Event()

    def work() -> None:
        time.sleep(0.1)
        finished.set()

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with Worker() as worker:
        monkeypatch.setattr(module, "wait", interrupted)
        with pytest.raises(KeyboardInterrupt):
            worker.result(work)
    assert finished.is_set()
