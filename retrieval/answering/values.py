"""Numbers and dates told in words, made comparable: "1,611" = "1611", "Feb. 24" = "24 February"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from retrieval.answering.titles import folded
from retrieval.dates import MONTHS
from retrieval.text import fold


def _counted(words: str, start: int = 0) -> dict[str, int]:
    return {fold(word): number for number, word in enumerate(words.split(), start)}


def _tens(words: str) -> dict[str, int]:
    return {word: 10 * number for word, number in _counted(words, 2).items()}


_ENGLISH: Mapping[str, float] = {
    **_counted(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
        " fifteen sixteen seventeen eighteen nineteen"
    ),
    **_tens("twenty thirty forty fifty sixty seventy eighty ninety"),
    "half": 0.5,
    "quarter": 0.25,
    "couple": 2.0,
}
_TURKISH: Mapping[str, float] = {
    **_counted("sıfır bir iki üç dört beş altı yedi sekiz dokuz on"),
    **_tens("yirmi otuz kırk elli altmış yetmiş seksen doksan"),
}
_SCALES = {
    "hundred": 1e2,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
    "dozen": 12.0,
    "k": 1e3,
    "m": 1e6,
    "mn": 1e6,
    "bn": 1e9,
    "tn": 1e12,
    "milyon": 1e6,
    "milyar": 1e9,
    "trilyon": 1e12,
}
_TURKISH_SCALES = {"yuz": 1e2, "bin": 1e3}
_VAGUE = folded(
    """
    no none nobody nothing never all both few several many most some more enough numerous lot little
    single entire free dozens hundreds thousands millions billions scores twice triple double third
    often always rarely seldom large small hiç birkaç onlarca yüzlerce binlerce milyonlarca çok
    az yarı yarısı tüm hepsi
    """
)
_UNITS: Mapping[str, str] = {
    **dict.fromkeys(("%", "percent", "percentage", "pct", "yuzde"), "%"),
    **dict.fromkeys(("$", "dollar", "dolar", "usd"), "$"),
    **dict.fromkeys(("€", "euro", "avro", "eur"), "€"),
    **dict.fromkeys(("£", "pound", "sterlin", "gbp"), "£"),
    **{
        word: word
        for word in folded(
            "second minute hour day week month year decade century km mile metre foot kg ton"
            " litre gün yıl ay saat hafta"
        )
    },
    **{"meter": "metre", "feet": "foot", "tonne": "ton", "kilometer": "km", "kilometre": "km"},
    **{"liter": "litre", "kilogram": "kg", "kilo": "kg", "yr": "year", "hr": "hour"},
}
_COUNTING = (
    folded(
        "on at in about around nearly over more than late early mid the of and since by until ve"
    )
    | _ENGLISH.keys()
    | _SCALES.keys()
)
_NO_ONE = re.compile(r"\bno[- ]one\b")
_PIECE = re.compile(r"(?<![^\W_])\d+(?:[.,]\d+)*|[^\W\d_]+|[%$€£]")

_MONTHS = {
    **MONTHS,
    **_counted("ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık", 1),
}
_DAYS = {
    **_counted("monday tuesday wednesday thursday friday saturday sunday"),
    **_counted("mon tue wed thu fri sat sun"),
    **_counted("pazartesi salı çarşamba perşembe cuma cumartesi pazar"),
}
_ISO = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_DOTTED = re.compile(r"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b")
_CLOCK = re.compile(r"\b(\d{1,2})[:.](\d\d)\b")
_YEAR = re.compile(r"\b(1\d{3}|20\d\d)(?!\d)")
_DAY = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?\b(?![:.]\d|,\d)")
_TIME = re.compile(
    r"\b(?:\d{1,2}[:.]\d\d|\d{1,2} ?[ap]\.?m\b|noon|midnight|morning|evening|afternoon|night"
    r"|tonight|overnight|dawn|yesterday|today|tomorrow|now|ago|century|centuries|decades?"
    r"|seconds?|minutes?|hours?|days?|weeks?|weekends?|months?|years?|spring|summer|autumn|fall"
    r"|winter|christmas|easter|ramadan|daily|weekly|monthly|annual\w*|recent\w*|soon|later|earlier"
    r"|after|before|during|since|until|while|when|once|never|often|sometimes|always|eventually"
    r"|immediately|shortly|currently|presently|future|past|next|previous|beginning|start|end|period"
    r"|era|age|time|times|point|moment|late|early|on (?:mon|tues|wednes|thurs|fri|satur|sun)days"
    r"|bugun|dun|yarin|gun\w*|hafta\w*|ay\w*|yil\w*|sabah\w*|aksam\w*|gece\w*|yuzyil\w*|once|sonra"
    r"|saat\w*|sirasinda)\b"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """The numbers of a text, in order, and the units told with them."""

    values: tuple[float, ...]
    units: frozenset[str] = frozenset()

    @classmethod
    def of(cls, text: str, *, turkish: bool = False) -> Amount:
        """Read numbers in digits and in words; decimal commas are points, save in thousands."""
        pieces = [piece[0] for piece in _PIECE.finditer(_NO_ONE.sub("nobody", fold(text)))]
        units = {_UNITS[unit] for unit in map(_unit, pieces) if unit}
        return cls(tuple(_values(pieces, turkish)), frozenset(units))

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

        def take(pattern: re.Pattern[str], *names: str) -> None:
            nonlocal rest
            for match in pattern.finditer(rest):
                for name, value in zip(names, match.groups(), strict=True):
                    found.setdefault(name, set()).add(int(value))
            rest = pattern.sub(" ", rest)

        take(_ISO, "year", "month", "day")
        take(_DOTTED, "day", "month", "year")
        take(_CLOCK, "hour", "minute")
        take(_YEAR, "year")
        for word in re.findall(r"[^\W\d_]+", rest):
            for name, table in (("month", _MONTHS), ("weekday", _DAYS)):
                if word in table:
                    found.setdefault(name, set()).add(table[word])
        if "month" in found:
            take(_DAY, "day")
        return cls({name: frozenset(values) for name, values in found.items()})

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


def holds_number(text: str, *, turkish: bool = False) -> bool:
    """Tell whether a text holds a number in digits or words, even a vague one ("dozens")."""
    if re.search(r"\d", text):
        return True
    table = {**_ENGLISH, **_SCALES, **({**_TURKISH, **_TURKISH_SCALES} if turkish else {})}
    return any(
        word in table or word in _VAGUE or (turkish and _turkish_number(word))
        for word in re.findall(r"[^\W\d_]+", fold(text))
    )


def holds_time(text: str) -> bool:
    """Tell whether a text holds a date, a year, or words of time."""
    folded_text = fold(text)
    told = re.search(r"\d", folded_text) or _TIME.search(folded_text) or Moment.of(text).parts
    return bool(told)


def only_counts(text: str) -> bool:
    """Tell whether a text holds nothing but dates and numbers: "5 June", "about 40"."""
    found = re.findall(r"[^\W\d_]+", fold(text))
    return all(word in _MONTHS or word in _DAYS or word in _COUNTING for word in found)


def _turkish_number(word: str) -> bool:
    return any(len(stem) > 3 and word.startswith(stem) for stem in _TURKISH) or word in _TURKISH


def _unit(piece: str) -> str:
    return next((unit for unit in (piece, piece.removesuffix("s")) if unit in _UNITS), "")


def _values(pieces: list[str], turkish: bool) -> Iterator[float]:
    """Give the values of numbers, those in words put together: two and a half million."""
    small = {**_ENGLISH, **(_TURKISH if turkish else {})}
    scales = {**_SCALES, **(_TURKISH_SCALES if turkish else {})}
    total, current, room = 0.0, 0.0, 0.0
    told = False
    for piece in pieces:
        scale = scales.get(piece, scales.get(piece.removesuffix("s")) if told else None)
        if piece[0].isdigit():
            value = _digits(piece, turkish)
            if told and not value < room:
                yield total + current
                total = 0.0
            current, room, told = value, 0.0, True
        elif scale and (told or len(piece) > 2):
            current = (current or 1) * scale
            if scale > 100:
                total, current, room = total + current, 0.0, scale
            told = True
        elif piece in small or (turkish and piece == "bucuk"):
            current, told = current + small.get(piece, 0.5), True
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
