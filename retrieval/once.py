"""Making something once, whichever thread asks first, and keeping the last few."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from threading import Lock, RLock
from typing import Generic, ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")
_K = TypeVar("_K")


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


class Recent(Generic[_K, _T]):
    """The values of the last few keys; made by several threads at once, if they ask at once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._made: dict[_K, _T] = {}
        self._lock = Lock()

    def get(self, key: _K, make: Callable[[], _T]) -> _T:
        """Give the value of a key, made now or before."""
        with self._lock:
            if key in self._made:
                return self._made[key]
        value = make()
        with self._lock:
            self._made[key] = value
            while len(self._made) > self._most:
                del self._made[next(iter(self._made))]
        return value
