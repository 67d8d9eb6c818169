"""Numbers and dates told in words, made comparable: "1,611" = "1611", "Feb. 24" = "24 February"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from retrieval.languages import find_language
from retrieval.text import fold

_EN, _TR = find_language("en"), find_language("tr")


_ENGLISH, _TURKISH = (
    {fold(word): float(value) for word, value in map(str.split, known.lists["numbers"])}
    for known in (_EN, _TR)
)
_VAGUE = frozenset(map(fold, _EN.lists["vague_numbers"] | _TR.lists["vague_numbers"]))
_COUNTING = _EN.lists["counting"] | _ENGLISH.keys() | {"ve"}
_UNITS = {
    fold(word): line.split()[0]
    for line in _EN.lists["units"] | _TR.lists["units"]
    for word in line.split()
}
_TURKISH_UNITS = {fold(word) for line in _TR.lists["units"] for word in line.split()}
_TURKISH_ENDINGS = frozenset(map(fold, _TR.endings))
_MONTHS, _DAYS = (
    {
        fold(name): number
        for known in (_EN, _TR)
        for number, names in enumerate(getattr(known, field_), 1)
        for name in names
    }
    for field_ in ("months", "weekdays")
)
_NO_ONE = re.compile(r"\bno[- ]one\b")
_PIECE = re.compile(r"(?<![^\W_])\d+(?:[.,]\d+)*|[^\W\d_]+|[%$€£]")
_DATES: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b"), ("year", "month", "day")),
    (re.compile(r"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b"), ("day", "month", "year")),
    (re.compile(r"\b(\d{1,2})[:.](\d\d)\b"), ("hour", "minute")),
    (re.compile(r"\b(1\d{3}|20\d\d)(?!\d)"), ("year",)),
)
_DAY = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?\b(?![:.]\d|,\d)")
_YEAR = re.compile(r"\D{0,12}(?:19|20)\d\d\W{0,2}")
_CLOCK = re.compile(r"\b\d{1,2}(?:[:.]\d\d)? ?[ap]\.?m\b", re.I)
_TIME = re.compile(rf"\b(?:{'|'.join(sorted(_EN.lists['times'] | _TR.lists['times']))})\b")


@dataclass(frozen=True, slots=True)
class Amount:
    """The numbers of a text, in order, and the units told with them."""

    values: tuple[float, ...]
    units: frozenset[str] = frozenset()

    @classmethod
    def of(cls, text: str, *, turkish: bool = False) -> Amount:
        """Read numbers in digits and in words; decimal commas are points, save in thousands."""
        pieces = [piece[0] for piece in _PIECE.finditer(_NO_ONE.sub("nobody", fold(text)))]
        units = frozenset(unit for unit in map(unit_of, pieces) if unit)
        return cls(tuple(_values(pieces, turkish)), units)

    def same(self, other: Amount) -> bool:
        """Tell whether two amounts are equal; a unit that one leaves out is no difference."""
        apart = self.units and other.units and not self.units & other.units
        return self.values == other.values and not apart


@dataclass(frozen=True, slots=True)
class Moment:
    """What a text tells of a date, each part a set: "June 24-25" has the days 24 and 25."""

    parts: Mapping[str, frozenset[int]] = field(hash=False)

    @classmethod
    def of(cls, text: str) -> Moment:
        """Read years, months, days, weekdays and times of day; parts not told are left out."""
        rest = fold(text)
        found: dict[str, set[int]] = {}
        for pattern, names in _DATES:
            for match in pattern.finditer(rest):
                for name, value in zip(names, match.groups(), strict=True):
                    found.setdefault(name, set()).add(int(value))
            rest = pattern.sub(" ", rest)
        for word in re.findall(r"[^\W\d_]+", rest):
            for name, table in (("month", _MONTHS), ("weekday", _DAYS)):
                if word in table:
                    found.setdefault(name, set()).add(table[word])
        if "month" in found:
            found.setdefault("day", set()).update(int(match[1]) for match in _DAY.finditer(rest))
        return cls({name: frozenset(values) for name, values in found.items() if values})

    def fits(self, other: Moment) -> bool:
        """Tell whether both may be the same date: a part told by both, and none that differs."""
        shared = self.parts.keys() & other.parts.keys()
        return bool(shared) and all(
            self.parts[name] <= other.parts[name] or other.parts[name] <= self.parts[name]
            for name in shared
        )

    def contradicts(self, other: Moment) -> bool:
        """Tell whether both can't be the same date: a part told by both differs."""
        return bool(self.parts.keys() & other.parts.keys()) and not self.fits(other)


def unit_of(word: str) -> str:
    """Give the one name of a unit by any of its folded names or signs, "" if it is none."""
    return _UNITS.get(word) or _UNITS.get(word.removesuffix("s")) or ""


def holds_number(text: str, *, turkish: bool = False) -> bool:
    """Tell whether a text holds a number in digits or words, even a vague one ("dozens")."""
    found = set(re.findall(r"[^\W\d_]+", fold(text)))
    told = found & (_ENGLISH.keys() | _VAGUE | (_TURKISH.keys() if turkish else set()))
    stems = tuple(word for word in _TURKISH if turkish and len(word) > 3)
    return bool(re.search(r"\d", text) or told or any(one.startswith(stems) for one in found))


def holds_time(text: str) -> bool:
    """Tell whether a text holds a date, a year, or words of time."""
    folded = fold(text)
    return bool(re.search(r"\d", folded) or _TIME.search(folded) or Moment.of(text).parts)


def is_date(text: str) -> bool:
    """Tell whether a text is a date or a time of day: "2016", "April 4", "5 p.m."."""
    known = Moment.of(text).parts.keys()
    return _YEAR.fullmatch(text) is not None or bool(
        known & {"month", "weekday"} or _CLOCK.search(text)
    )


def only_counts(text: str) -> bool:
    """Tell whether a text holds nothing but dates, numbers and units: "5 June", "40 euros"."""
    found = re.findall(r"[^\W\d_]+", fold(text))
    words = [word for word in found if not (word in _MONTHS or word in _DAYS or word in _COUNTING)]
    counted = re.search(r"\d", text) is not None
    return not words or (counted and all(unit_of(word) or _is_turkish_unit(word) for word in words))


def _is_turkish_unit(word: str) -> bool:
    """Tell whether a folded word is a unit or a number with a Turkish ending: "liraya"."""
    return (
        any(
            word[:cut] in _TURKISH_UNITS and word[cut:] in _TURKISH_ENDINGS
            for cut in range(2, len(word))
        )
        or word in _TURKISH
    )


def _values(pieces: list[str], turkish: bool) -> Iterator[float]:
    """Give the values of numbers, those in words put together: two and a half million."""
    known = _ENGLISH | (_TURKISH if turkish else {})
    total = current = room = 0.0
    told = False
    for piece in pieces:
        value = known.get(piece, known.get(piece.removesuffix("s"), -1.0) if told else -1.0)
        if piece[0].isdigit():
            value = _digits(piece, turkish)
            if told and not value < room:
                yield total + current
                total = 0.0
            current, room, told = value, 0.0, True
        elif (value >= 100 or value == 12) and (told or len(piece) > 2) and piece != "twelve":
            current = (current or 1) * value
            if value > 100:
                total, current, room = total + current, 0.0, value
            told = True
        elif 0 <= value < 100:
            current, told = current + value, True
        elif piece not in ("and", "a", "an", "of"):
            if told:
                yield total + current
            total, current, room, told = 0.0, 0.0, 0.0, False
    if told:
        yield total + current


def _digits(piece: str, turkish: bool) -> float:
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", piece):
        return float(piece.replace(",", ""))
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", piece) and (turkish or piece.count(".") > 1):
        return float(piece.replace(".", "").replace(",", "."))
    if re.fullmatch(r"\d+[.,]\d+", piece):
        return float(piece.replace(",", "."))
    return float(re.sub(r"\D", "", piece))
