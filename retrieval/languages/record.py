"""What Quoth knows of one language: words and facts, no rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Words = frozenset[str]
Table = Mapping[str, str]
"""Each written form with what it stands for."""

Lists = Mapping[str, Words]

_NO_TABLE: Table = {}
_NO_LISTS: Lists = {}


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """One language. A field that its folder leaves out is empty.

    Words are as they are written (what compares folded words folds them), abbreviations
    without their last full stop. Two records are equal only if they are the same one, so
    that what is derived from a record can be cached by it.
    """

    code: str
    stemmer: str = ""
    """A name or code that PyStemmer knows; empty: words are only folded."""
    accents: bool = False
    """Whether its endings need their accents, so that words are stemmed before they are folded."""
    also: str = ""
    """The code of a language whose words texts in this one use too."""
    letters: str = ""
    """Letters that it needs every few words and other languages have in names only."""

    # Sentences
    never_last: Words = frozenset()
    """Abbreviations that something always follows: a name, a number, an example."""
    before_number: Words = frozenset()
    """Abbreviations, in lower case, where a number follows, else words: "No. 10"."""
    seldom_last: Words = frozenset()
    """Abbreviations that end a sentence only before one of ``openers``."""
    openers: Words = frozenset()
    """Words that begin sentences and are seldom the second word of a name."""
    after_time: Words = frozenset()
    """Words that go on after "a.m."."""
    speaking: Words = frozenset()
    """What a speaker does after a quoted question: asked."""
    hanging: Words = frozenset()
    """Words that never end a sentence: a wrapped line that ends in one goes on."""
    joining: Words = frozenset()
    """Words that stand before the last item of a list, in lower case: "and", "or"."""
    ordinals: bool = False
    """Whether a full stop makes a number an ordinal: "am 1. Juli"."""

    # Questions
    stop_words: Words = frozenset()
    question_words: Words = frozenset()
    """Those of the stop words that ask: by them a short question's language is told."""
    asking: Table = field(default_factory=lambda: _NO_TABLE)
    """What asks in English by what asks here, in lower case: "wann" → "when"."""
    stop_names: Words = frozenset()
    """Stop words that are names or months when written with a capital: "may", "will"."""
    stop_capitals: Words = frozenset()
    """Stop words that are something else in capitals: "us", "who"."""
    news_questions: Words = frozenset()
    """Patterns of questions, in lower case and without their time, for all that is new."""
    endings: Words = frozenset()
    """What follows the apostrophe of a name: "da" in "Ankara'da"."""

    # Search terms
    irregular: Table = field(default_factory=lambda: _NO_TABLE)
    """The base form of each form that the stemmer doesn't bring to it: "met" → "meet"."""
    aliases: Table = field(default_factory=lambda: _NO_TABLE)
    """Other spellings of names, folded: "kyiv" → "kiev". They hold in every language."""

    # Dates
    months: tuple[Words, ...] = ()
    """The names of each month in lower case, full and short, January's first."""
    weekdays: tuple[Words, ...] = ()
    """The names of each day in lower case, full and short, Monday's first."""
    ordinal_endings: Words = frozenset()
    """What may follow the number of a day: "st", "nd", "." or "er"."""
    date_links: Words = frozenset()
    """Words between the parts of a date: "3 de mayo de 2022"."""
    part_of_year: Words = frozenset()
    """What may stand before a year, with its space or hyphen: "early ", "mid-"."""
    after_year: Words = frozenset()
    """Words that follow a year but no number ("in 2000 schools"); empty: the stop words."""
    time_words: Table = field(default_factory=lambda: _NO_TABLE)
    """Words for "day", "days", "week" and so on to "years"."""
    ranges: Table = field(default_factory=lambda: _NO_TABLE)
    """Patterns for ranges of time in questions, each with its meaning (retrieval/dates.py)."""

    # Ages
    ages: Words = frozenset()
    """Patterns of an age beside a name, with ``{name}``, ``{age}`` and ``{end}`` of a phrase."""
    no_ages: Words = frozenset()
    """Patterns of an ``{age}`` that is a length of time: "15 years", if not "15 years old"."""

    # What stands around an article
    bylines: Words = frozenset()
    """What a writer's name follows: "By"."""
    stamp_labels: Words = frozenset()
    """Words, in lower case, that tell of a date that it is the article's: "updated"."""
    stamp_words: Words = frozenset()
    """Other words, in lower case, of a line that only tells a date: "at", "on"."""
    photo_labels: Words = frozenset()
    """What a photographer's name follows, after a colon: "Photo"."""
    page_lines: Words = frozenset()
    """Lines of a page, in lower case, that are no part of an article: "read more"."""
    link_labels: Words = frozenset()
    """What the title of another article follows: "related", "see also"."""

    earlier_versions: Words = frozenset()
    """What, in lower case, tells of an article before it was corrected: "earlier version said"."""
    correction_labels: Words = frozenset()
    """What a correction begins with, in lower case: "correction"."""
    wrong_before: Words = frozenset()
    """What, in lower case, tells within a correction what was wrong: "incorrectly"."""

    # Names
    territories: Table = field(default_factory=lambda: _NO_TABLE)
    """The ISO 3166 (or UN M49) code of each country or region by its names, from CLDR."""

    # Asking articles in English
    glossary: Table = field(default_factory=lambda: _NO_TABLE)
    """English words by the stems that they translate, nouns and adjectives and names."""
    glossary_verbs: Table = field(default_factory=lambda: _NO_TABLE)
    """English verbs by the stems that they translate."""

    # At a prompt
    leave_words: Words = frozenset()
    """What, typed alone, leaves the prompt: "exit"."""
    help_words: Words = frozenset()
    """What, typed alone, asks what may be typed."""

    # Rules
    lists: Lists = field(default_factory=lambda: _NO_LISTS)
    """Words that only the rules for this language use, by the name that these call them."""
