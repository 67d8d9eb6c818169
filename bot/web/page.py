"""The page to ask: a form, the answers in their quotes, and another form to ask on."""

from __future__ import annotations

from lxml.html import builder as E

from bot import view
from bot.service.local import NO_ARTICLES
from bot.service.questions import LONGEST, Answered
from bot.web.asked import Typed
from bot.web.html import (
    Element,
    Piece,
    classed,
    head,
    joined,
    lines,
    link_to,
    marked,
    origin,
    shown,
    title_of,
    whole,
)
from retrieval import Library
from retrieval.errors import LibraryMissing
from retrieval.types import Answer, Article, Quote, Reply

SHOWN = 3
"""Quotes of an answer that are open at once."""

MANY = 3
"""Answers from which on they are listed above their quotes, too."""

EXAMPLE = "Who met whom in Ankara?"
DAY = "2022, 2022-04, last week"
UNDATED = "“undated ones too” lets them in"


def about(library: Library) -> str:
    """What there is to be asked, in one line."""
    try:
        return view.summary(library.status())
    except LibraryMissing:
        return NO_ARTICLES


def blank(summary: str, typed: Typed) -> str:
    """The page before anything is asked."""
    intro = E.P(
        E.CLASS("intro"),
        "Ask in plain words. The answer comes in the articles' own: each quote stands in its "
        "article word for word, and opens there.",
    )
    return whole("", head(summary), E.MAIN(_form(typed, focused=True), _status(), intro))


def refused(summary: str, typed: Typed, why: str) -> str:
    """The page where something can't be asked, with what was typed, to be mended."""
    said = E.P(E.CLASS("problem"), shown(why), role="alert")
    return whole("Not asked", head(summary), E.MAIN(_form(typed, focused=True), _status(), said))


def problem(why: str) -> str:
    """A page that only says what is wrong."""
    said = E.P(E.CLASS("problem"), shown(why), role="alert")
    return whole("Not shown", head(None), E.MAIN(said, E.P(E.A("Ask the articles", href="/"))))


def answered(summary: str, typed: Typed, given: Answered) -> str:
    """The page with a reply."""
    reply = given.reply
    asked = shown(reply.question)
    many = len(reply.answers)
    told = "No answer" if not many else "1 answer" if many == 1 else f"{many} answers"
    result = E.SECTION(
        E.H1(E.CLASS("asked" if typed.after else "heard"), asked, id="asked", dir="auto"),
        *_above(reply),
        *(_answers(reply) if reply.found else _nothing(reply)),
        *_below(reply),
        id="answers",
        tabindex="-1",
        **{"aria-labelledby": "asked"},
    )
    on = [_on(given.key)] if given.key else []
    skip = E.A(E.CLASS("skip"), "Skip to the answers", href="#answers")
    form = _form(typed, focused=False)
    return whole(f"{told}: {asked}", skip, head(summary), E.MAIN(form, _status(), result, *on))


def _form(typed: Typed, *, focused: bool) -> Element:
    question = E.INPUT(
        type="search",
        id="question",
        name="question",
        value=shown(typed.question) if not typed.after else "",
        placeholder=EXAMPLE,
        maxlength=str(LONGEST),
        autocomplete="off",
        enterkeyhint="search",
        required="required",
        **({"autofocus": "autofocus"} if focused else {}),
    )
    return E.FORM(
        E.LABEL("Ask the articles", **{"for": "question"}),
        E.DIV(E.CLASS("row"), question, E.BUTTON("Ask", type="submit")),
        _narrowing(typed),
        action="/",
        method="get",
        role="search",
    )


def _narrowing(typed: Typed) -> Element:
    fields = E.DIV(
        E.CLASS("fields"),
        _field("since", "Published since", typed.since, DAY),
        _field("until", "Published until", typed.until, DAY),
        _field("publisher", "Published by", typed.publisher, ""),
        _field("path", "File or folder", typed.path, "*/2022/*"),
        _tick("undated", "Undated ones too", typed.undated),
        _tick("any_date", "Take dates in the question as words", typed.any_date),
    )
    is_open = {"open": "open"} if typed.narrows or typed.any_date else {}
    return E.DETAILS(E.SUMMARY("Only some articles"), fields, **is_open)


def _field(name: str, label: str, value: str | None, example: str) -> Element:
    entry = E.INPUT(type="text", id=name, name=name, value=shown(value or ""), placeholder=example)
    return E.DIV(E.LABEL(label, **{"for": name}), entry)


def _tick(name: str, label: str, ticked: bool) -> Element:
    state = {"checked": "checked"} if ticked else {}
    box = E.INPUT(type="checkbox", id=name, name=name, value="true", **state)
    return E.DIV(E.CLASS("tick"), box, E.LABEL(label, **{"for": name}))


def _status() -> Element:
    """Where the script says that an answer is on its way."""
    return E.P(E.CLASS("status"), id="status", role="status")


def _above(reply: Reply) -> list[Element]:
    understood, introduction = view.understood(reply), view.introduction(reply)
    told = [classed("note", "→ ", shown(understood))] if understood else []
    return told + ([classed("note", shown(introduction))] if introduction else [])


def _below(reply: Reply) -> list[Element]:
    left_out = view.left_out(reply)
    told = [classed("note", f"{left_out} ({UNDATED}).")] if left_out else []
    changed = view.changed(reply)
    return told + ([classed("note", f"{changed}.")] if changed else [])


def _answers(reply: Reply) -> list[Element]:
    numbered = view.numbered(reply, most=sum(len(one.quotes) for one in reply.answers))
    listed = [_answer(reply, place, *one) for place, one in enumerate(numbered, 1)]
    return [*_glance(reply), E.OL(E.CLASS("answers"), *listed)]


def _glance(reply: Reply) -> list[Element]:
    """Many answers at one glance, each a link to its quotes."""
    given = view.answers(reply)
    if len(given) < MANY or any(one.kind == "quote" for one in given):
        return []
    links = [
        E.LI(E.A(shown(one.text), href=f"#a{place}", dir="auto"))
        for place, one in enumerate(given, 1)
    ]
    return [E.NAV(E.UL(*links), **{"aria-label": "Answers", "class": "glance"})]


def _answer(reply: Reply, place: int, answer: Answer, quotes: list[view.Numbered]) -> Element:
    alone = len(answer.quotes) == 1 and answer.text == answer.quotes[0].text
    dated = reply.differ or view.counted_from(reply, answer) is not None
    guess = f"{view.PERHAPS}{'' if alone else ':'} " if view.perhaps(reply, answer) else ""
    words: list[Piece] = [] if alone else [E.STRONG(shown(answer.text), dir="auto"), " "]
    when = f" · {view.day(view.newest(answer))}" if dated else ""
    sure = E.SPAN(
        E.CLASS("sure"), f"{answer.probability:.0%}{when}", title="how sure Quoth is of it"
    )
    blocks = [_numbered(one) for one in quotes]
    more = blocks[SHOWN:]
    told = f"{len(more)} more quote{'s' if len(more) > 1 else ''}"
    folded = [E.DETAILS(E.CLASS("more"), E.SUMMARY(told), *more)] if more else []
    return E.LI(classed("answer", guess, *words, sure), *blocks[:SHOWN], *folded, id=f"a{place}")


def _nothing(reply: Reply) -> list[Element]:
    nearest = [_quote(one) for one in reply.nearest]
    above = [classed("note", view.NEAREST)] if nearest else []
    return [classed("nothing", view.no_answer(reply)), *above, E.DIV(E.CLASS("nearest"), *nearest)]


def _numbered(one: view.Numbered) -> Element:
    if one.before is None:
        return _quote(one.quote, one.number)
    same = E.A(f"quote {one.before}", href=f"#q{one.before}")
    return E.P(E.CLASS("again"), "In ", same, ", too.", id=f"q{one.number}")


def _quote(quote: Quote, number: int | None = None) -> Element:
    text, answer = quote.whole, quote.answer
    words: list[Piece] = [lines(quote.text)]
    if answer:
        pieces = (
            text[quote.start : answer.start],
            text[answer.start : answer.end],
            text[answer.end : quote.end],
        )
        words = marked(*map(lines, pieces))
    source = _source(quote.article, quote)
    others = joined([_source(other) for other in quote.also_in], "; ")
    also: list[Piece] = ["; also in ", *others] if others else []
    told = E.FIGURE(
        E.BLOCKQUOTE(*words, dir="auto"),
        E.FIGCAPTION(*([E.SPAN(E.CLASS("number"), f"{number}")] if number else []), *source, *also),
    )
    if number:
        told.set("id", f"q{number}")
    if quote.article.language:
        told[0].set("lang", shown(quote.article.language))
    return told


def _source(article: Article, quote: Quote | None = None) -> list[Piece]:
    opened = E.A(title_of(article), href=link_to(article, quote), dir="auto")
    return [opened, " · ", *origin(article, quote)]


def _on(key: str) -> Element:
    entry = E.INPUT(
        type="text",
        id="on",
        name="question",
        placeholder="and in Bucharest?",
        maxlength=str(LONGEST),
        autocomplete="off",
        enterkeyhint="search",
        required="required",
    )
    return E.FORM(
        E.CLASS("on"),
        E.INPUT(type="hidden", name="after", value=key),
        E.LABEL("Ask on from here", **{"for": "on"}),
        E.DIV(E.CLASS("row"), entry, E.BUTTON("Ask on", type="submit")),
        action="/",
        method="get",
    )
