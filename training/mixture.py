"""The examples of one pass over the data, as the reader will meet them when it is asked.

Passages are a few neighbouring sentences, often without the first ones of their paragraph.
A third of them hold no answer: what a search brought by mistake, another part of the same
article, or a question about another person or year than the passage tells of.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np

from corpora import examples
from corpora.examples import Example
from retrieval.text import find_names, fold, split_sentences, terms
from training.journeys import journeys
from training.news import news
from training.wordings import Wordings

RETRIEVED = 8
"""Wrong paragraphs that the search keeps of each question."""

AROUND = 700
"""Characters around a sentence of a quiz's article that hold no answer if it is to hold none."""

_Make = Callable[[random.Random], Example | None]
"""Makes an example, unless it can't be made with what chance chose."""


@dataclass(frozen=True, slots=True)
class Shares:
    """How many examples of each kind a pass has, in shares of what there is.

    The negatives and what is made up count in shares of SQuAD's questions, those of another set
    (``turkish_retrieved``) in shares of its own.
    """

    squad: float = 1.0
    retrieved: float = 0.16
    elsewhere: float = 0.08
    shifted: float = 0.12
    adversarial: float = 3.0
    turkish: float = 1.0
    turkish_retrieved: float = 0.0
    roles: float = 1.0
    pairs: float = 0.6
    news: float = 0.10
    journeys: float = 0.0
    typed: float = 0.0
    typed_retrieved: float = 0.0
    shifts: float = 0.0
    shifts_retrieved: float = 0.0
    quizzes: float = 0.0
    quizzes_elsewhere: float = 0.0


READING = Shares()
"""Mostly questions with an answer."""

SILENCE = Shares(
    squad=0.6,
    retrieved=0.3,
    elsewhere=0.15,
    shifted=0.2,
    adversarial=4.0,
    turkish_retrieved=0.5,
    pairs=0.4,
    journeys=0.10,
)
"""Nearly half without an answer, as most passages that a search brings are."""


WORDING = Shares(
    squad=0.5,
    retrieved=0.2,
    elsewhere=0.1,
    shifted=0.16,
    turkish_retrieved=0.4,
    pairs=0.4,
    news=0.08,
    journeys=0.08,
    typed=1.0,
    typed_retrieved=0.6,
    shifts=1.0,
    shifts_retrieved=0.4,
    quizzes=2.0,
    quizzes_elsewhere=3.0,
)
"""More styles of questions; half of them in other words than their text's."""

REWORDED = 0.5
"""Share of the questions that are put in other words, and of their words that are replaced."""


class _Paragraphs:
    """The paragraphs of some examples, and which a search brings by mistake."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self._examples = examples
        self._texts = list({e.text: e.title for e in examples}.items())
        self._wrong = _retrieve([e.question for e in examples], [text for text, _ in self._texts])

    def confused(self, chance: random.Random) -> tuple[Example, str, str]:
        """Give an example, and text and title of a paragraph that a search may bring for it."""
        at = chance.randrange(len(self._examples))
        text, title = self._texts[int(chance.choice(self._wrong[at]))]
        return self._examples[at], text, title


class Mixture:
    """All data sets, read once; each pass draws other windows and other negatives."""

    def __init__(
        self,
        data: Path,
        shares: Shares = Shares(),
        *,
        sample: int | None = None,
        wordings: Wordings | None = None,
    ) -> None:
        """Read the data; ``sample`` takes only so many questions of each set.

        With ``wordings`` some of the questions are put in other words.
        """
        self.shares = shares
        self.squad = list(islice(examples.squad(data), sample))
        self.adversarial = list(islice(examples.adversarial(data), sample))
        self.turkish = list(islice(examples.turkish(data), sample))
        self.roles = list(islice(examples.roles(data), sample))
        self.pairs = list(islice(examples.pairs(data), sample))
        self.wordings = wordings
        self.typed = list(islice(examples.typed(data), sample)) if shares.typed else []
        self.shifts = list(islice(examples.shifted(data), sample)) if shares.shifts else []
        self.quizzes = list(islice(examples.quizzes(data), sample)) if shares.quizzes else []
        self._typed = _Paragraphs(self.typed) if self.typed else None
        self._shifts = _Paragraphs(self.shifts) if self.shifts else None
        self._names = [
            e.answers[0]
            for e in self.squad
            if e.question.lower().startswith("who") and find_names(e.answers[0]) == [e.answers[0]]
        ]
        self._english = _Paragraphs(self.squad)
        self._turkish = _Paragraphs(self.turkish)
        self._articles: dict[str, list[str]] = defaultdict(list)
        for example in self.squad:
            if example.text not in self._articles[example.title][-1:]:
                self._articles[example.title].append(example.text)

    def examples(self, seed: int) -> list[Example]:
        """Give one pass, shuffled: the same one for the same seed."""
        chance = random.Random(seed)
        shares = self.shares
        size = len(self.squad)
        made = [
            *(self._windowed(chance, e) for e in _draw(chance, self.squad, shares.squad)),
            *_made(chance, size, shares.retrieved, self._retrieved(self._english)),
            *_made(chance, size, shares.elsewhere, self._elsewhere),
            *_made(chance, size, shares.shifted, self._shifted),
            *(
                self._windowed(chance, e)
                for e in _draw(chance, self.adversarial, shares.adversarial)
            ),
            *(self._windowed(chance, e) for e in _draw(chance, self.turkish, shares.turkish)),
            *_made(
                chance, len(self.turkish), shares.turkish_retrieved, self._retrieved(self._turkish)
            ),
            *self._joined(chance, _draw(chance, self.roles, shares.roles)),
            *self._joined(chance, _draw(chance, self.pairs, shares.pairs)),
            *islice(news(seed), int(size * shares.news)),
            *islice(journeys(seed), int(size * shares.journeys)),
        ]
        for items, share, paragraphs, wrong in (
            (self.typed, shares.typed, self._typed, shares.typed_retrieved),
            (self.shifts, shares.shifts, self._shifts, shares.shifts_retrieved),
        ):
            if paragraphs:
                made += (self._windowed(chance, e) for e in _draw(chance, items, share))
                made += _made(chance, len(items), wrong, self._retrieved(paragraphs))
        made += (self._windowed(chance, e) for e in _draw(chance, self.quizzes, shares.quizzes))
        if self.quizzes:
            made += _made(chance, len(self.quizzes), shares.quizzes_elsewhere, self._beside)
        if self.wordings:
            made = [self._reworded(chance, example, self.wordings) for example in made]
        chance.shuffle(made)
        return made

    def _reworded(self, chance: random.Random, example: Example, wordings: Wordings) -> Example:
        """Put the questions of a share of the examples in other words, English ones alone."""
        if chance.random() >= REWORDED or not example.question.isascii():
            return example
        question = wordings.reworded(chance, example.question, example.text, REWORDED)
        return replace(example, question=question)

    def _beside(self, chance: random.Random) -> Example | None:
        """Ask a quiz of a passage of its article that shares words with it and holds no answer."""
        asked = chance.choice(self.quizzes)
        spans = split(asked.text)
        answers = [fold(answer) for answer in asked.answers]
        places = [
            (a, b)
            for a, b in spans
            if not any(
                answer in fold(asked.text[max(0, a - AROUND) : b + AROUND]) for answer in answers
            )
        ]
        if not places:
            return None
        words = set(terms(asked.question))
        chance.shuffle(places)
        best = max(
            places[:RETRIEVED],
            key=lambda p: len(words.intersection(terms(asked.text[p[0] : p[1]]))),
        )
        text = asked.text[max(0, best[0] - AROUND // 2) : best[1] + AROUND // 2]
        return self._windowed(chance, replace(asked, text=text, spans=()))

    def _windowed(self, chance: random.Random, example: Example) -> Example:
        """Cut an example to some sentences around its answer."""
        spans = split(example.text)
        held = [
            i
            for i, (start, end) in enumerate(spans)
            if any(a < end and b > start for a, b in example.spans)
        ]
        first, last = (held[0], held[-1]) if held else (i := chance.randrange(len(spans)), i)
        if not example.spans:  # what makes it unanswerable may stand anywhere
            first, last = _nearest(example, spans)
        room = chance.randint(120, 640)
        while spans[last][1] - spans[first][0] < room:
            before, after = first > 0, last + 1 < len(spans)
            if not before and not after:
                break
            if before and (not after or chance.random() < 0.5):
                first -= 1
            else:
                last += 1
        start, end = spans[first][0], spans[last][1]
        title = example.title.replace("_", " ") if chance.random() < 0.7 else ""
        moved = tuple((a - start, b - start) for a, b in example.spans)
        return replace(example, title=title, text=example.text[start:end], spans=moved)

    def _retrieved(self, paragraphs: _Paragraphs) -> _Make:
        """Ask questions of paragraphs that a search confuses with the right ones."""

        def make(chance: random.Random) -> Example | None:
            asked, text, title = paragraphs.confused(chance)
            return self._without(chance, asked, text, title)

        return make

    def _elsewhere(self, chance: random.Random) -> Example | None:
        """Ask a question of another paragraph of the same article."""
        asked = chance.choice(self.squad)
        return self._without(chance, asked, chance.choice(self._articles[asked.title]), asked.title)

    def _without(
        self, chance: random.Random, asked: Example, text: str, title: str
    ) -> Example | None:
        if any(fold(answer) in fold(text) for answer in asked.answers):
            return None
        return self._windowed(chance, Example(asked.question, title, text, ()))

    def _shifted(self, chance: random.Random) -> Example | None:
        """Ask about another name or year than the passage tells of."""
        asked = chance.choice(self.squad)
        changed = self._other_name(chance, asked)
        if changed is None:
            return None
        windowed = self._windowed(chance, asked)
        return replace(windowed, question=changed, spans=())

    def _other_name(self, chance: random.Random, asked: Example) -> str | None:
        question = asked.question
        years = re.findall(r"\b1[5-9]\d\d\b|\b20[0-2]\d\b", question)
        if years and chance.random() < 0.5:
            other = str(int(years[0]) + chance.choice((-30, -12, -7, -3, -2, -1, 1, 2, 4, 9, 25)))
            return None if other in asked.text else question.replace(years[0], other)
        names = [n for n in find_names(question[1:]) if n in asked.text and n not in asked.title]
        if not names:
            return None
        old = chance.choice(names)
        new = chance.choice(self._names)
        if chance.random() < 0.3:
            inside = [n for n in find_names(asked.text) if len(n.split()) == len(old.split())]
            new = chance.choice(inside or [new])
        if fold(new) in fold(question) or new in asked.answers or old in new:
            return None
        return question.replace(old, new)

    def _joined(self, chance: random.Random, asked: Sequence[Example]) -> Iterator[Example]:
        """Put some sentences beside another one, and ask some of the wrong one."""
        for place, example in enumerate(asked):
            other = asked[place - chance.randint(1, 40)]
            if chance.random() < 0.6 or fold(example.text) == fold(other.text):
                yield example
            elif chance.random() < 0.2:
                if not any(fold(a) in fold(other.text) for a in example.answers):
                    yield replace(example, text=other.text, spans=())
            elif chance.random() < 0.5:
                yield replace(example, text=f"{example.text} {other.text}")
            else:
                by = len(other.text) + 1
                spans = tuple((start + by, end + by) for start, end in example.spans)
                yield replace(example, text=f"{other.text} {example.text}", spans=spans)


@cache
def split(text: str) -> tuple[tuple[int, int], ...]:
    """Give the sentences of a text."""
    return tuple(split_sentences(text)) or ((0, len(text)),)


def _nearest(example: Example, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Give the sentence that shares most words with the question, as first and last."""
    asked = set(re.findall(r"\w+", fold(example.question)))
    shared = [
        len(asked.intersection(re.findall(r"\w+", fold(example.text[a:b])))) for a, b in spans
    ]
    best = int(np.argmax(shared))
    return best, best


def _draw(chance: random.Random, items: Sequence[Example], share: float) -> list[Example]:
    """Give a share of the items; each comes as often as any other, or once more."""
    whole, rest = divmod(share, 1)
    return [*(list(items) * int(whole)), *chance.sample(items, int(len(items) * rest))]


def _made(
    chance: random.Random,
    size: int,
    share: float,
    make: _Make,
) -> Iterator[Example]:
    made = (make(chance) for _ in range(int(size * share * 1.4)))
    yield from islice((example for example in made if example), int(size * share))


def _retrieve(questions: Sequence[str], texts: Sequence[str]) -> np.ndarray:
    """Give the places of the texts nearest to each question by tf-idf, (questions, RETRIEVED)."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(sublinear_tf=True, stop_words="english", dtype=np.float32)
    matrix = vectorizer.fit_transform(texts).T.tocsr()
    found = []
    for start in range(0, len(questions), 500):
        scores = (vectorizer.transform(questions[start : start + 500]) @ matrix).toarray()
        kept = min(RETRIEVED, scores.shape[1])
        found.append(np.argpartition(-scores, kept - 1, axis=1)[:, :kept])
    return np.concatenate(found).astype(np.int32)
