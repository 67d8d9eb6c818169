"""Replies as Markdown, for a file that others can read: what was asked, and who says what where.

Words of articles are escaped, so that they are shown word for word and bring no markup.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote as percent_encoded

from bot import links, view
from bot.terminal import clean
from retrieval.types import Answer, Article, Quote, Reply

_SPECIAL = re.compile(r"[\\`*_\[\]<>~|$]|&(?=#?\w+;)")
_AT_START = re.compile(r"^(\s*(?:\d{1,9}(?=[.)](?:\s|\Z))|))([#+=.)-])")


def reply(value: Reply, folder: Path) -> str:
    """The question as a heading, then the answers with all of their quotes and sources.

    Articles without an address are linked by their paths as seen from ``folder``.
    """
    blocks = [f"## {escape(value.question)}"]
    if understood := view.understood(value):
        blocks.append(f"Understood as: {escape(understood)}")
    if introduction := view.introduction(value):
        blocks.append(escape(introduction))
    if not value.found:
        blocks.append(view.no_answer(value))
    for place, answer in enumerate(view.answers(value), 1):
        blocks += _answer(value, place, answer, folder)
    if left_out := view.left_out(value):
        blocks.append(f"{left_out}.")
    if changed := view.changed(value):
        blocks.append(f"{changed}.")
    return "\n\n".join(blocks) + "\n"


def escape(text: str) -> str:
    """A text as Markdown that shows it word for word, in one line."""
    return _AT_START.sub(r"\1\\\2", _SPECIAL.sub(r"\\\g<0>", clean(text)))


def _answer(value: Reply, place: int, answer: Answer, folder: Path) -> list[str]:
    number = f"{place}. "
    margin = " " * len(number)
    alone = len(answer.quotes) == 1 and answer.text == answer.quotes[0].text
    words = "" if alone else f"**{escape(answer.text)}** "
    guess = view.PERHAPS + (": " if words else " ") if view.perhaps(value, answer) else ""
    dated = value.differ or view.counted_from(value, answer) is not None
    when = f" · {view.day(view.newest(answer))}" if dated else ""
    blocks = [f"{number}{guess}{words}({answer.probability:.0%}){when}"]
    for quote in answer.quotes:
        blocks += [f"{margin}> {_quoted(quote)}", f"{margin}{_sources(quote, folder)}"]
    return blocks


def _quoted(quote: Quote) -> str:
    text, span = quote.whole, quote.answer
    if span is None:
        return escape(quote.text)
    pieces = (text[quote.start : span.start], span.text, text[span.end : quote.end])
    before, answer, after = map(escape, pieces)
    return f"{before}**{answer}**{after}"


def _sources(quote: Quote, folder: Path) -> str:
    source = _source(quote.article, links.at_quote(quote), folder)
    others = [_source(other, links.web_address(other.url), folder) for other in quote.also_in]
    return "; also in ".join([source, *others])


def _source(article: Article, address: str | None, folder: Path) -> str:
    path = view.short_path(article.path, folder)
    target = address or (path and percent_encoded(path, errors="replace"))
    title = escape(article.title.strip() or "Untitled")
    known = (escape(article.publisher or ""), view.day(article.published))
    return " · ".join(filter(None, (f"[{title}]({target})" if target else title, *known)))
