"""Replies as messages: what Discord shows of answers, quotes, sources and articles.

Each limit holds by construction: a text is fitted into its room as it is written, and a page
takes no more embeds than a message has room for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from bot import view
from bot.discord.cards import (
    DIFFERING,
    FOUND,
    NAME_ROOM,
    QUIET,
    Card,
    Words,
    cards,
    day,
    entry,
    in_messages,
    listed,
    numbered,
    origin,
    packed,
)
from bot.discord.excerpts import excerpt
from bot.discord.limits import cut, units
from bot.discord.markup import escape, fitted, linked
from bot.links import at_quote
from bot.service.adders import Adder
from bot.view import NEAREST, NO_ANSWER, Once, no_answer
from retrieval.types import SHARED, Answer, Article, IndexReport, Offsets, Quote, Reply

NEAREST_ONE = "The nearest passage (not an answer):"
NO_ARTICLES = "There are no articles yet. Who manages this server can add some with /quoth add."
NOTHING_SHARED = (
    "There is nothing here that you may ask: no articles are shared with everybody, and a server's "
    "own are asked in that server."
)
NO_CONTEXT = "There is no quote to show more of: its article has changed or is gone."
NO_SOURCES = "There is no source to show: the articles have changed or are gone."

CONTENT = 1500
"""Units of the words above the cards."""
QUESTION_ROOM, ANSWER_ROOM, QUOTE_ROOM, CONTEXT_ROOM = 300, 200, 1200, 1400
TEXT_ROOM, PIECE = 3300, 500
"""Units of a page of an article, and characters of its pieces, which ``escape`` may double."""
NUMBERS_SHOWN = 6
FAILURES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Page:
    """One message: its words and what stands below them."""

    content: str
    cards: tuple[Card, ...] = ()

    @property
    def text(self) -> str:
        """All that it says."""
        return "\n".join(filter(None, [self.content, *(card.text for card in self.cards)]))


def answer_pages(reply: Reply) -> tuple[Page, ...]:
    """Give the answers with their quotes, or one page that says that there is none.

    The first page lists all answers, as far as there is room, the others those quoted there.
    """
    if not reply.found:
        left_out = view.left_out(reply)
        hint = f"\n{left_out}: ask without a time to search them too." if left_out else ""
        near = [_words(one) for one in reply.nearest[:1]]
        nearest = f"\n-# {NEAREST_ONE}" if near else ""
        said = f"{_asked(reply)}\n{no_answer(reply)}{hint}{nearest}"
        return (Page(said, tuple(cards(near, QUIET))),)
    colour = DIFFERING if reply.differ else FOUND
    return tuple(
        Page(
            _told(reply, [one for one, _ in page], place),
            tuple(cards([words for _, words in page], colour)),
        )
        for place, page in enumerate(_quote_pages(reply) or [[]])
    )


def quotes_on(reply: Reply, page: int) -> tuple[Quote, ...]:
    """Give the quotes that a page (from 0) of ``answer_pages`` shows."""
    return tuple(one.quote for shown in _quote_pages(reply)[page : page + 1] for one, _ in shown)


def nearest_pages(reply: Reply) -> tuple[Page, ...]:
    """Give the passages nearest to a question that found no answer."""
    return _pages(NEAREST, [_words(one) for one in reply.nearest], NO_ANSWER)


def context_pages(contexts: Sequence[tuple[Quote, Sequence[Quote]]]) -> tuple[Page, ...]:
    """Give quotes, in bold, with the sentences around them (``Library.context``)."""
    found = []
    for quote, around in contexts:
        shown = around or (quote,)
        marks = [(quote.start, quote.end)] if shown[0].field == quote.field else []
        ranges = [(one.start, one.end) for one in shown]
        words = excerpt(shown[0].whole, ranges, marks, CONTEXT_ROOM)
        found.append(Words(quote.article, words, address=at_quote(quote)))
    return _pages("", found, NO_CONTEXT)


def source_pages(articles: Sequence[Article]) -> tuple[Page, ...]:
    """Give articles with where they are from and, where they have an address, a link."""
    entries = []
    for article in articles:
        link = linked(article.url)
        told = [*origin(article), *([f"[open]({link})"] if link else [])]
        entries.append(entry(article, told))
    return _lists(listed("Sources", entries), NO_SOURCES)


def text_pages(article: Article) -> tuple[Page, ...]:
    """Give an article, word for word, under its title and where it is from."""
    head = entry(article, origin(article))
    lines = (line for line in article.text.splitlines() if line.strip())
    pieces = [escape(piece) for line in lines for piece in _pieces(line)]
    groups = packed(pieces, lambda one: units(one) + 1, TEXT_ROOM, len(pieces) or 1)
    pages = [
        Page(f"{head} · page {number} of {len(groups)}", (Card("\n".join(group), QUIET),))
        for number, group in enumerate(groups, 1)
    ]
    return tuple(pages) or (Page(head),)


def _pieces(line: str) -> Iterator[str]:
    """Give a line in pieces of at most PIECE characters, cut behind words where it can be."""
    while len(line) > PIECE:
        end = line.rfind(" ", 0, PIECE) + 1 or PIECE
        yield line[:end]
        line = line[end:]
    yield line


def article_pages(
    articles: Sequence[Article], adders: Mapping[str, Adder] | None = None
) -> tuple[Page, ...]:
    """Give articles with their ids, and who added each (by its id), if the operator did not."""
    entries = []
    for article in articles:
        told = [fitted(article.id, NAME_ROOM), *origin(article)]
        if article.collection == SHARED:
            told.append("shared")
        elif adder := (adders or {}).get(article.id):
            told.append(f"added by <@{adder.user}> on {day(adder.day)}")
        entries.append(entry(article, told))
    title = "1 article" if len(articles) == 1 else f"{len(articles):,} articles"
    return _lists(listed(title, entries), NO_ARTICLES)


def report_page(report: IndexReport, name: str, stopped: str | None = None) -> Page:
    """Give what became of a file's articles and why some failed, without paths of this machine.

    ``stopped`` is why it was not added to its end.
    """
    kinds = ("added", "updated", "unchanged", "duplicate")
    counts = [f"{count:,} {kind}" for kind in kinds if (count := getattr(report, kind))]
    if report.failed:
        counts.append(f"{len(report.failed):,} failed")
    none = "no articles found" if stopped is None else "nothing added"
    lines = [f"{escape(name)}: {', '.join(counts) or none}.", *([stopped] if stopped else [])]
    for failure in report.failed[:FAILURES_SHOWN]:
        lines.append(f"- {_record_of(failure.path)}: {escape(failure.reason)}")
    if len(report.failed) > FAILURES_SHOWN:
        lines.append(f"- … and {len(report.failed) - FAILURES_SHOWN:,} more")
    lines += [f"- {_record_of(note.path)}: {escape(note.text)}" for note in report.notes]
    return notice("\n".join(lines))


def progress_page(name: str, done: int, share: float) -> Page:
    """Give how far a file is that is being added; before its first article, that it waits."""
    if not done:
        return notice(f"{escape(name)}: waiting for its turn, and read…")
    articles = "1 article" if done == 1 else f"{done:,} articles"
    return notice(f"{escape(name)}: {articles} done, {share:.0%} of the file…")


def _record_of(path: str) -> str:
    _, _, record = path.partition(", record ")
    return f"record {escape(record)}" if record else "the file"


def notice(text: str) -> Page:
    """Give a page of our own words."""
    return Page(cut(text, CONTENT))


def _pages(content: str, words: Sequence[Words], without: str) -> tuple[Page, ...]:
    """Give words of articles as pages, or a page that says why there is none."""
    groups = in_messages(words, lambda one: one)
    pages = ([card for one in group for card in cards([one], QUIET)] for group in groups)
    return tuple(Page(content, tuple(page)) for page in pages) or (notice(without),)


def _lists(shown: Sequence[Card], without: str) -> tuple[Page, ...]:
    return tuple(Page("", (one,)) for one in shown) or (notice(without),)


# What is said of the answers ----------------------------------------------------------


def _told(reply: Reply, shown: Sequence[Once], place: int) -> str:
    """Give the words above the quotes of a page: the question and the answers."""
    everything = _once(reply)
    spans = [answer for answer in view.answers(reply) if answer.kind == "span"]
    told = [answer for answer in spans if not place or view.numbers(answer, shown)]
    head, tail = [_asked(reply)], _place(shown, len(everything))
    if introduction := view.introduction(reply):
        head.append(fitted(introduction, QUESTION_ROOM) if reply.topic else introduction)
    if changed := view.changed(reply):
        head.append(f"-# {changed}")
    if not spans:  # the quotes themselves are the answers
        return "\n".join([*head, *tail])
    if len(reply.answers) == 1:
        when = f" · {day(since)}" if (since := view.counted_from(reply, told[0])) else ""
        return "\n".join([*head, f"**{fitted(told[0].text, ANSWER_ROOM)}**{when}", *tail])
    lines = [
        _line(
            answer,
            view.numbers(answer, everything),
            reply.differ or view.counted_from(reply, answer) is not None,
            view.perhaps(reply, answer),
        )
        for answer in told
    ]
    room = CONTENT - sum(units(line) + 1 for line in (*head, *tail, f"-# … and {len(lines)} more"))
    fitting = packed(lines, lambda line: units(line) + 1, room, len(lines))[0]
    left = len(lines) - len(fitting)
    more = [f"-# … and {left} more"] if left else []
    return "\n".join([*head, *fitting, *more, *tail])


def _place(shown: Sequence[Once], of: int) -> list[str]:
    """Give which of all quotes a page shows, unless it shows all."""
    if len(shown) == of:
        return []
    first, last = shown[0].number, shown[-1].number
    return [f"-# Quotes {first}–{last} of {of}" if first < last else f"-# Quote {first} of {of}"]


def _asked(reply: Reply) -> str:
    parts = (reply.question, view.understood(reply))
    return "-# " + " → ".join(fitted(part, QUESTION_ROOM) for part in parts if part is not None)


def _line(answer: Answer, numbers: Sequence[int], dated: bool, perhaps: bool) -> str:
    guess = f"{view.PERHAPS}: " if perhaps else ""
    when = f" · {day(view.newest(answer))}" if dated else ""
    more = ["…"] if len(numbers) > NUMBERS_SHOWN else []
    places = [*map(numbered, numbers[:NUMBERS_SHOWN]), *more]
    return " ".join([f"- {guess}**{fitted(answer.text, ANSWER_ROOM)}**{when}", *places])


# Quotes -------------------------------------------------------------------------------


def _once(reply: Reply) -> list[Once]:
    """Give the quotes in the order in which they are shown: those of an article together."""
    together: dict[Article, list[Once]] = {}
    for one in view.once(reply):
        together.setdefault(one.quote.article, []).append(one)
    shown = chain.from_iterable(together.values())
    return [replace(one, number=number) for number, one in enumerate(shown, 1)]


def _quote_pages(reply: Reply) -> list[list[tuple[Once, Words]]]:
    shown = _once(reply)
    pairs = [
        (one, _words(one.quote, one.marks, one.number if len(shown) > 1 else None)) for one in shown
    ]
    return in_messages(pairs, lambda pair: pair[1])


def _words(quote: Quote, marks: Iterable[Offsets] = (), number: int | None = None) -> Words:
    words = excerpt(quote.whole, [(quote.start, quote.end)], marks, QUOTE_ROOM)
    return Words(quote.article, words, quote.also_in, number, at_quote(quote))
