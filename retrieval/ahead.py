"""Reading ahead: what is begun early is done by its turn."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TypeVar

_T = TypeVar("_T")


def ahead(items: Iterable[_T], most: int) -> Iterator[_T]:
    """Give the items in their order; up to ``most`` more are drawn before each is given.

    With 0 none is drawn before it is wanted.
    """
    waiting: deque[_T] = deque()
    for item in items:
        waiting.append(item)
        if len(waiting) > most:
            yield waiting.popleft()
    yield from waiting
