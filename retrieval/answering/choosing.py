"""From what the reader found in passages to answers: the decisions, as shares of the best one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from retrieval.answering.ages import with_ages
from retrieval.answering.answer_type import Wanted
from retrieval.answering.asked import Asked
from retrieval.answering.coordination import coordinated, listed_with
from retrieval.answering.copies import Copies, Prints
from retrieval.answering.features import AS_READ, Choice, Features, judge, newest_day
from retrieval.answering.grouping import Group, Mention, at_distinct_places, conflict, grouped
from retrieval.answering.identity import same_name
from retrieval.answering.names import named_in
from retrieval.answering.quoting import Quoting
from retrieval.answering.speakers import speaks
from retrieval.answering.statements import answer_form, statements, topic
from retrieval.answering.superlative import most_extreme
from retrieval.dates import whole_date
from retrieval.reader.base import Reading
from retrieval.types import Answer, AnswerType, Quote, Span

LISTED = 0.15
"""Share of the best one's probability that further items of a list need.

A list is told in passages of which some are far from the question's words, so that their
items are less probable; that there is an answer at all, the best one has shown.
"""

BESIDE = 0.22
"""Share of the odds of the best one in its passage that an item of a list needs.

What stands in the same sentences can be compared: somebody else whom the article names there
is less probable than those who answer.
"""

TOGETHER = 0.12
"""Share of the odds of the best one that a name needs which stands in one list with it."""

LEAST = 0.1
"""Probability that a span needs to be looked at; an item of a list needs LISTED of it."""

QUOTED = 0.3
"""Share of its best mention's probability that a further quote of an answer needs."""

CONFLICT = 0.5
"""Share of the best answer's probability at which another value contradicts it."""

CONFLICTING = ("number", "date")
"""Kinds of answers of which another value is told, since one of them must be wrong."""

VALUES = 3
"""Values shown at most where one was asked for; more show confusion, no conflict."""

NAMED = 0.5
"""Share of a description's probability at which a name takes its place ("the minister")."""

NEAREST = 3
"""Passages shown when nothing was found."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The answers to a question, the best first, and what they were chosen for; see Reply."""

    answers: tuple[Answer, ...]
    answer_type: AnswerType
    list_question: bool
    topic: str = ""


def answers(
    readings: Sequence[Reading],
    question: str,
    *,
    threshold: float,
    most: int,
    copies: Copies,
    choice: Choice = AS_READ,
    today: date | None = None,
) -> Answered:
    """Give the answers to a question, the best first; none unless the best reaches the threshold.

    A question for a list gets every item that is LISTED; one for a value the best, and others
    only where they contradict it. ``choice`` weighs what tells right answers from wrong ones,
    ``today`` is the question's day, if told.

    An answer's text is a part of one of its articles, and each quote marks the place that
    answers. Where a sentence answers, or a reason is asked for and no words are sure enough, the
    answers are sentences.
    """
    asked = Asked.of(question)
    readings = with_ages(readings, asked)
    quoting = Quoting(readings, asked, Prints(copies))
    form = answer_form(question)
    found: tuple[Answer, ...] = ()
    several = asked.wanted.many
    if form != "statement":
        groups = candidates(readings, asked)
        features = Features(readings, asked, quoting, today)
        judge(groups, features, choice, many=asked.wanted.many)
        _extreme_first(groups, readings, asked)
        chosen, several = _chosen(groups, asked.wanted, threshold, quoting)
        found = _answers(chosen[:most], groups, asked, quoting)
    if form == "statement" or (form == "either" and not found):
        told = statements(readings, asked, quoting, threshold)
        return Answered(told, "description", True, topic(question))
    return Answered(found, asked.wanted.kind, several)


def wants_one(question: str) -> bool:
    """Tell whether one answer ends a question: no list, no sentences, nothing to be compared, and
    no number or day that another passage may contradict.
    """
    asked = Asked.of(question)
    one = answer_form(question) == "words" and not asked.wanted.many
    return one and asked.wanted.kind not in CONFLICTING and not (asked.extreme or asked.latest)


def candidates(readings: Sequence[Reading], asked: Asked) -> list[Group]:
    """Give what may answer, the mentions of the same in one group."""
    told = _newest(readings) if asked.latest else readings
    if asked.undone:
        told = _where(_only(told, partial(_is_not_done, asked)), partial(_is_undone, asked))
    if asked.speaker:
        told = _where(told, partial(_is_speaker, asked))
    return grouped(at_distinct_places(_mentions(told, asked)), asked.wanted.kind)


def _newest(readings: Sequence[Reading]) -> Sequence[Reading]:
    """Give what the newest article that may answer tells, and others of the same two days."""
    newest = newest_day(readings)
    if newest is None:
        return readings
    return [
        one
        for one in readings
        if one.hit.article.published and (newest - one.hit.article.published).days <= 1
    ]


def _where(readings: Sequence[Reading], fits: Callable[[Reading, Span], bool]) -> Sequence[Reading]:
    """Give the spans that fit; all of them where none that is likely does.

    "Who did not sign?" may be answered by who stayed away.
    """
    told = _only(readings, fits)
    likely = any(span.probability >= LEAST for one in told for span in one.spans)
    return told if likely else readings


def _only(readings: Sequence[Reading], fits: Callable[[Reading, Span], bool]) -> Sequence[Reading]:
    return [
        replace(reading, spans=tuple(span for span in reading.spans if fits(reading, span)))
        for reading in readings
    ]


def _is_not_done(asked: Asked, reading: Reading, span: Span) -> bool:
    sentence, _ = _sentence_around(reading, span.start)
    return not asked.tells_done(sentence, reading.hit.article.language)


def _is_undone(asked: Asked, reading: Reading, span: Span) -> bool:
    """Tell whether a span's clause says that what was asked did not happen."""
    sentence, place = _sentence_around(reading, span.start)
    return asked.undone_in(sentence, place, reading.hit.article.language)


def _is_speaker(asked: Asked, reading: Reading, span: Span) -> bool:
    """Tell whether a span is who speaks in its sentence, and no "he"."""
    if asked.repeats(span.text):
        return False
    sentence, place = _sentence_around(reading, span.start)
    return speaks(sentence, place, place + span.end - span.start)


def _extreme_first(groups: Sequence[Group], readings: Sequence[Reading], asked: Asked) -> None:
    """Make what the articles tell the most (or the least) of the surest answer."""
    likely = [one for one in groups if one.best.span.probability >= LEAST]
    if not asked.extreme or asked.wanted.many or len(likely) < 2:
        return
    likely.sort(key=_order)
    sentences = [_sentence_of(one.best.span, readings) for one in likely]
    place = most_extreme(sentences, asked.terms, asked.extreme)
    if place:
        first, chosen = likely[0], likely[place]
        first.probability, chosen.probability = chosen.probability, first.probability


def _sentence_of(span: Span, readings: Sequence[Reading]) -> str:
    of = (one for one in readings if one.hit.article == span.article)
    return next((told for one in of if (told := _sentence_around(one, span.start)[0])), "")


def _answers(
    chosen: Sequence[Group], groups: Sequence[Group], asked: Asked, quoting: Quoting
) -> tuple[Answer, ...]:
    return tuple(
        Answer(
            text_of(group, groups, asked.wanted.kind),
            group.probability,
            quoting.quotes([item for item in group.mentions if _quoted(item, group)]),
        )
        for group in chosen
    )


def nearest(readings: Sequence[Reading], copies: Copies) -> tuple[Quote, ...]:
    """Give the quotes nearest to the question, for when none of them answers it.

    Of the passages read as most probable, the sentence of the best span each, unmarked; the
    first sentence where there is no span.
    """
    quoting = Quoting(readings, None, Prints(copies))
    ordered = sorted(readings, key=lambda reading: (-reading.probability, reading.hit.rank))
    told = (quoting.told(_place(reading), answers=False) for reading in ordered)
    return tuple(quoting.distinct(told, NEAREST))


def _place(reading: Reading) -> Span:
    if reading.spans:
        return reading.spans[0]
    passage = reading.hit.passage
    start, end = passage.sentences[0] if passage.sentences else (passage.start, passage.end)
    return Span(reading.hit.article, start, end, reading.probability, passage.field)


def _mentions(readings: Sequence[Reading], asked: Asked) -> Iterator[Mention]:
    """Give what the spans name, without what can't answer the question or is too unlikely."""
    least = LEAST * (LISTED if asked.wanted.many else 1.0)
    for reading in readings:
        found = list(_named(reading, asked, least))
        best = {True: 0.0, False: 0.0}
        for item in found:
            best[item.named] = max(best[item.named], odds(item.span))
        likely = [item for item in found if odds(item.span) >= BESIDE * best[item.named]]
        yield from likely
        others = [item for item in found if item not in likely and _is_capital(item)]
        near = [item for item in others if odds(item.span) >= TOGETHER * best[item.named]]
        yield from listed_with(likely, near)


def _is_capital(mention: Mention) -> bool:
    return mention.text[:1].isupper()


def _named(reading: Reading, asked: Asked, least: float) -> Iterator[Mention]:
    for span in reading.spans:
        if span.probability < least:
            continue
        sentence, place = _sentence_around(reading, span.start)
        article = span.article
        denied = asked.denied(sentence, place, article.language)
        if denied or asked.of_namesake(sentence):
            continue
        turkish = article.language == "tr"
        for item in named_in(span.whole, span.start, span.end, asked.wanted, turkish):
            start, end = item.start, item.end
            if asked.wanted.kind == "date":
                start, end = whole_date(span.whole, start, end, article.language)
            trimmed = replace(span, start=start, end=end)
            if asked.repeats(trimmed.text):
                continue
            if not asked.wanted.allows(trimmed.text, turkish=turkish):
                continue
            mention = Mention.of(trimmed, item.named, asked.wanted.kind)
            if not asked.names_already(mention.name):
                yield mention


def _sentence_around(reading: Reading, place: int) -> tuple[str, int]:
    """Give the sentence of a passage that holds a place, and the place within it."""
    for start, end in reading.hit.passage.sentences:
        if start <= place < end:
            return reading.hit.whole[start:end], place - start
    return "", 0


def odds(span: Span) -> float:
    """Give how much more probable it is that a span answers than that it doesn't."""
    return span.probability / max(1 - span.probability, 1e-9)


def _chosen(
    groups: Sequence[Group], wanted: Wanted, threshold: float, quoting: Quoting
) -> tuple[list[Group], bool]:
    """Give the groups that answer, the best first, and whether all may be right."""
    ordered = sorted(groups, key=_order)
    if wanted.kind == "person":
        ordered = _without_descriptions(ordered, threshold)
    if not ordered or ordered[0].probability < threshold:
        return [], wanted.many
    best = ordered[0]
    if not wanted.many and wanted.kind not in CONFLICTING:
        listed = _listed_with(best, ordered[1:])
        if listed:
            return [best, *listed], True
    least = (LISTED if wanted.many else CONFLICT) * best.probability
    others = [
        group
        for group in ordered[1:]
        if group.probability >= least
        and (wanted.many or _contradicts(wanted, best, group, quoting))
    ]
    return [best, *others][: wanted.count if wanted.many else VALUES], wanted.many


def _listed_with(best: Group, others: Sequence[Group]) -> list[Group]:
    """Give the groups that the text tells in one list with the best: one was asked for, but
    "Who signed it?" may have several answers.
    """
    near = [group for group in others if _goes_with(group.best, best.best)]
    listed = listed_with(best.mentions, [item for group in near for item in group.mentions])
    return [group for group in near if any(item in listed for item in group.mentions)]


def _goes_with(mention: Mention, best: Mention) -> bool:
    names = _is_capital(mention) and _is_capital(best)
    return odds(mention.span) >= (TOGETHER if names else BESIDE) * odds(best.span)


def _order(group: Group) -> tuple[float, str, int]:
    best = group.best.span
    return -group.probability, best.article.id, best.start


def _contradicts(wanted: Wanted, best: Group, rival: Group, quoting: Quoting) -> bool:
    """Tell whether a rival says another value of the same, and says it in another sentence.

    Two values in one sentence are told of two things: 12 killed and 30 hurt.
    """
    return all(
        conflict(wanted.kind, item, rival.seed) and not quoting.together(item.span, rival.best.span)
        for item in best.mentions
    )


def _without_descriptions(groups: Sequence[Group], threshold: float) -> list[Group]:
    """Leave out "the minister" and "reporters" where a name is nearly as sure, and countries
    and organisations where the best name is a person's.
    """
    named = [group for group in groups if group.seed.named]
    if not named or named[0].probability < threshold:
        return list(groups)
    best = named[0]
    return [
        group
        for group in groups
        if (group.seed.named and (best.seed.is_body or not group.seed.is_body))
        or (not group.seed.named and group.probability * NAMED > best.probability)
        or (best.seed.is_body and any(_goes_on_with(item, best.best) for item in group.mentions))
    ]


def _goes_on_with(described: Mention, country: Mention) -> bool:
    """Tell whether "the ministers of Norway" begins the list that a country stands in."""
    owned = re.search(r"\bof (?:the )?[^\W\d_a-z]\S*$", described.text)
    before = described.span.start < country.span.start
    return owned is not None and before and coordinated(described, country)


def _quoted(mention: Mention, group: Group) -> bool:
    return mention.span.probability >= QUOTED * group.best.span.probability


def text_of(group: Group, groups: Sequence[Group], kind: str) -> str:
    """Give how an answer is shown: people by the fullest form, the rest as best read.

    Of forms equally full the most probable, unless another answer could be called so too.
    """
    if kind != "person" or not group.seed.named:
        return group.best.text
    others = [one.seed.name for one in groups if one is not group]
    full = len(group.seed.name.full)
    forms = (
        item
        for item in group.mentions
        if len(item.name.full) == full and not any(same_name(item.name, one) for one in others)
    )
    return max(forms, key=lambda item: item.span.probability, default=group.seed).text
