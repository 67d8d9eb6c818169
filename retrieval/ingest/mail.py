"""E-mails, single (.eml) and in a box (.mbox): subject, sender and date, and what is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime

from retrieval.errors import IngestError
from retrieval.ingest.blocks import HTML, text_of
from retrieval.ingest.decode import decode
from retrieval.ingest.language import language_code
from retrieval.ingest.records import Record
from retrieval.types import Draft

_NO_TEXT = "holds no text of an e-mail: save the message itself, or its attachments as files"
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_BOUNDARY = re.compile(rb"(?:\A|(?<=\n))From [^\r\n]{1,500}\r?\n(?=[!-9;-~]{1,80}:|>?From )")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.M)
_REPLY = re.compile(r"(?:(?:re|fwd?|aw|wg|ynt|ilt|rv|tr)\s?:\s{0,3})+", re.I)
_FEWER = 3
"""How many times more an HTML part must say before the plain part is but a pointer to it."""


def read_eml(data: bytes) -> Draft:
    """The article of an e-mail. Raises IngestError when no text stands in it."""
    message = message_from_bytes(data, policy=policy.default)
    if not isinstance(message, EmailMessage) or not message.keys():
        raise IngestError("has no head of an e-mail (From, Date, Subject): save the message whole")
    text = _text(message)
    if not text.strip():
        raise IngestError(_NO_TEXT)
    return Draft(
        text=text,
        title=_REPLY.sub("", _head(message, "subject"), count=1) or None,
        publisher=_sender(message),
        published=_published(message),
        language=language_code(_head(message, "content-language").partition(",")[0]),
        url=_head(message, "archived-at").strip("<>") or None,
        notes=_attached(message),
    )


def read_mbox(data: bytes) -> Iterator[Record]:
    """The articles of a box of e-mails, in their order.

    Raises IngestError when it is none; a message without text is a Record with a failure.
    """
    starts = [found.span() for found in _BOUNDARY.finditer(data)]
    if not starts:
        raise IngestError("is no box of e-mails: each begins with a line “From …” in one")
    ends = [start for start, _ in starts[1:]] + [len(data)]
    for number, ((_, start), end) in enumerate(zip(starts, ends, strict=True), 1):
        message = _QUOTED_FROM.sub(rb"\1", data[start:end])
        try:
            yield Record(str(number), read_eml(message), None, end / len(data))
        except IngestError as error:
            yield Record(str(number), None, str(error), end / len(data))


def _text(message: EmailMessage) -> str:
    plain, rich = message.get_body(("plain",)), message.get_body(("html",))
    written = _decoded(plain) if isinstance(plain, EmailMessage) else ""
    if isinstance(rich, EmailMessage):
        shown = _shown(_decoded(rich))
        if len(shown.split()) > _FEWER * len(written.split()):
            return shown
    return written


def _attached(message: EmailMessage) -> tuple[str, ...]:
    """That there are attachments, which nobody should believe to be read."""
    try:
        files = [one.get_filename() for one in message.iter_attachments()]
    except (AttributeError, LookupError, ValueError):  # what it makes of damaged parts
        return ()
    told = ", ".join(_LONE_SURROGATE.sub("\ufffd", name) for name in files if name)
    return (f"attachments are not read, save them as files: {told}",) if told else ()


def _decoded(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    try:
        text = data.decode(part.get_content_charset() or "ascii")
    except (LookupError, UnicodeDecodeError):
        text = decode(data)
    return text.replace("\r\n", "\n").strip("\n")


def _shown(page: str) -> str:
    from lxml import etree, html

    try:
        return text_of(html.document_fromstring(page or "<p>"), HTML)
    except (etree.LxmlError, ValueError) as error:
        raise IngestError(f"holds HTML that can't be read ({error})") from error


def _head(message: EmailMessage, name: str) -> str:
    try:
        value = message[name]
    except (ValueError, LookupError, OverflowError):  # what the parser makes of damaged heads
        return ""
    return _LONE_SURROGATE.sub("\ufffd", " ".join(str(value or "").split()))


def _sender(message: EmailMessage) -> str | None:
    name, address = parseaddr(_head(message, "from"))
    return name or address or None


def _published(message: EmailMessage) -> date | None:
    try:
        return parsedate_to_datetime(_head(message, "date")).date()
    except (TypeError, ValueError):
        return None
