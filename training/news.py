"""Made-up news in our own words: who met, said, visited, won or signed what, and who did not.

What the data sets seldom have and newsrooms ask for: lists told in several sentences,
meetings (which are mutual), pronouns whose name stands in the sentence before, and
questions about a person whom the passage names for another deed. Every sentence comes from
a pattern and chance, so that nothing in it is true.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from corpora.examples import Example
from training.cast import DAYS, FILLERS, FIRST, LAST, MONTHS, OFFICES, PLACES, TOPICS


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who doesn't exist."""

    first: str
    last: str
    office: str
    country: str
    she: bool

    @property
    def full(self) -> str:
        return f"{self.first} {self.last}"

    @property
    def nation(self) -> str:
        return PLACES[self.country][0]

    @property
    def titled(self) -> str:
        return f"{self.nation} {self.office} {self.full}"


@dataclass(frozen=True, slots=True)
class Told:
    """A few sentences, and what can be asked of them: question and the names that answer."""

    sentences: tuple[str, ...]
    asked: tuple[tuple[str, tuple[str, ...]], ...]
    title: str = ""


Story = Callable[[random.Random], Told]


def news(seed: int) -> Iterator[Example]:
    """Give examples without end, the same ones for the same seed."""
    return made_up(seed, _STORIES)


def made_up(seed: int, stories: Sequence[Story]) -> Iterator[Example]:
    """Give examples made of these stories, without end."""
    chance = random.Random(seed)
    while True:
        yield from _example(chance, chance.choice(stories)(chance))


def _example(chance: random.Random, told: Told) -> Iterator[Example]:
    sentences = list(told.sentences)
    for filler in chance.sample(FILLERS, chance.choice((0, 0, 1, 1, 2))):
        sentences.insert(chance.randint(0, len(sentences)), filler)
    text = chance.choice((" ", " ", "\n\n")).join(sentences)
    for question, answers in chance.sample(told.asked, min(2, len(told.asked))):
        spans = tuple(sorted({(at, at + len(a)) for a in answers if (at := text.find(a)) >= 0}))
        yield Example(_typed(chance, question), told.title, text, spans, answers)


def _typed(chance: random.Random, question: str) -> str:
    """Write a question as people type it: often in small letters, without the mark."""
    if chance.random() < 0.4:
        question = question[0].lower() + question[1:]
    if chance.random() < 0.15:
        question = question.lower()
    return question if chance.random() < 0.7 else question.rstrip("?")


def people(chance: random.Random, count: int) -> list[Person]:
    lasts = chance.sample(LAST, count)
    countries = chance.sample(sorted(PLACES), count)
    return [
        Person(
            chance.choice(FIRST),
            last,
            chance.choice(OFFICES),
            country,
            chance.random() < 0.5,
        )
        for last, country in zip(lasts, countries, strict=True)
    ]


def any_city(chance: random.Random) -> tuple[str, str]:
    country = chance.choice(sorted(PLACES))
    return chance.choice(PLACES[country][1].split()), country


def any_day(chance: random.Random) -> str:
    if chance.random() < 0.5:
        return f"on {chance.choice(DAYS)}"
    return f"on {chance.choice(MONTHS)} {chance.randint(1, 28)}"


def called(chance: random.Random, person: Person) -> tuple[str, str]:
    """Give how a sentence names a person, and the part of it that is the name."""
    name = person.full if chance.random() < 0.75 else person.last
    return chance.choice(
        (
            (f"{person.nation} {person.office} {name}", name),
            (f"{person.office} {name}", name),
            (f"{name}, the {person.office.lower()} of {person.country},", name),
            (f"{person.country}'s {person.office.lower()}, {name},", name),
            (name, name),
        )
    )


def put_right(*sentences: str) -> tuple[str, ...]:
    fixed = (text.replace(",.", ".").replace(",,", ",").replace("  ", " ") for text in sentences)
    return tuple(text[0].upper() + text[1:] for text in fixed)


_MET = ("met", "met with", "held talks with", "sat down with", "spoke with", "had a meeting with")
_ASK_MET = (
    "Who did {} meet?",
    "Who did {} meet with?",
    "Whom did {} meet?",
    "Who met {}?",
    "Who met with {}?",
    "Who did {} talk to?",
    "Who did {} hold talks with?",
    "With whom did {} hold talks?",
    "Who had a meeting with {}?",
)


def asked_met(chance: random.Random, person: Person) -> str:
    return chance.choice(_ASK_MET).format(person.last if chance.random() < 0.6 else person.full)


def _meeting(chance: random.Random) -> Told:
    one, two, third, absent = people(chance, 4)
    (a, a_name), (b, b_name), (c, _) = (called(chance, p) for p in (one, two, third))
    city, country = any_city(chance)
    when, topic, verb = any_day(chance), chance.choice(TOPICS), chance.choice(_MET)
    also = chance.choice(
        (
            f"{c} called for patience over {topic}.",
            f"Earlier, {c} had warned against a hasty decision.",
            f"{c} was not present.",
            f"The Kremlin and {c} declined to comment.",
            f"A spokesman for {c} welcomed the news.",
            f"{c} travelled to {any_city(chance)[0]} the same day.",
        )
    )
    order = chance.choice(
        (
            f"{when}, {a} {verb} {b} in {city}, {country}.",
            f"{a} {verb} {b} in {city} {when} to discuss {topic}.",
            f"{a} and {b} met in {city} {when}.",
            f"{when}, {a} and {b} discussed {topic} in {city}.",
            f"Following talks with {b} in {city}, {a} said that {topic} would be settled soon.",
            f"{b} was received by {a} in {city} {when}.",
        )
    )
    asked = [
        (asked_met(chance, one), (b_name,)),
        (asked_met(chance, two), (a_name,)),
        (asked_met(chance, third), ()),
        (asked_met(chance, absent), ()),
        (f"Where did {one.last} meet {two.last}?", (city,)),
        (f"Where did {one.last} meet {absent.last}?", ()),
        (f"When was {one.last} born?", ()),
        (f"Who won the match in {city}?", ()),
    ]
    if when in order or when.capitalize() in order:
        asked.append((f"When did {two.last} and {one.last} meet?", (when[3:],)))
    sentences = [order, also]
    if chance.random() < 0.3:
        sentences.reverse()
    return Told(put_right(*sentences), tuple(asked))


def _tour(chance: random.Random) -> Told:
    who, *others = people(chance, chance.choice((3, 4, 5, 6)))
    *met, unmet = others
    a, _ = called(chance, who)
    he = "She" if who.she else "He"
    his = "her" if who.she else "his"
    names, sentences = [], []
    for index, person in enumerate(met):
        b, name = called(chance, person)
        city, _ = any_city(chance)
        topic = chance.choice(TOPICS)
        names.append(name)
        subject = (
            a if index == 0 else chance.choice((he, he, who.last, f"The {who.office.lower()}"))
        )
        tell = [
            f"{subject} {chance.choice(_MET)} {b} in {city} {any_day(chance)}.",
            f"{subject} discussed {topic} with {b}.",
            f"{any_day(chance)}, {subject if subject in (a, who.last) else subject.lower()} "
            f"{chance.choice(_MET)} {b}.",
            f"{subject} was in {city}, where {he.lower()} {chance.choice(_MET)} {b}.",
        ]
        if index:
            tell += [
                f"{he} also {chance.choice(_MET)} {b}.",
                f"{he} also discussed {topic} with {b} in {city}.",
                f"The {who.nation} official discussed {topic} with {his} "
                f"{person.nation} counterpart, {person.full}.",
                f"{he} then flew to {city} for talks with {b}.",
            ]
        sentence = chance.choice(tell)
        if person.full in sentence:
            names[-1] = person.full
        sentences.append(sentence)
    if len(met) > 1 and chance.random() < 0.3:
        names = [person.full for person in met]
        listed = [f"{p.nation} {p.office} {p.full}" for p in met]
        sentences = [
            f"{any_day(chance)}, {a} {chance.choice(_MET)} "
            f"{', '.join(listed[:-1])} and {listed[-1]}."
        ]
    sentences.append(f"{unmet.titled} stayed in {any_city(chance)[0]}.")
    return Told(
        put_right(*sentences),
        (
            (asked_met(chance, who), tuple(names)),
            (asked_met(chance, who), tuple(names)),
            (asked_met(chance, met[-1]), (who.full,) if who.full in sentences[0] else (who.last,)),
            (asked_met(chance, unmet), ()),
        ),
    )


def _visit(chance: random.Random) -> Told:
    one, two = people(chance, 2)
    (a, a_name), (b, _) = called(chance, one), called(chance, two)
    city, _ = any_city(chance)
    other, _ = any_city(chance)
    number = chance.randint(3, 900)
    when = any_day(chance)
    sentences = (
        f"{a} {chance.choice(('arrived in', 'visited', 'travelled to', 'landed in'))} "
        f"{city} {when} with a delegation of {number} people.",
        f"{b} {chance.choice(('announced', 'said', 'confirmed'))} that "
        f"{chance.choice(TOPICS)} would be discussed in {other}.",
    )
    return Told(
        put_right(*sentences),
        (
            (f"Who visited {city}?", (a_name,)),
            (f"Where did {one.last} go?", (city,)),
            (f"How many people came with {one.last}?", (str(number),)),
            (f"How many people came with {two.last}?", ()),
            (f"When did {two.last} arrive in {city}?", ()),
            (f"When did {one.last} arrive in {city}?", (when[3:],)),
            (f"Who was arrested in {city}?", ()),
            (f"How old is {one.full}?", ()),
        ),
    )


def _changes(chance: random.Random) -> Told:
    old, new, other = people(chance, 3)
    body = chance.choice(("the central bank", "the police", "the port authority", "the airline"))
    year = chance.randint(1990, 2026)
    age = chance.randint(35, 80)
    sentences = (
        f"{new.full}, {age}, was {chance.choice(('named', 'appointed', 'elected', 'sworn in as'))} "
        f"head of {body} {any_day(chance)}, succeeding {old.full}, who had led it since {year}.",
        f"{other.titled} congratulated {'her' if new.she else 'him'}.",
    )
    return Told(
        put_right(*sentences),
        (
            (f"Who is the new head of {body}?", (new.full,)),
            (f"Who did {new.last} succeed?", (old.full,)),
            (f"How old is {new.last}?", (str(age),)),
            (f"How old is {old.last}?", ()),
            (f"Since when had {old.last} led {body}?", (str(year),)),
            (f"Who congratulated {new.last}?", (other.full,)),
            (f"Who congratulated {old.last}?", ()),
            (f"When was {new.last} born?", ()),
            (f"Who criticised {new.last}?", ()),
        ),
    )


def _toll(chance: random.Random) -> Told:
    city, _ = any_city(chance)
    event = chance.choice(("flood", "fire", "earthquake", "storm", "explosion", "train crash"))
    dead, hurt, homes = (chance.randint(2, 400) for _ in range(3))
    cost = f"{chance.randint(2, 90)} million {chance.choice(('euros', 'dollars', 'lira'))}"
    (speaker,) = people(chance, 1)
    sentences = (
        f"A {event} in {city} {chance.choice(('killed', 'claimed the lives of'))} {dead} people "
        f"and injured {hurt} {any_day(chance)}.",
        f"{speaker.titled} put the damage at {cost}, with {homes} homes destroyed.",
    )
    return Told(
        put_right(*sentences),
        (
            (f"How many people died in the {event} in {city}?", (str(dead),)),
            (f"How many people were hurt in {city}?", (str(hurt),)),
            (f"How many homes were destroyed in the {event}?", (str(homes),)),
            (f"What did the {event} cost?", (cost,)),
            (f"What caused the {event}?", ()),
            (f"How many people died in {any_city(chance)[0]}ville?", ()),
            (f"Who estimated the damage in {city}?", (speaker.full,)),
            (f"Where was the {event}?", (city,)),
        ),
    )


def _quoted(chance: random.Random) -> Told:
    one, two = people(chance, 2)
    topic, other = chance.sample(TOPICS, 2)
    said = chance.choice(
        (
            "will not be solved by threats",
            "needs a fresh start",
            "has cost us too much time",
            "is a matter for the courts",
            "can be settled within weeks",
        )
    )
    he = "She" if one.she else "He"
    sentences = (
        f"{one.titled} spoke to reporters {any_day(chance)}.",
        f"“This {said},” {he.lower()} said of {topic}.",
        f"{two.titled} rejected the remarks on {other}.",
    )
    return Told(
        put_right(*sentences),
        (
            (f"What did {one.last} say about {topic}?", (f"This {said}",)),
            (f"What did {two.last} say about {topic}?", ()),
            ("Who spoke to reporters?", (one.full,)),
            (f"Who rejected the remarks on {other}?", (two.full,)),
            (f"Who rejected the remarks on {topic}?", ()),
        ),
    )


def _deal(chance: random.Random) -> Told:
    one, two, third = people(chance, 3)
    what = chance.choice(
        ("a trade agreement", "a defence pact", "a gas contract", "a fishing treaty", "a loan deal")
    )
    city, _ = any_city(chance)
    sum_ = f"${chance.randint(2, 80)} billion"
    sentences = (
        f"{one.country} and {two.country} signed {what} worth {sum_} in {city} {any_day(chance)}.",
        f"{one.office} {one.full} {chance.choice(('praised', 'defended'))} the deal, while "
        f"{third.full} {chance.choice(('called it a mistake', 'refused to support it'))}.",
    )
    bare = what.split(" ", 1)[1]
    return Told(
        put_right(*sentences),
        (
            (f"Who signed {what} with {two.country}?", (one.country,)),
            (f"Which countries signed {what}?", (one.country, two.country)),
            (f"What is the {bare} worth?", (sum_,)),
            (f"Where was the {bare} signed?", (city,)),
            (f"Who signed {what} with {third.country}?", ()),
            (f"Who opposed the {bare}?", (third.full,)),
            (f"What did {one.country} and {two.country} sign?", (what,)),
        ),
    )


_STORIES: tuple[Story, ...] = (
    _meeting,
    _meeting,
    _tour,
    _tour,
    _visit,
    _changes,
    _toll,
    _quoted,
    _deal,
)
