"""Credits of pictures and signatures of agencies: never quoted, the caption before them is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from retrieval.dates import any_of
from retrieval.ingest.agencies import AGENCY, agency_name
from retrieval.ingest.lines import ends_sentence
from retrieval.languages import in_all
from retrieval.types import Offsets

_HOUSES = (
    rf"{AGENCY}|Getty\sImages|Getty|EPA|EPA-EFE|Shutterstock|Alamy|Zuma|ZUMA|NurPhoto|WireImage|"
    r"FilmMagic|Sipa|SIPA|MAXPPP|Redux|Magnum|Imago|IMAGO|TASS|Sputnik|Corbis|PA\sImages|"
    r"Press\sAssociation|USA\sTODAY(?:\sNetwork|\sSports)?|Pool|POOL|iStock|Depo\sPhotos|"
    r"Anadolu\sImages|Bettmann(?:\sArchive)?|Hulton\sArchive"
)
_WORD = r"(?:[^\W\d_a-z][\w'’.-]{0,25}|de|del|der|van|von|al|el|bin|da|di)"
_HOUSE = re.compile(rf"(?:^|[|/,\s(])(?:{_HOUSES})(?:$|[|/,\s)])")
_BRACKETS = re.compile(r"\(([^()\n]{2,160})\)")
_IN_BRACKETS = re.compile(
    rf"(?:{_WORD}\s){{1,4}}(?:[Ff]ile\s)?(?:[Pp]hoto|PHOTO)s?(?:\s?[/,|].*|\s(?:by|via)\s.*)?"
    rf"|(?:File\s|FILE\s)?(?:PHOTOS?|{any_of(in_all('photo_labels'))})"
    r"(?:\s(?:credit|courtesy|illustration))?\s?(?::|by|via|courtesy of)\s[^\W\d_a-z].*"
    r"|(?:[Ff]ile|FILE)\s(?:[Pp]hoto|PHOTO|[Ii]mage)"
    rf"|(?:{_WORD}[\s,/|]+){{1,8}}via\s(?:{_HOUSES})"
    rf"|{_WORD}(?:\s{_WORD}){{0,4}}+(?:\s{{0,2}}[/|]\s?{_WORD}(?:\s{_WORD}){{0,3}}+){{0,2}}"
    rf"\s{{0,2}}[/|]\s?(?:{_HOUSES})(?:,\s[Ff]ile)?"
    r"|Getty\sImages"
)
_SLASHED = re.compile(
    rf"(?:^|(?<=[.!?”\"’)]\s)|(?<=[.!?”\"’)]\s\s))"
    rf"(?:REUTERS/{_WORD}(?:\s{_WORD}){{0,3}}"
    rf"|(?:[^\W\d_a-z]\.\s?|(?:[^\W\d_a-z][\w'’-]{{0,25}}+|de|del|van|von|al|el)(?:\s|(?=/))){{0,6}}+"
    rf"(?:/{{1,2}}[\w .'’-]{{2,30}}){{0,3}}/{{1,2}}(?:{_HOUSES})(?:\s{_WORD})?"
    rf"|Getty\sImages)\.?$"
)
_PHOTO_LABEL = re.compile(
    rf"{any_of(in_all('photo_labels'))}"
    r"(?: credit| courtesy)?(?::| by | courtesy of )\s?(?P<names>[^\n]{2,90})",
    re.I,
)
_BARE_AGENCY = re.compile(rf"[.!?”\"’]\s*(\((?:{AGENCY})\))$")
_SIGNATURE = re.compile(
    rf"(?:\((?P<round>{AGENCY})\)|[—–−-]{{1,2}}\s?(?P<dash>{AGENCY})|/(?P<slash>[A-Za-z]{{2,12}}))\.?$"
)
_TAIL = 140


def is_credit(line: str, *, early: bool = False) -> bool:
    """Whether a line only tells whose picture it is: "Ada Roe | AFP | Getty Images".

    Names between bars are enough for a line that stands ``early`` in its article, else one
    of them must be known for pictures.
    """
    if len(line) > 160:
        return False
    label = _PHOTO_LABEL.fullmatch(line)
    if label:
        return not label["names"].endswith((".", "!", "?")) and _are_names(label["names"])
    parts = re.split(r"\s*(?:\||/{1,2})\s*", line)
    sources = len(parts) > 1 and (_HOUSE.search(line) is not None or (early and " | " in line))
    return (sources and all(_are_names(part, 5) for part in parts)) or line in _ALONE


_ALONE = frozenset(("Getty Images", "Shutterstock", "AFP via Getty Images", "iStock"))


def _are_names(words: str, most: int = 12) -> bool:
    parts = [part for part in re.split(r"[\s,/|()]+", words) if part]
    small = frozenset(("via", "by", "of", "and", "for", "de", "del", "van", "von", "al", "the"))
    return 0 < len(parts) <= most and all(p[0].isupper() or p in small for p in parts)


def inline_credits(line: str) -> Iterator[Offsets]:
    """The credits within a line: in brackets anywhere, or after its last sentence."""
    if "(" in line:
        for found in _BRACKETS.finditer(line):
            if _IN_BRACKETS.fullmatch(found[1]) and agency_name(found[1]) is None:
                yield found.span()
    cut = max(0, len(line) - _TAIL)
    tail = line[cut:]
    bare = _BARE_AGENCY.search(tail)
    if bare:
        yield bare.start(1) + cut, len(line)
    elif "/" in tail or tail.endswith("Images"):
        slashed = _SLASHED.search(tail)
        if slashed and (slashed.start() or not cut):
            yield slashed.start() + cut, len(line)


def signature(line: str) -> tuple[int, str] | None:
    """Where the agency's signature begins in an article's last line, and whose it is.

    "… he said. (Reuters)", "—AFP" and "… rights.” /ibna" are signatures.
    """
    cut = max(0, len(line) - 40)
    found = _SIGNATURE.search(line[cut:])
    if not found:
        return None
    start = cut + found.start()
    before = line[max(0, start - 20) : start].rstrip()
    if start and not (before and ends_sentence(before)):
        return None
    name = found["round"] or found["dash"]
    return start, (agency_name(name) or name) if name else found["slash"]
