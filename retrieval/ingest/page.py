"""A page's tree made ready, so that trafilatura keeps what an article says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from retrieval.ingest.lines import ends_sentence

_LEAD = 60
"""Characters that a lead has at least."""

_BEFORE = 6
"""Elements before an article that may hold its lead."""

_TEASER = re.compile("teaser", re.I)
_AROUND = re.compile(r"cookie|consent|newsletter|subscri|paywall|banner|promo|(?:^|\b)ads?\b", re.I)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS = (*_HEADINGS, "p", "div", "section", "ul", "ol", "dl", "table", "article", "figure", "pre")


def made_ready(tree: Any) -> Any:
    """Give a tree, changed in place.

    Leads lose their mark, bare text becomes a paragraph, the items of ordered lists get their
    numbers, and what is wholly a link to another article goes.
    """
    for element in list(tree.iter("div", "section", "p", "span")):
        if _TEASER.search(_names(element)) and _is_lead(element):
            for name in ("class", "id"):
                element.attrib.pop(name, None)
    for element in list(tree.iter("div")):
        if _is_bare(element):
            element.tag = "p"
    articles = list(tree.iter("article"))
    if len(articles) == 1:
        _take_in_lead(articles[0])
        _drop_cards(articles[0])
    for element in tree.iter("ol"):
        _number(element)
    return tree


def _names(element: Any) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"


def _is_lead(element: Any) -> bool:
    """Whether an element says something itself, and doesn't lead to another article."""
    linked = element.tag == "a" or next(element.iter("a", *_HEADINGS), None) is not None
    within = any(above.tag in ("a", "aside", "nav", "footer") for above in element.iterancestors())
    return not linked and not within and _says_something(element)


def _says_something(element: Any) -> bool:
    words = " ".join(element.text_content().split())
    return len(words) >= _LEAD and ends_sentence(words)


def _is_bare(element: Any) -> bool:
    """Whether an element holds a paragraph's text and no blocks: <div>The ferry …</div>."""
    bare = bool((element.text or "").strip())
    return bare and next(element.iterdescendants(*_BLOCKS), None) is None and _is_lead(element)


def _take_in_lead(article: Any) -> None:
    """Move what stands before an article in its own parent, and is no link, into it."""
    if article.getparent() is None or article.getparent().tag not in ("main", "div", "section"):
        return
    for element in list(article.itersiblings(preceding=True))[:_BEFORE]:
        if isinstance(element.tag, str) and not _leads_away(element):
            for paragraph in reversed(list(_paragraphs(element))):
                article.insert(0, paragraph)


def _leads_away(element: Any) -> bool:
    return bool(_AROUND.search(_names(element))) or next(element.iter("a"), None) is not None


def _drop_cards(article: Any) -> None:
    """Drop links that hold paragraphs or headings: they are other articles, shown as cards."""
    cards = [
        link
        for link in article.iter("a")
        if link.get("href") and next(link.iter("p", *_HEADINGS), None) is not None
    ]
    if any(_is_lead(one) for one in article.iter("p")):
        for card in cards:
            card.drop_tree()


def _paragraphs(element: Any) -> Iterator[Any]:
    for one in element.iter("p"):
        if not _AROUND.search(_names(one)) and _is_lead(one):
            yield one


def _number(element: Any) -> None:
    """Write the numbers of an ordered list, which readers see, into its items."""
    start = element.get("start") or "1"
    first = int(start) if start.isascii() and start.isdigit() and len(start) < 6 else 1
    for number, item in enumerate(element.iterchildren("li"), first):
        inner = item[0] if len(item) and not (item.text or "").strip() else item
        inner.text = f"{number}. {(inner.text or '').lstrip()}"
