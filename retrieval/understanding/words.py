"""Words of a question with their places, and the English words that hold it together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.text.fold import fold

_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|\w+(?:[-'’/.&]\w+|,\d{3})*")
_CONTRACTED = re.compile(
    r"\b(who|whom|what|where|when|why|how|he|she|it|that|there)['’](s)\b"
    r"|\b(who|what|where|when|why|how|they)['’](re)\b",
    re.I,
)
_POSSESSIVE = re.compile(r"['’]s?$", re.I)
_NEGATED = re.compile(r"(\w+)n['’]t", re.I)
_FULL = {"wo": "will", "ca": "can", "sha": "shall"}


def word_set(listed: str) -> frozenset[str]:
    """Give the words of a list written as one text."""
    return frozenset(listed.split())


WH = word_set("who whom whose what which when where why how")
HOW_MUCH = word_set("many much")
HOW_LONG = word_set(
    "big deep far fast heavy high large late long often old quickly soon tall well wide"
)
DO = word_set("do does did")
BE = word_set("is are was were")
HAVE = word_set("has have had")
MODAL = word_set("will would can could shall should may might must")
AUXILIARY = DO | BE | HAVE | MODAL
PRONOUNS = word_set(
    "he she it they him her them his hers its their theirs himself herself itself themselves that"
    " this these those there i you we me us my your our anyone someone everyone anybody somebody"
    " everybody anything something everything nobody nothing who whom which what"
)
DETERMINERS = word_set(
    "the a an this that these those his her its their my your our any some all no"
)
PREPOSITIONS = word_set(
    "about above across after against along alongside amid among around as at before behind below"
    " beside besides between beyond by concerning despite during for from in inside into like near"
    " of off on onto out outside over past regarding since through throughout till to toward"
    " towards under until up upon via with within without"
)
PLACED = word_set("in at near inside outside around across")
"""Prepositions that a name of a place may follow."""

CONJUNCTIONS = word_set(
    "and or but because if when while where who whom whose which that whether than although though"
)
ADVERBS = word_set(
    "actually again ago all already also ever exactly finally first just last later mostly not now"
    " officially only personally precisely previously publicly really recently still then there"
    " today together twice yesterday"
)

ROLES = word_set(
    "actor actress adviser advisor ambassador archbishop artist athlete author banker bishop boss"
    " brother captain chair chairman chairwoman chancellor chief coach commander commissioner"
    " counterpart daughter deputy director doctor emperor envoy father founder general governor"
    " head husband judge king lawyer leader man manager mayor minister monarch mother negotiator"
    " officer official owner person player politician pope predecessor premier president prince"
    " princess prosecutor queen rapporteur representative scientist secretary senator singer"
    " sister son speaker spokesman spokesperson spokeswoman spouse successor sultan suspect teacher"
    " trainer victim wife winner woman writer"
)
"""Nouns that a person can be called by."""

GROUPS = word_set(
    "children civilians companies countries crew delegates delegation deputies fans families"
    " fighters forces governments inhabitants lawmakers leaders members men migrants nations"
    " officials parties passengers people police politicians protesters refugees residents states"
    " students soldiers team troops victims voters women workers"
)
"""Nouns that "they" can stand for."""

THINGS = word_set(
    "accord act agency agreement airlines airport alliance army award bank bridge bureau canal"
    " championship championships church club college commission committee company conference"
    " convention corporation corridor council court crisis cup day deal declaration department"
    " empire exhibition expo federation festival force forum foundation fund games group harbour"
    " harbor hospital hotel house initiative institute island law league memorandum ministry mosque"
    " museum network office open organisation organization pact parliament party peninsula plan"
    " port press prize programme program project protocol railway report republic revolution river"
    " road sea senate service square stadium station strait street summit system tower treaty"
    " tribunal union university war week"
)
"""Nouns that end the name of something that is no person."""

ORGANISATIONS = word_set("cia eu fbi iaea imf interpol nasa nato opec osce pkk un unesco unicef")
"""What is an organisation in lower case, too."""

PARTICLES = word_set(
    "al ap bin da das de del della der di do dos du el ibn la le of the ten van von y"
)
"""Words in lower case inside a name."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: as written, folded without its "'s" or "n't", and its range in the text."""

    text: str
    key: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def possessive(self) -> bool:
        return self.bare_end < self.end

    @property
    def bare_end(self) -> int:
        """Where the word ends without its "'s"."""
        match = _POSSESSIVE.search(self.text)
        return self.end - len(match[0]) if match else self.end


def split(text: str) -> tuple[Word, ...]:
    """Give the words of a text in order; punctuation between words is left out."""
    return tuple(Word(match[0], _key(match[0]), *match.span()) for match in _WORD.finditer(text))


def _key(written: str) -> str:
    if negated := _NEGATED.fullmatch(written):
        return _FULL.get(fold(negated[1]), fold(negated[1]))
    return fold(_POSSESSIVE.sub("", written))


def plain(question: str) -> str:
    """Give a question with "who's" and "they're" written in full."""
    return _CONTRACTED.sub(
        lambda match: f"{match[1] or match[3]} {'is' if match[2] else 'are'}", question
    )


def is_cased(words: Sequence[Word]) -> bool:
    """Tell whether who typed these words writes names with capitals.

    Shouting doesn't count, nor does the capital that a sentence begins with.
    """
    if all(word.text.isupper() for word in words):
        return False
    return any(word.capital and word.text != "I" for word in words[1:])
