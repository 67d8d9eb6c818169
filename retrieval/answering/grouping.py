"""Mentions of the same brought together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from retrieval.answering.identity import Name, same_name
from retrieval.answering.name_words import BODIES, COUNTRIES
from retrieval.answering.values import Amount, Moment
from retrieval.text import terms
from retrieval.types import AnswerType, Article, Span


@dataclass(frozen=True, slots=True)
class Mention:
    """A candidate: a trimmed span that may answer, with its words made comparable.

    ``named`` tells a name from a description. ``around`` is what a place lies in, if told.
    """

    span: Span
    named: bool
    words: tuple[str, ...]
    name: Name
    around: Name
    amount: Amount
    moment: Moment

    @classmethod
    def of(cls, span: Span, named: bool, kind: AnswerType) -> Mention:
        """Take a span's words apart as far as the kind needs it."""
        text, turkish = span.text, span.article.language == "tr"
        place, _, around = text.partition(",") if kind == "place" else (text, "", "")
        return cls(
            span,
            named,
            tuple(term for term in terms(text) if term not in ("the", "a", "an")),
            Name.of(place) if kind in ("person", "place", "other") else Name(()),
            Name.of(around) if around else Name(()),
            Amount.of(text, turkish=turkish) if kind == "number" else Amount(()),
            Moment.of(text) if kind == "date" else Moment({}),
        )

    @property
    def text(self) -> str:
        return self.span.text

    @property
    def is_body(self) -> bool:
        """Tell whether it names no person but a country or an organisation."""
        full = self.name.full
        return self.is_country or bool(self.name.short or (full and full[-1] in BODIES))

    @property
    def is_country(self) -> bool:
        """Tell whether it names a country or several, as in Russia-Ukraine."""
        return " ".join(self.name.full) in COUNTRIES or (
            bool(self.name.full) and all(word in COUNTRIES for word in self.name.full)
        )


def surest_first(mention: Mention) -> tuple[float, str, int]:
    """The key that sorts mentions by probability, those as probable by their place."""
    span = mention.span
    return -span.probability, span.article.id, span.start


@dataclass(slots=True)
class Group:
    """Mentions of one answer. The first one, its seed, says what the group is."""

    mentions: list[Mention] = field(default_factory=list)
    probability: float = 0.0

    @property
    def seed(self) -> Mention:
        return self.mentions[0]

    @property
    def best(self) -> Mention:
        return max(self.mentions, key=lambda mention: mention.span.probability)


def at_distinct_places(mentions: Iterable[Mention]) -> list[Mention]:
    """Give mentions, the most probable first, each place once although passages overlap."""
    kept: dict[tuple[str, str], list[Mention]] = {}
    found = sorted(
        mentions,
        key=lambda item: (-item.span.probability, item.span.article.id, item.span.start),
    )
    chosen: list[Mention] = []
    for mention in found:
        span = mention.span
        placed = kept.setdefault((span.article.collection, span.article.id), [])
        if all(span.end <= one.span.start or one.span.end <= span.start for one in placed):
            placed.append(mention)
            chosen.append(mention)
    return chosen


def grouped(mentions: Sequence[Mention], kind: AnswerType) -> list[Group]:
    """Group mentions of the same; of people the fullest names first, then the shorter ones.

    ``mentions`` come with the most probable first. A short name that fits several people joins
    the one told in its own article, else the most probable. No two groups' seeds are the same.
    """
    if kind == "person":
        mentions = sorted(mentions, key=lambda item: -_fullness(item.name))
    groups: list[Group] = []
    for mention in mentions:
        fitting = [group for group in groups if same_answer(kind, group.seed, mention)]
        if fitting:
            _nearest_to(mention, fitting).mentions.append(mention)
        else:
            groups.append(Group([mention]))
    return groups


def same_answer(kind: AnswerType, one: Mention, other: Mention) -> bool:
    """Tell whether two mentions say the same to a question of this kind."""
    if one.words == other.words and one.words:
        return True
    if kind == "number" and one.amount.values and other.amount.values:
        return one.amount.same(other.amount)
    if kind == "date" and one.moment.parts and other.moment.parts:
        return one.moment.fits(other.moment)
    if kind in ("number", "date"):
        return False
    if kind == "place":
        return _same_place(one, other)
    if kind == "person":
        return one.named and other.named and same_name(one.name, other.name)
    if one.text[:1].isupper() and other.text[:1].isupper():
        return same_name(one.name, other.name)
    return _within(one.words, other.words)


def conflict(kind: AnswerType, one: Mention, other: Mention) -> bool:
    """Tell whether two different answers can't both be true of one thing.

    A country is none to a city, which may lie there, nor is "the hospital" to a name.
    """
    if kind == "date":
        return one.moment.contradicts(other.moment)
    if kind == "number":
        return bool(one.amount.values and other.amount.values)
    if kind == "place":
        names = one.text[:1].isupper() and other.text[:1].isupper()
        if not names or one.is_country != other.is_country:
            return False
    return kind == "person" or not set(one.words) & set(other.words)


def _fullness(name: Name) -> float:
    return len(name.full) + 0.1 * len(name.initials) + 0.1 * bool(name.numeral)


def _nearest_to(mention: Mention, groups: Sequence[Group]) -> Group:
    def near(group: Group) -> tuple[bool, float]:
        told = any(_same_article(one.span.article, mention.span.article) for one in group.mentions)
        return told, max(one.span.probability for one in group.mentions)

    return max(groups, key=near)


def _same_article(one: Article, other: Article) -> bool:
    return (one.collection, one.id) == (other.collection, other.id)


def _same_place(one: Mention, other: Mention) -> bool:
    """Tell whether two places are one: Ankara, and "Ankara, Turkey"."""
    if one.name.full != other.name.full:
        return False
    return not one.around.full or not other.around.full or same_name(one.around, other.around)


def _within(one: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether the words of one stand together in the other, with no "no" beside them."""
    few, many = sorted((tuple(one), tuple(other)), key=len)
    if not few or {"no", "not", "without", "non"} & set(many) - set(few):
        return False
    return any(many[at : at + len(few)] == few for at in range(len(many) - len(few) + 1))
