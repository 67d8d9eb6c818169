"""What is said at the prompt, and what is understood: questions and ``:commands``."""

from __future__ import annotations

import difflib
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

from rich.console import Group, RenderableType
from rich.text import Text

from bot import jsonable, render, view
from bot.days import parse_day
from bot.options import Run
from bot.service.turns import TURNS_KEPT
from bot.terminal import clean, waiting
from bot.worker import Worker
from retrieval import Library
from retrieval.types import Filters, Hit, Quote, Reply, Turn

PASSAGES_A_PAGE = 5
NEIGHBOURS = 2
FILTER_WORDS = ("since", "until", "publisher", "path", "undated", "clear")
_T = TypeVar("_T")


class Misunderstood(Exception):
    """What was typed makes no sense; the message says what would."""


@dataclass(frozen=True, slots=True)
class Command:
    """A ``:command``: what follows its name, what it does, and the words that may follow."""

    usage: str
    help: str
    words: tuple[str, ...] = ()


COMMANDS = {
    "more": Command("", "quotes left out, then more passages"),
    "context": Command("N", "the sentences around quote N"),
    "source": Command("N", "the whole article of quote N"),
    "search": Command("WORDS", "ranked passages instead of answers"),
    "filter": Command(
        "since 2022 | until 2022-04 | publisher X | path X | undated | clear",
        "ask only some of the articles",
        FILTER_WORDS,
    ),
    "new": Command("", "forget what was asked; filters stay"),
    "help": Command("", "this list"),
    "quit": Command("", "leave; so does Ctrl-D"),
}


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
        self._passages_asked = 0
        self.filters = Filters()

    def handle(self, line: str) -> bool:
        """Answer one line; False when it says to leave.

        Raises:
            Misunderstood: a command that makes no sense.
            QuothError: a question that can't be answered.
        """
        line = line.strip()
        if not line.startswith(":"):
            if line:
                self._ask(line)
            return True
        word, _, rest = line[1:].partition(" ")
        name = _command(word)
        actions: dict[str, Callable[[str], None]] = {
            "more": self._more,
            "context": self._context,
            "source": self._source,
            "search": self._search,
            "filter": self._filter,
            "new": self._new,
            "help": self._help,
        }
        if name in actions:
            actions[name](rest.strip())
        return name in actions

    def described_filters(self) -> str:
        """The filters that hold, as they would be typed; empty without any."""
        values = ((one.name, getattr(self.filters, one.name)) for one in fields(Filters))
        shown = (name if value is True else f"{name} {value}" for name, value in values if value)
        return clean(", ".join(shown))

    def _ask(self, question: str) -> None:
        filters, previous = self.filters, tuple(self._turns)
        reply = self._wait(lambda: self._library.ask(question, filters=filters, previous=previous))
        hides = any(len(answer.quotes) > render.QUOTES_SHOWN for answer in reply.answers)
        self._remember(question, view.quotes_of(reply), reply if hides else None, previous)
        self._turns.append(Turn.of(reply))
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

    def _source(self, rest: str) -> None:
        article = self._numbered(rest).article
        shaped = {"article": jsonable.article(article), "text": article.text}
        self._run.show(shaped, lambda: render.article(article), paged=True)

    def _filter(self, rest: str) -> None:
        word, _, value = rest.partition(" ")
        if word:
            self.filters = _narrowed(self.filters, word, value.strip())
        described = self.described_filters() or "no filter"
        self._run.show({"filters": described}, lambda: Text(described))

    def _new(self, _: str) -> None:
        self._turns.clear()
        self._remember("", (), None)
        said = "What was asked before is forgotten."
        self._run.show({"new": said}, lambda: Text(said))

    def _help(self, _: str) -> None:
        rows = {f":{name} {one.usage}": one.help for name, one in COMMANDS.items()}
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
        if not self._quotes:
            raise Misunderstood("There is no quote yet: ask a question first.")
        number = int(text) if text.isdecimal() else 0
        if not 1 <= number <= len(self._quotes):
            raise Misunderstood(f"Which quote? Give a number from 1 to {len(self._quotes)}.")
        return self._quotes[number - 1]


def _command(word: str) -> str:
    begun = [name for name in COMMANDS if word and name.startswith(word)]
    if len(begun) == 1:
        return begun[0]
    nearest = difflib.get_close_matches(word, COMMANDS, n=1, cutoff=0.5)
    hint = f"did you mean :{nearest[0]}?" if nearest else ":help lists the commands."
    raise Misunderstood(f"Unknown command :{word}: {hint}")


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
