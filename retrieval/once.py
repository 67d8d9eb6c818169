"""Making something once, whichever thread asks first."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from threading import RLock
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


def once(make: Callable[_P, _T]) -> Callable[_P, _T]:
    """Give a function that makes its result once for each set of arguments, as functools.cache.

    A thread that asks meanwhile waits for it, instead of making another.
    """
    made: dict[object, _T] = {}
    lock = RLock()

    @wraps(make)
    def given(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        key = args, frozenset(kwargs.items())
        with lock:
            if key not in made:
                made[key] = make(*args, **kwargs)
            return made[key]

    return given
