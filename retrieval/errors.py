"""What can go wrong. Every message says what to do next.

QuothError
├── SettingsError            a setting is wrong or unknown
├── IngestError              one file or record can't be read (the others go on)
│   └── Unfetchable          a page of the web can't be had
├── QuestionError            a question that can't be asked (empty, far too long)
├── ModelError               a model can't be loaded, or isn't what it should be
├── Stopped                  indexing was told to end between two articles
└── LibraryError
    ├── LibraryMissing       there is no index yet
    ├── LibraryMismatch      made with another model, chunking or schema
    ├── LibraryDamaged       the database can't be read
    │   └── ArticleChanged   an article isn't as it was stored
    ├── LibraryUnwritable    read-only folder, full disk, another process is busy
    ├── LibraryUnreachable   the database server doesn't answer, or not to us
    ├── IndexUnreachable     the server that holds the search index doesn't answer
    └── NotFound             no article has this id
"""

from __future__ import annotations

import errno
import re

_FILES = "too many files are open: raise the limit (ulimit -n), or run less at once"
_MEMORY = "there is not enough memory: raise its limit, or run less at once"
_SHORT = {errno.EMFILE: _FILES, errno.ENFILE: _FILES, errno.ENOMEM: _MEMORY}
_TOLD = (
    (re.compile(r"too many open files|os error (?:23|24)\b", re.I), _FILES),
    (re.compile(r"bad_alloc|(?:cannot|failed to|unable to) allocate|os error 12\b", re.I), _MEMORY),
    (re.compile("failed to map segment|failed to spawn|can't start new thread", re.I), _MEMORY),
)


AGAIN = (
    "restore a backup into another folder (`quoth restore BACKUP --data-dir NEW`), or index again "
    "into one (`quoth index PATH… --data-dir NEW`)"
)
SAVE = f"save what can be saved (`quoth check --repair`), {AGAIN}"
"""What is to be done with a damaged database."""


class QuothError(Exception):
    """The root: catch it to catch all that Quoth raises on purpose."""


class SettingsError(QuothError):
    """A setting is wrong or unknown."""


class IngestError(QuothError):
    """One file or record can't be read as an article."""


class Unfetchable(IngestError):
    """A page of the web that can't be had; the message is for the person who named it.

    ``reason`` goes behind the address. ``lasting``: asking again won't help; ``gone``: there is
    no such page (any more); ``wait_s``: so many seconds nobody shall ask again.
    """

    def __init__(
        self,
        what: str,
        reason: str,
        *,
        lasting: bool = True,
        gone: bool = False,
        wait_s: int = 0,
    ) -> None:
        super().__init__(f"{what} {reason}.")
        self.reason = reason
        self.lasting = lasting
        self.gone = gone
        self.wait_s = wait_s


class QuestionError(QuothError):
    """A question that can't be asked."""


class ModelError(QuothError):
    """A model can't be loaded, or isn't what it should be."""


class Stopped(QuothError):
    """Indexing was told to end: what it has stored stays, and nothing else is begun."""


class LibraryError(QuothError):
    """The stored articles can't be used as asked."""


class LibraryMissing(LibraryError):
    """There is no index in the data folder yet."""


class LibraryMismatch(LibraryError):
    """The index was made with another model, chunking or schema."""


class LibraryDamaged(LibraryError):
    """The database can't be read, or isn't as it was stored.

    The message is ``what`` is wrong and ``todo``, what to do next.
    """

    def __init__(self, what: str, todo: str) -> None:
        super().__init__(f"{what}: {todo}")
        self.what = what


class ArticleChanged(LibraryDamaged):
    """An article, named by its ``id``, isn't as it was stored; ``part`` tells what of it."""

    def __init__(self, id: str, part: str) -> None:
        super().__init__(
            f"{part} of the article {id!r} changed in the database after it was stored", SAVE
        )
        self.id = id


class LibraryUnwritable(LibraryError):
    """The data folder can't be written: read-only, full, or locked by another process."""


class LibraryUnreachable(LibraryError):
    """The server that holds the database doesn't answer, or doesn't let us in."""


class IndexUnreachable(LibraryError):
    """The server that holds the search index doesn't answer, or not as it should."""


class NotFound(LibraryError):
    """No article has this id."""


def shortage(error: BaseException) -> str | None:
    """Give what to do where the machine lacks memory or open files, None for other errors.

    Libraries tell of it in errors of many kinds, some in words alone.
    """
    if isinstance(error, MemoryError):
        return _MEMORY
    if isinstance(error, OSError) and error.errno in _SHORT:
        return _SHORT[error.errno]
    return next((what for pattern, what in _TOLD if pattern.search(str(error))), None)
