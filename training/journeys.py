"""Made-up news in which the place stands somewhere else than the deed, and orders of goods.

"Who did Dahl meet in Bucharest?" is answered by sentences that don't say Bucharest: the
title or a sentence before them does, and a later one moves on to another city. In orders
only the model number tells what was bought from what was not.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from corpora.examples import Example
from training.cast import PLACES
from training.news import (
    Person,
    Told,
    any_city,
    any_day,
    asked_met,
    called,
    made_up,
    people,
    put_right,
)

_EVENTS = (
    "a conference on security",
    "a summit of the alliance",
    "a meeting of foreign ministers",
    "the funeral of a former president",
    "a forum on trade",
    "a round of talks about grain",
    "an economic forum",
    "the opening of an embassy",
)

_ASKED = ("Who did {} meet in {}?", "Whom did {} meet in {}?", "Who met {} in {}?")


def journeys(seed: int) -> Iterator[Example]:
    """Give examples without end, the same ones for the same seed."""
    return made_up(seed, (_stay, _stay, _stay, _order))


def _cities(chance: random.Random, count: int) -> list[str]:
    found: list[str] = []
    while len(found) < count:
        name, _ = any_city(chance)
        if name not in found:
            found.append(name)
    return found


def _stay(chance: random.Random) -> Told:
    who, *hosts = people(chance, chance.choice((4, 5, 6)))
    *here, there, unmet = hosts
    first, second, never = _cities(chance, 3)
    event = chance.choice(_EVENTS)
    he, him = ("She", "her") if who.she else ("He", "him")
    title = chance.choice(
        (
            f"{who.last} in {first}",
            f"{who.last} travels to {first}",
            f"{first}: {event.split(' ', 1)[1]}",
        )
    )
    settings = (
        f"{called(chance, who)[0]} came to {first} {any_day(chance)} for {event}.",
        f"{event} opened in {first} {any_day(chance)}, and {who.full} was among the guests.",
        f"{first} was the first stop of {called(chance, who)[0]} on a journey of four days.",
        f"{any_day(chance)}, {called(chance, who)[0]} landed in {first}.",
        f"{who.full} used {event} in {first} for a row of meetings of {'her' if who.she else 'his'}"
        " own.",
    )
    titled = chance.random() < 0.3
    names, sentences = _met_here(chance, who, here, he, him)
    if not titled:
        sentences.insert(0, chance.choice(settings))
        title = chance.choice(("", f"{who.last} meets colleagues", title))
    visited, name = _met_there(chance, who, there, second, he)
    sentences.insert(0 if chance.random() < 0.2 and titled else len(sentences), visited)
    sentences.append(f"{unmet.titled} was not in {first}.")
    known = who.last if chance.random() < 0.7 else who.full
    asked = chance.choice(_ASKED)
    return Told(
        put_right(*sentences),
        (
            (asked.format(known, first), tuple(names)),
            (asked.format(known, first), tuple(names)),
            (asked.format(known, second), (name,)),
            (asked.format(known, never), ()),
            (asked_met(chance, who), (*names, name)),
            (f"Who did {there.last} meet in {first}?", ()),
            (f"Who did {unmet.last} meet in {first}?", ()),
        ),
        title,
    )


def _met_here(
    chance: random.Random, who: Person, here: list[Person], he: str, him: str
) -> tuple[list[str], list[str]]:
    """Give the names of those whom somebody met, and the sentences, which tell no place."""
    names, sentences = [], []
    for place, person in enumerate(here):
        host, name = called(chance, person)
        subject = chance.choice((he, he, who.last, f"The {who.office.lower()}"))
        tell = [
            f"{subject} met {host}.",
            f"{subject} {'also' if place else 'first'} met {host} behind closed doors.",
            f"{host} received {him} for talks.",
            f"{subject} sat down with {person.full}, who holds the same office in "
            f"{person.country}.",
            f"There {subject if subject == who.last else subject.lower()} had talks with {host}.",
        ]
        sentence = chance.choice(tell)
        names.append(person.full if person.full in sentence else name)
        sentences.append(sentence)
    return names, sentences


def _met_there(
    chance: random.Random, who: Person, there: Person, second: str, he: str
) -> tuple[str, str]:
    host, name = called(chance, there)
    return chance.choice(
        (
            f"From there {who.last} went on to {second} and met {host}.",
            f"A week earlier {he.lower()} had been in {second}, where {he.lower()} met {host}.",
            f"In {second}, the next stop, {he.lower()} had talks with {host}.",
            f"{host} had received {who.last} in {second} the month before.",
        )
    ), name


def _order(chance: random.Random) -> Told:
    buyer, seller, other = chance.sample(sorted(PLACES), 3)
    goods = chance.choice(("jets", "helicopters", "drones", "trains", "buses", "ferries", "tanks"))
    letter = chance.choice("ABCEFKLMST")
    code, wrong = (f"{letter}-{number}" for number in chance.sample(range(10, 90), 2))
    many, few, old = (str(chance.randint(2, 300)) for _ in range(3))
    price = f"{chance.randint(2, 40)} billion {chance.choice(('euros', 'dollars'))}"
    sentences = (
        f"{buyer} {chance.choice(('ordered', 'bought', 'asked to buy'))} {many} new {code} {goods} "
        f"and wants {old} older ones to be modernised, for {price}.",
        f"{seller}, which builds them, {chance.choice(('approved the sale', 'agreed'))} "
        f"{any_day(chance)}.",
        f"{other} had received {few} of the {goods} in the spring.",
    )
    return Told(
        put_right(*sentences),
        (
            (f"How many {code} {goods} did {buyer} order?", (many,)),
            (f"How many {wrong} {goods} did {buyer} order?", ()),
            (f"How many {wrong} did {other} buy?", ()),
            (f"How many {goods} did {seller} buy?", ()),
            (f"How many {goods} did {other} receive?", (few,)),
            (f"What does {buyer} pay for the {goods}?", (price,)),
            (f"What did {other} pay for the {goods}?", ()),
            (f"How many older {goods} will be modernised?", (old,)),
        ),
    )
