"""Quoth's library: articles in, quoted answers out.

with Library.open(Path(".quoth")) as library:
    library.index([Path("seeds")])
    for answer in library.ask("who did Fidan meet?").answers:
        print(answer.text)
"""

from retrieval.errors import (
    IngestError,
    LibraryDamaged,
    LibraryError,
    LibraryMismatch,
    LibraryMissing,
    LibraryUnwritable,
    ModelError,
    NotFound,
    QuestionError,
    QuothError,
    SettingsError,
)
from retrieval.inspecting import Status
from retrieval.library import Library
from retrieval.sessions import LibraryConfig
from retrieval.types import (
    SHARED,
    Answer,
    Article,
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

__all__ = [
    "SHARED",
    "Answer",
    "Article",
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
