"""Bytes to text, whatever the encoding, without changing a character of UTF-8.

Tried in this order: a byte order mark, UTF-16 without one, UTF-8, UTF-8 with a few bad
bytes, and then the legacy encodings.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice

from retrieval.errors import IngestError
from retrieval.ingest.language import probability_of

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_BINARY_STARTS = (
    b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x7fELF", b"\x1f\x8b",
    b"\xd0\xcf\x11\xe0", b"MZ\x90", b"SQLite format 3\x00", b"BZh9", b"\xfd7zXZ", b"7z\xbc\xaf",
)  # fmt: skip
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\v\x1b"))
_NOT_TEXT = "is binary data, not text: give the file its right suffix, or export it as text"
_SAMPLE = 1 << 16

_ALPHABETS = (
    ("fr", "àâæçèéêëîïôœùûüÿ", ("cp1252", "iso8859_15")),
    ("de", "äöüß", ("cp1252",)),
    ("es", "áéíñóúüªº", ("cp1252",)),
    ("pt", "áâãàçéêíóôõúüªº", ("cp1252",)),
    ("it", "àèéìòùî", ("cp1252",)),
    ("sv", "åäöé", ("cp1252",)),
    ("da", "æøåéö", ("cp1252",)),
    ("fi", "äöåšž", ("cp1252", "iso8859_15")),
    ("is", "áéíóúýþðæö", ("cp1252",)),
    ("tr", "çğıöşüâîûi̇", ("cp1254",)),
    ("pl", "ąćęłńóśźż", ("cp1250", "iso8859_2")),
    ("cs", "áčďéěíňóřšťúůýž", ("cp1250", "iso8859_2")),
    ("sk", "áäčďéíĺľňóôŕšťúýž", ("cp1250", "iso8859_2")),
    ("hu", "áéíóöőúüű", ("cp1250", "iso8859_2")),
    ("ro", "ăâîşţ", ("cp1250", "iso8859_2")),
    ("hr", "čćđšž", ("cp1250", "iso8859_2")),
    ("lt", "ąčęėįšųūž", ("cp1257",)),
    ("lv", "āčēģīķļņōŗšūž", ("cp1257",)),
    ("et", "äõöüšž", ("cp1257",)),
)
"""The letters of a language beside a to z, and the code pages of its texts; these look alike."""

_WINDOWS = {"iso8859_7": "cp1253", "iso8859_8": "cp1255"}
"""Pages that share their letters with a Windows page, which is what files really are in."""

BROWSERS = {"iso-8859-1": "cp1252", "iso-8859-9": "cp1254"}
"""Names that pages give their encodings, and the Windows page that browsers read them as."""

_PUNCTUATION = frozenset("“”‘’„‚«»‹›–—…€£§°·•´`\xa0\xad™®©½¼¾¹²³±×µ¿¡¢¤¥¦¬¶")
_NO_LETTER = re.compile(r"[®¼½¾¹²³±¤¦¬¶×](?=[^\W\d_])|(?<=[^\W\d_])[¼½¾±¤¦¬¶]")
"""A sign that touches a letter as it does only where it stands for a letter itself."""


def decode(data: bytes) -> str:
    """The text that the bytes hold, without its byte order mark, otherwise unchanged.

    Raises IngestError when they hold no text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    if data.startswith(_BINARY_STARTS):
        raise IngestError(_NOT_TEXT)
    wide = _utf16_without_mark(data)
    if wide is not None:
        return wide
    text = _utf8(data)
    if _controls(data) > 2 + len(data) * (0.05 if text is not None else 0.01):
        raise IngestError(_NOT_TEXT)
    return text if text is not None else _legacy(data)


def _controls(data: bytes) -> int:
    """How many control characters there are that texts don't have."""
    return len(data) - len(data.translate(None, _CONTROLS))


def _utf16_without_mark(data: bytes) -> str | None:
    """UTF-16 betrays itself by zero bytes at every other place and few high bytes."""
    if len(data) < 4 or len(data) % 2 or b"\x00" not in data[:_SAMPLE]:
        return None
    sample = data[:_SAMPLE]
    even, odd = sample[::2], sample[1::2]
    little = odd.count(0) >= even.count(0)
    high, other = (odd, even) if little else (even, odd)
    common = dict(Counter(high).most_common(2 if len(high) > 8 else 1))
    odd_zeros = other.count(0) > len(other) / 50
    if odd_zeros or 0 not in common or sum(common.values()) < 0.6 * len(high):
        return None
    try:
        return data.decode("utf-16-le" if little else "utf-16-be")
    except UnicodeDecodeError:
        return None


def _utf8(data: bytes) -> str | None:
    """The text if it is UTF-8, a few bad bytes (then U+FFFD) forgiven; else None."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = len(text) - len(text.encode("ascii", "ignore")) - bad
    stray = not good and not _LEGACY_WORD.search(data)
    return text if stray or good >= 2 * bad else None


_LEGACY_WORD = re.compile(rb"[A-Za-z][\xc0-\xff]|[\xc0-\xff][A-Za-z]|[\x80-\xbf]|[\xc0-\xff]{3}")
"""A legacy letter stands in a word; a byte that stands alone is just a bad byte."""


def _legacy(data: bytes) -> str:
    from charset_normalizer import from_bytes

    sample = _telling(data)
    family = _latin_code_page(sample)
    if family is not None:
        return data.decode(family, "replace")
    best = from_bytes(sample).best()
    if best is None:
        raise IngestError("has an unknown encoding: save it as UTF-8")
    return data.decode(_WINDOWS.get(best.encoding, best.encoding), "replace")


def _telling(data: bytes) -> bytes:
    """The stretches around bytes that aren't ASCII: the only ones that tell encodings."""
    pieces, end = [], 0
    for found in islice(re.finditer(rb"[\x80-\xff]+", data), 2000):
        if found.end() > end:
            pieces.append(data[max(end, found.start() - 60) : found.end() + 60])
            end = found.end() + 60
    return b"".join(pieces)[:_SAMPLE]


def _latin_code_page(sample: bytes) -> str | None:
    """The code page of a Latin text, by the alphabet that covers its letters best.

    charset-normalizer takes cp1254 for cp1252 or cp1257, so these are told apart here. Where
    several cover as much, the language decides. None when the text isn't in Latin letters.
    """
    pages = dict.fromkeys(page for *_, pages in _ALPHABETS for page in pages)
    texts = {page: sample.decode(page, "replace") for page in pages}
    shares = [
        (_covered(texts[page], letters), page, language)
        for language, letters, pages in _ALPHABETS
        for page in pages
    ]
    best = max(share for share, *_ in shares)
    if best < 0.75:
        return None
    likely = [(page, language) for share, page, language in shares if share == best]
    if len({texts[page] for page, _ in likely}) == 1:
        return likely[0][0]
    return max(likely, key=lambda one: probability_of(one[1], texts[one[0]]))[0]


def _covered(text: str, letters: str) -> float:
    """The share of the text's other than ASCII letters that a language has."""
    alphabet = frozenset(letters + letters.upper())
    signs = len(_NO_LETTER.findall(text))
    odd = [c for c in text if c >= "\x80" and c not in _PUNCTUATION]
    if not odd and not signs:
        return 1.0
    plain = sum(c.isascii() and c.isalpha() for c in text)
    if plain < len(odd):
        return 0.0
    return sum(c in alphabet for c in odd) / (len(odd) + signs)
