"""Books, .epub: the chapters in the order in which they are read, as one article."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from retrieval.errors import IngestError
from retrieval.ingest.blocks import HTML, name_of, text_of
from retrieval.ingest.language import language_code
from retrieval.ingest.publication import parse_date
from retrieval.ingest.zipped import Package
from retrieval.types import Draft

_CONTAINER = "META-INF/container.xml"
_NO_BOOK = "is no EPUB that can be read (it names no chapters): make it anew, or save it as HTML"


def read_epub(data: bytes) -> Draft:
    """The article of a book: its text, and what it tells of itself.

    Raises IngestError when it is damaged or protected.
    """
    with Package(data) as package:
        container = package.xml(_CONTAINER)
        root = next(container.iter("{*}rootfile"), None) if container is not None else None
        place = root.get("full-path", "") if root is not None else ""
        book = package.xml(place) if place else None
        if book is None:
            raise IngestError(_NO_BOOK)
        chapters = [_text(package.read(name)) for name in _chapters(book, place)]
    text = "\n\n".join(filter(None, chapters))
    if not text:
        raise IngestError(_NO_BOOK)
    return Draft(
        text=text,
        title=_told(book, "title"),
        publisher=_told(book, "publisher") or _told(book, "creator"),
        published=parse_date(_told(book, "date")),
        language=language_code(_told(book, "language")),
    )


def _chapters(book: Any, place: str) -> Iterator[str]:
    """The names of the members that hold the text, without the list of contents."""
    items = {item.get("id"): item for item in book.iter("{*}item")}
    for reference in book.iter("{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or reference.get("linear") == "no":
            continue
        if "nav" not in (item.get("properties") or "").split():
            href = unquote(item.get("href", "").partition("#")[0])
            yield posixpath.normpath(posixpath.join(posixpath.dirname(place), href))


def _text(data: bytes | None) -> str:
    from lxml import etree, html

    if not (data or b"").strip():
        return ""
    try:
        root = html.document_fromstring(data, parser=html.HTMLParser(encoding=_encoding(data)))
    except (etree.LxmlError, ValueError) as error:
        raise IngestError(f"has a chapter that can't be read ({error}): make it anew") from error
    return text_of(root, HTML)


def _encoding(data: bytes | None) -> str | None:
    return None if b"encoding=" in (data or b"")[:200] else "utf-8"


def _told(book: Any, name: str) -> str | None:
    """The first thing that the book's metadata tells by this name."""
    for metadata in book.iter("{*}metadata"):
        for element in metadata.iter():
            words = " ".join((element.text or "").split())
            if words and name_of(element) == name:
                return words
    return None
