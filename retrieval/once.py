"""Making something once, whichever thread asks first."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from threading import RLock
from typing import TypeVar, TypeVarTuple

_A = TypeVarTuple("_A")
_T = TypeVar("_T")


def once(make: Callable[[*_A], _T]) -> Callable[[*_A], _T]:
    """Give a function that makes its result once for each set of arguments, as functools.cache.

    A thread that asks meanwhile waits for it, instead of making another.
    """
    made: dict[tuple[*_A], _T] = {}
    lock = RLock()

    @wraps(make)
    def given(*args: *_A) -> _T:
        with lock:
            if args not in made:
                made[args] = make(*args)
            return made[args]

    return given
