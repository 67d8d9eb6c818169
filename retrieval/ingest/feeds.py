"""Feeds (RSS, Atom) that were saved to disk, by feedparser: an article an entry."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from retrieval.errors import IngestError
from retrieval.ingest.language import language_code
from retrieval.ingest.markup import plain
from retrieval.ingest.publication import parse_date
from retrieval.ingest.records import Record
from retrieval.types import Draft

_WHOLE = 1500
"""Characters from which a summary is taken for the article itself."""

_CUT = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])[\s\w’'→»>-]{0,60}\Z")
"""Where a text is broken off, with a few words that lead on ("… Continue reading →")."""

_NO_FEED = "is no RSS or Atom feed: save what it holds as HTML, text or JSON"


def read_feed(data: bytes) -> Iterator[Record]:
    """The articles of a feed. Raises IngestError when it is none, or an empty one."""
    import feedparser

    # As a stream, or it would fetch what looks like an address. Its cleaning of HTML and
    # mending of links is for pages that show a feed.
    stream = io.BytesIO(data)
    try:
        parsed = feedparser.parse(stream, sanitize_html=False, resolve_relative_uris=False)
    except ValueError as error:  # of the number of no character
        raise IngestError(f"is no sound feed ({error}): save it anew") from error
    if not parsed.get("version") and not parsed.entries:
        raise IngestError(_NO_FEED)
    if not parsed.entries:
        raise IngestError("is a feed without entries: there is no article in it")
    for number, entry in enumerate(parsed.entries, 1):
        draft = _draft(entry, parsed.feed)
        failure = None if draft.text.strip() else "has neither content nor a summary"
        told = None if failure and not draft.url else draft
        yield Record(str(number), told, failure, number / len(parsed.entries))


def _draft(entry: Any, feed: Any) -> Draft:
    source = entry.get("source") or {}
    text = _text(entry)
    return Draft(
        text=text,
        title=_line(entry.get("title")),
        publisher=_line(source.get("title") or feed.get("title") or entry.get("author")),
        published=_day(entry, "published") or _day(entry, "updated"),
        language=_language(entry, feed),
        url=entry.get("link"),
        teaser=_is_teaser(entry, text),
    )


def _text(entry: Any) -> str:
    """The longest of what the entry holds: its content, or but a summary."""
    held = [*(content.get("value") for content in entry.get("content") or ()), entry.get("summary")]
    return max((plain(words) for words in held if words), key=len, default="")


def _is_teaser(entry: Any, text: str) -> bool:
    """Whether the text is but a part: a short summary without content, or broken off."""
    whole = bool(entry.get("content")) or len(text) >= _WHOLE
    return bool(entry.get("link")) and (not whole or _CUT.search(text) is not None)


def _line(words: str | None) -> str | None:
    return " ".join(plain(words).split()) or None if words else None


def _day(entry: Any, name: str) -> date | None:
    """The day as it is written there; feedparser's is the one in Greenwich."""
    parsed = entry.get(f"{name}_parsed")
    return parse_date(entry.get(name)) or (date(*parsed[:3]) if parsed else None)


def _language(entry: Any, feed: Any) -> str | None:
    told = (content.get("language") for content in entry.get("content") or ())
    return next(filter(None, map(language_code, (*told, feed.get("language")))), None)
