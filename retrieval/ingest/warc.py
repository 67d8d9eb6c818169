"""What a crawler kept (.warc): each page that a site gave as HTML is an article."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from retrieval.errors import IngestError
from retrieval.ingest.html import read_html
from retrieval.ingest.records import Record

_NONE = "holds no page of HTML that was found (status 200): there is no article in it"
_PAGES = ("text/html", "application/xhtml+xml")


def read_warc(data: bytes) -> Iterator[Record]:
    """The articles of a crawl, in its order; a page without text is a Record with a failure.

    An article's address is that of its page. The day on which it was fetched is not taken for
    that of its publication. Raises IngestError when the file is damaged or holds no page.
    """
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    if not data.lstrip().startswith((b"WARC/", b"filedesc:")):
        raise IngestError("is no file of a crawl (WARC or ARC): save it as what it is")
    number = 0
    try:
        kept = ArchiveIterator(io.BytesIO(data))
        for record in kept:
            if not _is_page(record):
                continue
            number += 1
            url = record.rec_headers.get_header("WARC-Target-URI")
            page = record.content_stream().read()
            if getattr(record.raw_stream, "limit", 0):  # none where no length was told
                raise IngestError("is cut off in the middle of a page: fetch or save it again")
            share = min(kept.get_record_offset() / len(data), 1.0)
            try:
                draft = read_html(page)
            except IngestError as error:
                yield Record(str(number), None, f"{url} {error}", share)
            else:
                yield Record(str(number), replace(draft, url=url or draft.url), None, share)
    except (ArchiveLoadFailed, AttributeError, EOFError, OSError, ValueError) as error:
        # AttributeError: warcio takes for granted that a page has its address
        raise IngestError(f"is damaged ({error}): fetch or save it again") from error
    if not number:
        raise IngestError(_NONE)


def _is_page(record: Any) -> bool:
    told = record.http_headers
    if record.rec_type != "response" or told is None or told.get_statuscode() != "200":
        return False
    return str(told.get_header("Content-Type") or "").lower().startswith(_PAGES)
