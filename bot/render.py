"""Answers, passages and articles for people to read, as rich renderables.

Whatever came from an article goes through ``clean`` into ``Text``, so that it can bring
neither markup nor terminal escapes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.style import Style
from rich.text import Text

from bot import links, view
from bot.terminal import clean
from retrieval.text import matches
from retrieval.types import Answer, Article, Hit, IndexReport, Quote, Reply, Scores, SearchResult

QUOTES_SHOWN = 3
COPIES_SHOWN = 3
"""Other articles that are named with a quote: a caption of a picture may stand in dozens."""

BAR = "│ "
_NO_BAR = "  "
_HIGHLIGHT = "yellow"
_NARROWEST = 10


@dataclass(frozen=True, slots=True)
class Block:
    """Text behind a margin that every wrapped line repeats; the first line may differ."""

    text: Text
    first: str = ""
    margin: str = ""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = max(options.max_width - len(self.margin), _NARROWEST)
        for number, line in enumerate(self.text.wrap(console, width) or [Text()]):
            line.rstrip()
            yield Text.assemble((self.margin if number else self.first, "dim"), line)


def reply(
    value: Reply,
    *,
    shown: int = QUOTES_SHOWN,
    more: str = "--json shows them",
    undated: str = "--undated lets them in",
) -> RenderableType:
    """The answers, at most ``shown`` quotes each, or the nearest passages and that none answers.

    Quotes are numbered as ``view.quotes_of`` lists them; ``more`` says how to see those left out,
    ``undated`` how to ask the articles that the dates left out.
    """
    parts = _understood(value)
    left_out = view.left_out(value)
    last = [Text(f"{left_out} ({undated}).", style="dim")] if left_out else []
    if not value.found:
        return Group(*parts, *_no_answer(value), *last)
    differ = value.differ
    introduction = view.introduction(value)
    parts += [Block(Text(clean(introduction), style="dim"))] if introduction else []
    for place, (answer, quotes) in enumerate(view.numbered(value, shown), 1):
        parts += [] if place == 1 else [Text()]
        dated = differ or view.counted_from(value, answer) is not None
        parts.append(_heading(place, answer, dated, view.perhaps(value, answer)))
        parts += [_numbered(one, value.understood_as) for one in quotes]
        hidden = len(answer.quotes) - len(quotes)
        if hidden:
            parts.append(Text(f"    … and {hidden} more ({more})", style="dim"))
    return Group(*parts, *last)


def quote(value: Quote, number: int, question: str, *, style: str = "") -> RenderableType:
    """One quote with its number and source, the question's words and the answer set off."""
    text = Text(clean(value.text), style=style)
    for start, end in matches(question, value.text, value.article.language):
        text.stylize(_HIGHLIGHT, start, end)
    if value.answer is not None:
        text.stylize("bold", value.answer.start - value.start, value.answer.end - value.start)
    return Group(_block(text, number), _source(value, number))


def search(value: SearchResult) -> RenderableType:
    """The ranked passages with each score and its kind."""
    parts = _understood(value)
    if not value.hits:
        return Group(*parts, Text("I found no passages in these articles."))
    for hit in value.hits:
        parts += [quote(quote_of(hit), hit.rank, value.understood_as), _scores(hit.scores)]
    return Group(*parts)


def quote_of(hit: Hit) -> Quote:
    """The whole passage of a hit as a quote."""
    return Quote(hit.article, hit.passage.start, hit.passage.end)


def context(quotes: Iterable[Quote], around: Quote) -> RenderableType:
    """Neighbouring sentences, the quote that they stand around in bold."""
    blocks = []
    for one in quotes:
        text = Text(clean(one.text))
        if one.field == around.field:
            text.stylize("bold", max(around.start - one.start, 0), max(around.end - one.start, 0))
        blocks.append(Block(text, BAR, BAR))
    return Group(*blocks)


def article(value: Article, quote: Quote | None = None) -> RenderableType:
    """A whole article, its lines kept; where a quote of it is given, that set off.

    Only lines of the quote begin with ``BAR`` then.
    """
    known = (
        ("id", Text(clean(value.id))),
        ("source", _origin(value)),
        ("link", Text(links.at_quote(quote) or "" if quote else "")),
        ("language", Text(clean(value.language or ""))),
    )
    head = [Block(Text.assemble(f"{name}: ", fact, style="dim")) for name, fact in known if fact]
    title = Block(Text(clean(value.title), style="bold"))
    if quote is None:
        lines = [Block(Text(clean(line))) for line in value.text.split("\n")]
    elif quote.field == "title":
        title = Block(title.text, BAR, BAR)
        lines = [Block(Text(clean(line)), _NO_BAR, _NO_BAR) for line in value.text.split("\n")]
    else:
        lines = list(_set_off(value.text, quote))
    return Group(title, *head, Text(), *lines)


def _set_off(text: str, quote: Quote) -> Iterator[Block]:
    start = 0
    for line in text.split("\n"):
        first, last = max(quote.start - start, 0), min(quote.end - start, len(line))
        shown = Text(clean(line))
        shown.stylize("bold", first, max(last, first))
        margin = BAR if first < last else _NO_BAR
        yield Block(shown, margin, margin)
        start += len(line) + 1


def articles(values: Sequence[Article]) -> RenderableType:
    """One article a line: its id and where it is from."""
    if not values:
        return Text("There are no articles in the index.")
    return Group(
        *(Block(Text.assemble(f"{clean(one.id)}  ", _origin(one)), "", "    ") for one in values)
    )


def numbered_articles(values: Sequence[Article]) -> RenderableType:
    """Titles with publishers and dates, numbered, below how many these are."""
    many = "1 article" if len(values) == 1 else f"{len(values):,} articles, the newest first"
    wide = len(str(len(values)))
    rows = [
        Block(
            Text(
                clean(" · ".join(filter(None, (one.title, one.publisher, view.day(one.published)))))
            ),
            f"{number:>{wide}}. ",
            " " * (wide + 2),
        )
        for number, one in enumerate(values, 1)
    ]
    return Group(Text(f"{many} (:open N shows one, :help tells more):", style="dim"), *rows)


def facts(values: Mapping[str, object]) -> RenderableType:
    """Names with their values, one a line; None is shown as a dash."""
    return Group(
        *(
            Block(Text.assemble((f"{name}: ", "bold"), clean(_shown(value))), "", "    ")
            for name, value in values.items()
        )
    )


def report(value: IndexReport, *, at: datetime | None = None) -> RenderableType:
    """What one run of indexing did, why some files failed, and what of others was not read."""
    kinds = ("added", "updated", "unchanged", "duplicate", "removed")
    counts = ", ".join(f"{getattr(value, kind):,} {kind}" for kind in kinds)
    read = [_many(value.files_read, "file")] if value.files_read or not value.pages_read else []
    read += [_many(value.pages_read, "page")] if value.pages_read else []
    anew = f"{_many(value.rebuilt, 'article')} made anew, " if value.rebuilt else ""
    when = f"{at:%Y-%m-%d %H:%M:%S} " if at else ""
    total = f"{' and '.join(read)} read in {value.elapsed_s:.1f} s"
    failed = [
        Block(Text(f"{clean(one.path)}: {clean(one.reason)}"), "  failed: ", "    ")
        for one in value.failed
    ]
    notes = [
        Block(Text(f"{clean(one.path)}: {clean(one.text)}{_more(one.more)}"), "  note: ", "    ")
        for one in value.notes
    ]
    return Group(
        Block(Text(f"{when}{anew}{total}: {counts}, {len(value.failed):,} failed")),
        *failed,
        *notes,
        *_skipped(value.skipped),
    )


def _skipped(kinds: Mapping[str, int]) -> list[RenderableType]:
    if not kinds:
        return []
    files = _many(sum(kinds.values()), "file")
    told = ", ".join(f"{many:,} {kind}" if many > 1 else kind for kind, many in kinds.items())
    return [Block(Text(clean(f"{files} ({told})")), "  not read: ", "    ")]


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _more(count: int) -> str:
    return f" (and {count:,} more of this file)" if count else ""


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {one}" for key, one in value.items()) or "-"
    return "-" if value is None else str(value)


def _understood(value: Reply | SearchResult) -> list[RenderableType]:
    understood = view.understood(value)
    return [] if understood is None else [Block(Text(clean(understood)), "→ ", "  ")]


def _heading(place: int, answer: Answer, dated: bool, perhaps: bool) -> RenderableType:
    alone = len(answer.quotes) == 1 and answer.text == answer.quotes[0].text
    words = "" if alone else f"{clean(answer.text)}  "
    guess = f"{view.PERHAPS}{':' if words else ''} " if perhaps else ""
    when = f" · {view.day(view.newest(answer))}" if dated else ""
    text = Text.assemble(guess, (words, "bold"), (f"({answer.probability:.0%}){when}", "dim"))
    return Block(text, f"{place}. ", "   ")


def _numbered(one: view.Numbered, question: str) -> RenderableType:
    if one.before is None:
        return quote(one.quote, one.number, question)
    return Text(f"[{one.number}] as [{one.before}]", style="dim")


def _no_answer(value: Reply) -> list[RenderableType]:
    if not value.nearest:
        return [Text(view.no_answer(value))]
    nearest = (
        quote(one, i, value.understood_as, style="dim") for i, one in enumerate(value.nearest, 1)
    )
    return [Text(view.NO_ANSWER), Text(view.NEAREST, style="dim"), *nearest]


def _block(text: Text, number: int) -> Block:
    tag = f"[{number}] "
    return Block(text, tag + BAR, " " * len(tag) + BAR)


def _source(value: Quote, number: int) -> RenderableType:
    margin = " " * len(f"[{number}] ")
    origin = _origin(value.article, links.at_quote(value))
    parts = [Block(Text.assemble(origin, style="dim"), margin, margin)]
    if value.also_in:
        others = Text("; ").join(map(_origin, value.also_in[:COPIES_SHOWN]))
        if hidden := value.also_in[COPIES_SHOWN:]:
            others.append(f" and {len(hidden)} more")
        parts.append(Block(Text.assemble("also in ", others, style="dim"), margin, margin))
    return Group(*parts)


def _origin(value: Article, link: str | None = None) -> Text:
    """Where an article is from, its address as a link: to ``link``, where that is given."""
    known = (value.title, value.publisher, view.day(value.published))
    text = Text(clean(" · ".join(part for part in known if part)))
    where = value.url or view.short_path(value.path)
    if where:
        address = links.web_address(value.url)
        text.append(" · ")
        text.append(clean(where), Style(link=link or address))
    return text


def _scores(value: Scores) -> RenderableType:
    kinds = ("fused", "dense", "lexical", "reader")
    known = [(kind, getattr(value, kind)) for kind in kinds]
    line = "  ".join(f"{kind} {score:.3f}" for kind, score in known if score is not None)
    return Block(Text(line, style="dim"), "    ", "    ")
