"""Questions in other words: synonyms of WordNet in place of words that the text has too.

Where a question shares few words with the sentence that answers it, a reader that was
trained on questions written beside their text is unsure. Adversarial substitution of this
kind: Gan and Ng 2019, "Improving the robustness of question answering systems to question
paraphrasing".
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from lemminflect import getAllInflections, getAllLemmas, getInflection

from retrieval.languages import find_language
from retrieval.text import fold, terms

SENSES = 1
"""The most usual senses of a word, as each part of speech, that lend it synonyms."""

_KINDS = {"NOUN": "noun", "VERB": "verb", "ADJ": "adj", "ADV": "adv"}
_WORD = re.compile(r"\b[a-z]{4,}\b")
_EN = find_language("en")
_LEFT = _EN.stop_words | _EN.question_words | {"kind", "name", "often", "time", "type", "year"}
"""Words that ask, or say too little to have synonyms."""


class Wordings:
    """Other words for those of a question, from a folder of WordNet's index and data files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: dict[str, tuple[str, ...]] = {}

    @cached_property
    def _words(self) -> dict[tuple[str, str], tuple[str, ...]]:
        made = {}
        for kind in _KINDS.values():
            for line in self._lines(f"data.{kind}"):
                parts = line.split()
                count = int(parts[3], 16)
                words = tuple(re.sub(r"\(.*\)", "", w) for w in parts[4 : 4 + 2 * count : 2])
                made[kind, parts[0]] = words
        return made

    @cached_property
    def _senses(self) -> dict[tuple[str, str], tuple[str, ...]]:
        made = {}
        for kind in _KINDS.values():
            for line in self._lines(f"index.{kind}"):
                parts = line.split()
                count = int(parts[2])
                made[kind, parts[0]] = tuple(parts[-count:][:SENSES])
        return made

    def _lines(self, name: str) -> Iterator[str]:
        with (self._folder / name).open(encoding="latin-1") as file:
            yield from (line for line in file if not line.startswith(" "))

    def others(self, word: str) -> tuple[str, ...]:
        """Give synonyms of a word in its form: "handled" gives "managed" among others."""
        if word not in self._seen:
            self._seen[word] = tuple(dict.fromkeys(self._others(word)))
        return self._seen[word]

    def _others(self, word: str) -> Iterator[str]:
        for pos, lemmas in getAllLemmas(word).items():
            kind = _KINDS.get(pos)
            for lemma in lemmas if kind else ():
                tags = sorted(
                    t for t, forms in getAllInflections(lemma, pos).items() if word in forms
                )
                for sense in self._senses.get((str(kind), lemma), ()):
                    for other in self._words[str(kind), sense]:
                        if other.islower() and other.isalpha() and other != lemma:
                            forms = getInflection(other, tags[0]) if tags else (other,)
                            yield forms[0] if forms else other

    def reworded(self, chance: random.Random, question: str, text: str, share: float) -> str:
        """Give a question with a share of its words that the text has too in other words."""
        held = set(terms(text))

        def other(match: re.Match[str]) -> str:
            word = match[0]
            if word in _LEFT or chance.random() >= share or not held.intersection(terms(word)):
                return word
            found = [o for o in self.others(word) if fold(o) not in held]
            return chance.choice(found) if found else word

        return _WORD.sub(other, question)
