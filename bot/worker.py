"""Work in the background that a person may stop waiting for, but never cuts short."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import Self, TypeVar

_SECONDS_BETWEEN_LOOKS = 0.1
_T = TypeVar("_T")


class Worker:
    """One thread that runs calls in order. Leaving the block waits for the call in flight."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="quoth")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def start(self, call: Callable[[], _T]) -> Future[_T]:
        """Queue ``call`` and return at once."""
        return self._pool.submit(call)

    def result(self, call: Callable[[], _T]) -> _T:
        """What ``call`` returns or raises, after everything queued before it.

        A KeyboardInterrupt ends only the waiting: the call itself is left to finish.
        """
        future = self.start(call)
        try:
            while not future.done():
                wait([future], timeout=_SECONDS_BETWEEN_LOOKS)
        finally:
            future.cancel()
        return future.result()
