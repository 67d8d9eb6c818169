"""Quoth's library: articles in, quoted answers out.

with Library.open(Path(".quoth")) as library:
    library.index([Path("seeds")])
    for answer in library.ask("who did Fidan meet?").answers:
        print(answer.text)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from retrieval.errors import (
    ArticleChanged,
    IngestError,
    LibraryDamaged,
    LibraryError,
    LibraryMismatch,
    LibraryMissing,
    LibraryUnreachable,
    LibraryUnwritable,
    ModelError,
    NotFound,
    QuestionError,
    QuothError,
    SettingsError,
)
from retrieval.types import (
    SHARED,
    Answer,
    Article,
    Entry,
    Failure,
    Filters,
    Hit,
    IndexReport,
    Note,
    Passage,
    Progress,
    Question,
    Quote,
    Reply,
    Scores,
    SearchResult,
    Span,
    Turn,
)

if TYPE_CHECKING:
    from retrieval.inspecting import Status
    from retrieval.library import Library
    from retrieval.sessions import LibraryConfig

__all__ = [
    "SHARED",
    "Answer",
    "Article",
    "ArticleChanged",
    "Entry",
    "Failure",
    "Filters",
    "Hit",
    "IndexReport",
    "IngestError",
    "Library",
    "LibraryConfig",
    "LibraryDamaged",
    "LibraryError",
    "LibraryMismatch",
    "LibraryMissing",
    "LibraryUnreachable",
    "LibraryUnwritable",
    "ModelError",
    "NotFound",
    "Note",
    "Passage",
    "Progress",
    "Question",
    "QuestionError",
    "Quote",
    "QuothError",
    "Reply",
    "Scores",
    "SearchResult",
    "SettingsError",
    "Span",
    "Status",
    "Turn",
]

_LATE = {
    "Library": "retrieval.library",
    "LibraryConfig": "retrieval.sessions",
    "Status": "retrieval.inspecting",
}
"""Imported when asked for: they bring the models, which a process that reads files doesn't need."""


def __getattr__(name: str) -> object:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATE[name]), name)
