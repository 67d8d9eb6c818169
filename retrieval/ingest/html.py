"""HTML to its main text, by trafilatura; nothing is fetched."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from retrieval.errors import IngestError
from retrieval.ingest.decode import BROWSERS, decode
from retrieval.ingest.language import language_code
from retrieval.ingest.page import made_ready
from retrieval.ingest.publication import parse_date
from retrieval.types import Draft

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset=[\"']?([\w-]+)", re.I)
_INLINE_DATA = re.compile(r"data:[\w/+.;=-]{1,100},[^\"'\s)>]*")
_NUMBERED = re.compile(r"^([ \t]*)- (?=\d{1,5}\. )", re.M)
_NO_TEXT = "has no article text in it (no body, only menus and scripts, or a paywall)"
_MOST_CHARS = 10_000_000
_DATE_NAMES = {
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished",
    "date", "pubdate", "publishdate", "publish-date", "publication_date", "dc.date",
    "dc.date.issued", "dcterms.created", "dcterms.date", "dcterms.issued", "sailthru.date",
    "parsely-pub-date", "citation_publication_date",
}  # fmt: skip


def read_html(data: bytes) -> Draft:
    """The article of an HTML page: its main text, a paragraph a line, and its metadata.

    The date is the one that the page's metadata gives, never one of its text. Raises
    IngestError when there is no main text.
    """
    from lxml import etree
    from trafilatura import bare_extraction, load_html

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    page = _INLINE_DATA.sub("", _decoded(data))
    if len(page) > _MOST_CHARS:
        raise IngestError(f"has {len(page):,} characters of HTML, the most is {_MOST_CHARS:,}")
    try:
        tree = load_html(page)
        if tree is None:
            raise IngestError(_NO_TEXT)
        language, published = _language(tree), _published(tree)
        found: Any = bare_extraction(
            made_ready(tree),
            with_metadata=True,
            include_comments=False,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except (etree.LxmlError, ValueError, RecursionError) as error:
        raise IngestError(f"is not HTML that can be read ({error})") from error
    if found is None or not (found.text or "").strip():
        raise IngestError(_NO_TEXT)
    return Draft(
        text=_NUMBERED.sub(r"\1", found.text),
        title=found.title or None,
        publisher=found.sitename or None,
        published=published,
        language=language,
        url=found.url or None,
    )


def _decoded(data: bytes) -> str:
    declared = _CHARSET.search(data[:4096])
    if declared and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        name = declared[1].decode().lower()
        try:
            return data.decode(BROWSERS.get(name, name))
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data)


def _language(tree: Any) -> str | None:
    root = tree.getroottree().getroot()
    return language_code(root.get("lang") or root.get("xml:lang"))


def _published(tree: Any) -> date | None:
    candidates = (*_meta_dates(tree), *_linked_dates(tree), *_time_dates(tree))
    return next((day for value in candidates if (day := parse_date(value))), None)


def _meta_dates(tree: Any) -> Iterator[object]:
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        if name.lower() in _DATE_NAMES:
            yield meta.get("content")


def _linked_dates(tree: Any) -> Iterator[object]:
    """``datePublished`` of JSON-LD, at the top of the page's objects or in their graph."""
    for script in tree.iter("script"):
        if (script.get("type") or "").lower() != "application/ld+json":
            continue
        try:
            value = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        items = value if isinstance(value, list) else [value]
        for item in items:
            if isinstance(item, dict):
                graph = item.get("@graph")
                for part in (item, *(graph if isinstance(graph, list) else ())):
                    yield part.get("datePublished") if isinstance(part, dict) else None


def _time_dates(tree: Any) -> Iterator[object]:
    for element in tree.iter("time"):
        if element.get("itemprop") == "datePublished" or element.get("pubdate") is not None:
            yield element.get("datetime")
