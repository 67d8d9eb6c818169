"""Datelines, bylines and time stamps: who tells, from where and when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from retrieval.dates import any_of
from retrieval.ingest.agencies import AGENCY, agency_name
from retrieval.ingest.publication import parse_date
from retrieval.languages import DEFAULT, all_languages, in_all

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĞĠĢİŁŃŅŇŐŒŘŚŞŠŢŤŪŮŰŹŻŽА-Я"

# Nobody knows an article's language before its words are told from what stands around them:
# the words of all languages are looked for.
_MONTH = any_of(
    name
    for known in all_languages()
    for names in known.months
    for told in names
    for name in (told.capitalize(), *(() if known.code == DEFAULT else (told,)))
)
_WEEKDAY = any_of(day.capitalize() for day in in_all("weekdays"))
_NTH = any_of(in_all("ordinal_endings"))
_LINK = f"(?: {any_of(in_all('date_links'))})?"
_DATE = re.compile(
    rf"{_MONTH}\.? \d{{1,2}}{_NTH}?,? \d{{4}}"
    rf"|\d{{1,2}}{_NTH}?{_LINK} {_MONTH}\.?,?{_LINK} \d{{4}}"
    r"|\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}"
)
_DAY = re.compile(rf"\b(?:{_MONTH}\.? \d{{1,2}}|\d{{1,2}} {_MONTH}\.?)(?!\d)")
_LONGEST = 110

_PREFIX_DATE = re.compile(r"\s*date (\d{4}-\d\d-\d\d)\s+")
_OWN_LINE = re.compile(
    rf"(?P<place>[^()\n]{{0,60}}?)(?P<open>\()?(?P<agency>{AGENCY})\)?\s?(?P<dash>—|–|--|-)?"
)
_BRACKETED = re.compile(
    rf"(?P<place>[^()\n]{{0,70}}?)\((?P<agency>{AGENCY})\)\s*(?P<dash>(?:—|–|--|−|-|:)\s*)?"
)
_DASHED = re.compile(rf"(?P<place>[^()\n]{{0,60}}?)\b(?P<agency>{AGENCY})\s?(?:—|–|--|\s-)\s+")
_FROM_WIRE = re.compile(
    rf"(?P<place>[{_UPPER}][^()a-z\n]{{2,40}}[^()\n]{{0,30}}?)\((?P<agency>[{_UPPER}][^()\n]{{1,39}})\)"
    r"\s?(?P<dash>—|–|--|−|-)\s+"
)
_FROM_PLACE = re.compile(r"(?P<place>[^()\n]{3,60}?)\s?(?:—|–|‒|−|--|\s-)\s+")
_FROM_PLACE_AND_DAY = re.compile(
    rf"(?P<place>[{_UPPER}][^()\d\n]{{2,50}}), (?P<day>{_DATE.pattern})\s?(?:—|–|‒|−|--|\s-)\s+"
)
_NO_PLACE = re.compile(
    rf"{_MONTH}|{_WEEKDAY}|{any_of(in_all('stamp_labels'))}|{any_of(in_all('stamp_words'))}"
    rf"|{any_of(in_all('correction_labels'))}|updates?",
    re.I,
)
_NO_STORY = re.compile(rf"[{_UPPER}]{{5}}|(?i:{_MONTH}) \d")
_AFTER = re.compile(rf"[\"'“‘«(\[]?[{_UPPER}\d]")
_ORGANISATIONS = re.compile(
    "NATO|NASA|FIFA|UEFA|OPEC|OSCE|UNICEF|UNESCO|ASEAN|COVID|WHO|IMF|FBI|CIA|MLB|NBA|NFL|NHL|"
    "AND|BUT|THE|NOT|NOTE|TIP|WHAT|WHEN|WHERE|WHY|HOW|SCORE|RESULTS?"
)
_OWN_NAMES = ("Agency", "Press", "Network", "News", "Corporation", "Ajansı", "Agence")
_JOINERS = re.compile(
    "de|del|della|di|da|do|dos|das|la|le|les|el|al|of|the|and|on|upon|am|an|der|den|van|von|bin|ve",
    re.I,
)

_LABEL = re.compile(any_of(in_all("stamp_labels")), re.I)
_SMALL_WORD = re.compile(
    "et|es?t|edt|pt|p[sd]t|ct|c[sd]t|mt|m[sd]t|gmt|utc|bst|ces?t|ees?t|ist|trt|ts[iİ]|msk|jst|hkt|"
    rf"ae[sd]t|{any_of(in_all('stamp_words'))}",
    re.I,
)
_DAYS = re.compile(rf"{_MONTH}|{_WEEKDAY}", re.I)
_CLOCK = re.compile(r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:am|pm)?|\d{1,2}(?:am|pm)", re.I)
_NUMBER = re.compile(rf"\d{{1,4}}{_NTH}?|\d{{4}}-\d\d-\d\d|\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}}")

_ADDRESS = re.compile(r"[\w.+-]{1,60}@[\w.-]{3,60}")
_BY_A_DAY = re.compile(rf"{_WEEKDAY}\b")
_BYLINE = re.compile(rf"{any_of(in_all('bylines'))}:? (?P<names>[^\n]{{3,120}})")
_CONTRIBUTED = re.compile(
    r"(?:Contributing|CONTRIBUTING): ?\S|Special (?:to|for) [A-Z][^.!?]{2,40}$"
    r"|\(?(?:Additional )?[Rr]eporting by .{3,200}[Ee]diting by"
)


@dataclass(frozen=True, slots=True)
class Dateline:
    """What stands before the first word of a paragraph: its first ``end`` characters."""

    end: int
    publisher: str | None = None
    published: date | None = None


def date_prefix(text: str) -> Dateline | None:
    """The " date 2025-05-14 " that some collections put before an article, if it is there."""
    found = _PREFIX_DATE.match(text)
    return Dateline(found.end(), published=parse_date(found[1])) if found else None


def own_line(line: str) -> Dateline | None:
    """A line that is only a dateline: "ANKARA", "CNN —", "Seoul, South Korea CNN —".

    A writer's address counts as one.
    """
    if len(line) > _LONGEST:
        return None
    if _ADDRESS.fullmatch(line):
        return Dateline(len(line))
    found = _OWN_LINE.fullmatch(line)
    place = found["place"] if found else ""
    sure = found and (found["dash"] or not place or (found["open"] and place.isupper()))
    if found and sure and _is_place(place):
        return Dateline(len(line), agency_name(found["agency"]), _date_in(line))
    bare = line.rstrip(" -–—:.") if not line.endswith("...") else line
    return Dateline(len(line), published=_date_in(line)) if _is_capitals(bare) else None


def leading(line: str, *, opening: bool, first: bool) -> Dateline | None:
    """The dateline that a paragraph begins with: "(CNN) -- ", "ANKARA, Nov. 3 (Reuters) - ".

    The ones that look least like it ("WASHINGTON – ", "Sao Paulo (CNN) ") count only in an
    ``opening`` paragraph, "Skarvik, 14 November 2026 - " only in the ``first``.
    """
    head = line[:_LONGEST]
    found = _BRACKETED.match(head) or _DASHED.match(head)
    if found and _begins_after(head, found.end()) and _is_place(found["place"]):
        sure = "dash" not in found.groupdict() or found["dash"] is not None
        named = any(name in found["place"] for name in _OWN_NAMES)
        if sure or (opening and not named):
            return Dateline(found.end(), agency_name(found["agency"]), _date_in(found["place"]))
    wire = _FROM_WIRE.match(head)
    if wire and _is_capitals(wire["place"]) and is_names(wire["agency"]):
        name = agency_name(wire["agency"]) or wire["agency"]
        return Dateline(wire.end(), name, _date_in(wire["place"]))
    placed = _FROM_PLACE.match(head) if opening else None
    if placed and _is_capitals(placed["place"]) and _begins_after(head, placed.end()):
        rest = head[placed.end() :]
        if len(line) > placed.end() + 30 and not _NO_STORY.match(rest):
            return Dateline(placed.end(), published=_date_in(placed["place"]))
    return _from_place_and_day(line) if first else None


def _from_place_and_day(line: str) -> Dateline | None:
    """The dateline of a place that isn't in capitals: only with a whole date before a dash."""
    found = _FROM_PLACE_AND_DAY.match(line[:_LONGEST])
    if not found or len(line) <= found.end() + 30:
        return None
    place, _, region = found["place"].partition(", ")
    rest = line[found.end() :]
    words = place.split()
    if place.isupper() or len(words) > 4 or any(map(_NO_PLACE.fullmatch, words)):
        return None
    if not (is_names(place) and is_names(region or place)):
        return None
    if not _AFTER.match(rest) or rest[0].isdigit() or _NO_STORY.match(rest):
        return None
    return Dateline(found.end(), published=parse_date(found["day"]))


def stamp(line: str) -> Dateline | None:
    """A line that only tells when the article came out: "Updated June 9, 2025, 3:42 p.m. ET"."""
    if len(line) > _LONGEST:
        return None
    words = [word.strip(".") for word in re.split(r"[\s,|•·()–—-]+|:(?!\d)", line) if word]
    kinds = [_stamp_word(word) for word in words]
    if None in kinds or not ("label" in kinds or {"clock", "number"} <= set(kinds)):
        return None
    if "number" not in kinds and "clock" not in kinds:
        return None
    return Dateline(len(line), published=_date_in(line))


def _stamp_word(word: str) -> str | None:
    if _LABEL.fullmatch(word):
        return "label"
    if _NUMBER.fullmatch(word):
        return "number"
    if _CLOCK.fullmatch(word):
        return "clock"
    other = not word or _SMALL_WORD.fullmatch(word) or _DAYS.fullmatch(word)
    return "other" if other else None


def is_byline(line: str) -> bool:
    """Whether a line only names who wrote it: "By Jane Roe, CNN", "Contributing: A. Roe"."""
    if len(line) > 300:
        return False
    if _CONTRIBUTED.match(line) or _contributed(line):
        return True
    found = _BYLINE.fullmatch(line)
    if not found or line.endswith((".", "!", "?", ":")) or any(c.isdigit() for c in line):
        return False
    return not _BY_A_DAY.match(found["names"]) and is_names(found["names"])


def _contributed(line: str) -> bool:
    end = re.search(r" contributed to th(?:is|e) (?:report|story|article)\.?$", line)
    return end is not None and len(line) <= 200 and ". " not in line[5 : end.start()]


def is_names(words: str) -> bool:
    """Whether the words are only names: every one begins with a capital, joiners aside."""
    parts = re.split(r"[\s,;&|/]+", words.strip())
    return bool(parts) and all(
        not part or part[0].isupper() or _JOINERS.fullmatch(part) for part in parts
    )


def are_people(words: str) -> bool:
    """Whether the words look like people's first and last names, of one or of several."""
    people = re.split(r",? and |, ", words) if len(words) <= 90 else [words]
    return all(len(person.split()) == 2 and is_names(person) for person in people)


def _is_place(words: str) -> bool:
    """Whether the words may be where (and when) an article was written, or nothing at all."""
    rest = _DAY.sub("", _DATE.sub("", words)).strip(" ,/.-–—")
    return not rest or (len(rest) <= 45 and not any(c.isdigit() for c in rest) and is_names(rest))


def _is_capitals(words: str) -> bool:
    """Whether the words are a place in capitals, perhaps with region and date: "PARIS, May 3"."""
    rest = _DAY.sub("", _DATE.sub("", words)).strip(" ,")
    place, _, region = rest.partition(",")
    if not place.isupper() or not 3 <= len(place) <= 30 or len(place.split()) > 4:
        return False
    if any(c.isdigit() or c in '"“”?!:;&%$' for c in rest) or _ORGANISATIONS.fullmatch(place):
        return False
    return len(region) <= 30 and (not region.strip() or is_names(region.strip()))


def _begins_after(head: str, end: int) -> bool:
    return _AFTER.match(head, end) is not None


def _date_in(words: str) -> date | None:
    found = _DATE.search(words)
    return parse_date(found[0]) if found else None
