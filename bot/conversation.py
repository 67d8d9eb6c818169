"""What is said at the prompt, and what is understood: questions and ``:commands``."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import TypeVar

from rich.console import Group, RenderableType
from rich.text import Text

from bot import jsonable, render, view
from bot.days import parse_day
from bot.options import Run
from bot.saving import save
from bot.service.turns import TURNS_KEPT
from bot.terminal import clean, waiting
from bot.typed import COMMANDS, Misunderstood, read_line
from bot.worker import Worker
from retrieval import Library
from retrieval.types import Article, Filters, Hit, Quote, Reply, Turn

PASSAGES_A_PAGE = 5
NEIGHBOURS = 2
_T = TypeVar("_T")


class Conversation:
    """What has been asked and shown so far; ``handle`` takes one line after another.

    A question may refer to those before it: "and in Bucharest?", "what did he say?".
    ``ready`` is done when model and indexes are loaded, which begins in the background; a
    question asked before waits for it.
    """

    def __init__(self, run: Run, library: Library, worker: Worker) -> None:
        self._run = run
        self._library = library
        self._worker = worker
        self.ready = worker.start(library.warm)
        self._turns: deque[Turn] = deque(maxlen=TURNS_KEPT)
        self._question = ""
        self._previous: tuple[Turn, ...] = ()
        self._held_back: Reply | None = None
        self._quotes: list[Quote] = []
        self._listed: list[Article] = []
        self._passages_asked = 0
        self._replies: list[Reply] = []
        self._saved: dict[Path, int] = {}
        self.filters = Filters()

    def handle(self, line: str) -> bool:
        """Answer one line; False when it says to leave.

        Raises:
            Misunderstood: a command that makes no sense.
            QuothError: a question that can't be answered.
        """
        typed = read_line(line)
        actions: dict[str, Callable[[str], None]] = {
            "": self._ask,
            "more": self._more,
            "context": self._context,
            "open": self._open,
            "save": self._save,
            "search": self._search,
            "filter": self._filter,
            "articles": self._articles,
            "status": self._status,
            "new": self._new,
            "help": self._help,
        }
        if typed.command in actions:
            actions[typed.command](typed.rest)
        return typed.command in actions

    def described_filters(self) -> str:
        """The filters that hold, as they would be typed; empty without any."""
        values = ((one.name, getattr(self.filters, one.name)) for one in fields(Filters))
        shown = (name if value is True else f"{name} {value}" for name, value in values if value)
        return clean(", ".join(shown))

    def _ask(self, question: str) -> None:
        if not question:
            return
        filters, previous = self.filters, tuple(self._turns)
        reply = self._wait(lambda: self._library.ask(question, filters=filters, previous=previous))
        hides = any(len(answer.quotes) > render.QUOTES_SHOWN for answer in reply.answers)
        self._remember(question, view.quotes_of(reply), reply if hides else None, previous)
        self._turns.append(Turn.of(reply))
        self._replies.append(reply)
        told = render.reply(reply, more=":more shows them", undated=":filter undated lets them in")
        self._run.show(jsonable.reply(reply), lambda: told)

    def _search(self, words: str) -> None:
        if not words:
            raise Misunderstood("What should be searched? Type :search WORDS.")
        self._remember(words, (), None)
        hits = self._next_hits()
        self._show_hits(hits, "Passages:" if hits else "I found no passages in these articles.")

    def _more(self, _: str) -> None:
        if not self._question:
            raise Misunderstood("There is nothing yet to see more of: ask a question first.")
        if reply := self._held_back:
            self._held_back = None
            everything = max(len(answer.quotes) for answer in reply.answers)
            self._run.show(jsonable.reply(reply), lambda: render.reply(reply, shown=everything))
            return
        hits = self._next_hits()
        self._show_hits(hits, "More passages (not answers):" if hits else "That is all there is.")

    def _context(self, rest: str) -> None:
        quote = self._numbered(rest)
        around = self._wait(lambda: self._library.context(quote, NEIGHBOURS))
        self._run.show(
            [jsonable.quote(one) for one in around], lambda: render.context(around, quote)
        )

    def _open(self, rest: str) -> None:
        if self._listed:
            quote, id = None, self._listed[_number(rest, len(self._listed), "article") - 1].id
            article = self._wait(lambda: self._library.article(id))
        else:
            quote = self._numbered(rest)
            article = quote.article
        shaped = {"article": jsonable.article(article), "text": article.text}
        self._run.show(shaped, lambda: render.article(article, quote), paged_at=render.BAR)

    def _save(self, rest: str) -> None:
        name = rest.strip("'\"")
        path = Path(name).expanduser() if name else next(reversed(self._saved), None)
        if path is None:
            raise Misunderstood("Where to? Type :save FILE, such as :save answers.md.")
        done = self._saved.get(path, 0) if path.exists() else 0
        replies = self._replies[done:]
        if not replies:
            told = f"All of it is in {path} already" if done else "There is nothing to save yet"
            raise Misunderstood(f"{told}: ask a question first.")
        save(path, replies)
        self._saved.pop(path, None)
        self._saved[path] = len(self._replies)  # the last one now
        questions = "1 question" if len(replies) == 1 else f"{len(replies):,} questions"
        said = f"Saved in {clean(str(path))}: {questions}."
        self._run.show({"saved": str(path), "questions": len(replies)}, lambda: Text(said))

    def _articles(self, _: str) -> None:
        filters = self.filters
        found = view.newest_first(self._wait(lambda: self._library.articles(filters)))
        if not found:
            filtered = "that the filters let through: :filter clear lifts them"
            told = filtered if filters != Filters() else "in the index yet"
            raise Misunderstood(f"There are no articles {told}.")
        self._listed = found
        shaped = {"articles": [jsonable.article(one) for one in found]}
        self._run.show(shaped, lambda: render.numbered_articles(found), paged_at="")

    def _status(self, _: str) -> None:
        values = asdict(self._wait(self._library.status))
        self._run.show(values, lambda: render.facts(values))

    def _filter(self, rest: str) -> None:
        word, _, value = rest.partition(" ")
        if word:
            self.filters = _narrowed(self.filters, word, value.strip())
        described = self.described_filters() or "no filter"
        self._run.show({"filters": described}, lambda: Text(described))

    def _new(self, _: str) -> None:
        self._turns.clear()
        self._replies.clear()
        self._saved = dict.fromkeys(self._saved, 0)
        self._remember("", (), None)
        said = "What was asked before is forgotten."
        self._run.show({"new": said}, lambda: Text(said))

    def _help(self, _: str) -> None:
        rows = {f":{name} {one.usage}".rstrip(): one.help for name, one in COMMANDS.items()}
        self._run.show(rows, lambda: render.facts(rows))

    def _remember(
        self,
        question: str,
        quotes: Sequence[Quote],
        held_back: Reply | None,
        previous: tuple[Turn, ...] = (),
    ) -> None:
        self._question = question
        self._previous = previous
        self._quotes = list(quotes)
        self._listed = []
        self._held_back = held_back
        self._passages_asked = 0

    def _next_hits(self) -> list[Hit]:
        before = self._passages_asked
        self._passages_asked += PASSAGES_A_PAGE
        question, k, filters = self._question, self._passages_asked, self.filters
        previous = self._previous
        result = self._wait(
            lambda: self._library.search(question, k, filters=filters, previous=previous)
        )
        return list(result.hits[before:])

    def _show_hits(self, hits: Sequence[Hit], title: str) -> None:
        self._listed = []
        first = len(self._quotes) + 1
        quotes = [render.quote_of(hit) for hit in hits]
        self._quotes += quotes

        def rendered() -> RenderableType:
            numbered = enumerate(quotes, first)
            blocks = (render.quote(one, number, self._question) for number, one in numbered)
            return Group(Text(title, style="dim"), *blocks)

        self._run.show([jsonable.quote(one) for one in quotes], rendered)

    def _wait(self, call: Callable[[], _T]) -> _T:
        loaded = self.ready.done()
        with waiting("Reading the articles…" if loaded else "Loading the model…"):
            return self._worker.result(call)

    def _numbered(self, text: str) -> Quote:
        if self._listed:
            raise Misunderstood("The numbers are of articles now: :open N shows one.")
        if not self._quotes:
            raise Misunderstood("There is no quote yet: ask a question first.")
        return self._quotes[_number(text, len(self._quotes), "quote") - 1]


def _number(text: str, most: int, what: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if not 1 <= number <= most:
        raise Misunderstood(f"Which {what}? Give a number from 1 to {most}.")
    return number


def _narrowed(filters: Filters, word: str, value: str) -> Filters:
    if word == "clear":
        return Filters()
    if word == "undated":
        return replace(filters, undated=True)
    if value and word == "publisher":
        return replace(filters, publisher=value)
    if value and word == "path":
        return replace(filters, path=value)
    if value and word in ("since", "until"):
        return _dated(filters, word, value)
    raise Misunderstood(f"Type :filter {COMMANDS['filter'].usage}.")


def _dated(filters: Filters, word: str, value: str) -> Filters:
    try:
        if word == "since":
            dated = replace(filters, since=parse_day(value, "first"))
        else:
            dated = replace(filters, until=parse_day(value, "last"))
    except ValueError as error:
        raise Misunderstood(f"{error}.") from None
    if dated.since and dated.until and dated.since > dated.until:
        raise Misunderstood(f"Nothing lies between {dated.since} and {dated.until}.")
    return dated
