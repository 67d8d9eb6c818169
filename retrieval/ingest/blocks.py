"""XML and HTML to lines of text: a paragraph, an item of a list or a row of a table each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

_LONGEST_ROW = 1000
"""Characters of a row; what is longer is laid out in a table, and is text."""

_NONE: frozenset[str] = frozenset()

_ITEM, _ENDED = "\0", "\1"
"""Stand behind the mark of an item, whose words may be a paragraph's, and at its end."""

_EMPTY_ITEM = re.compile(rf"^(?:-|\d{{1,9}}\.) {_ITEM}\s*{_ENDED}", re.M)


@dataclass(frozen=True, slots=True)
class Markup:
    """What the elements of a kind of XML do, by their names without namespaces.

    Where ``words`` are told, only they hold text. ``bullet`` tells of a paragraph whether it is
    an item of a list, where no element around it does; ``spoken`` gives what an element stands
    for: a tab, a hyphen.
    """

    paragraphs: frozenset[str]
    rows: frozenset[str]
    cells: frozenset[str]
    breaks: frozenset[str]
    dropped: frozenset[str]
    items: frozenset[str] = _NONE
    ordered: frozenset[str] = _NONE
    words: frozenset[str] = _NONE
    bullet: Callable[[Any], bool] = lambda element: False
    spoken: Callable[[Any], str] = lambda element: ""


HTML = Markup(
    paragraphs=frozenset((
        "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt",
        "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
        "main", "ol", "p", "pre", "section", "table", "ul",
    )),
    rows=frozenset(("tr",)),
    cells=frozenset(("td", "th")),
    breaks=frozenset(("br",)),
    dropped=frozenset((
        "head", "script", "style", "noscript", "template", "iframe", "svg", "nav", "form", "rt",
        "rp",
    )),
    items=frozenset(("li",)),
    ordered=frozenset(("ol",)),
)  # fmt: skip


def name_of(element: Any) -> str:
    """Give an element's name without its namespace; "" for a comment, and for none."""
    tag = element.tag if element is not None else None
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def text_of(root: Any, markup: Markup) -> str:
    """Give the text below an element: paragraphs with an empty line between them.

    Items of lists begin with "- " or their number, the cells of a row stand between " | ".
    """
    lines = "".join(_pieces(root, markup)).split("\n")
    text = "\n".join(re.sub(r"[^\S\t]+", " ", line).strip() for line in lines)
    text = _EMPTY_ITEM.sub("", text)
    text = re.sub(rf"{_ITEM}\n*|\s*{_ENDED}", "", text)
    text = re.sub(r"^[| ]+$", "", text, flags=re.M)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


def _pieces(root: Any, markup: Markup) -> Iterator[str]:
    from lxml import etree

    flat: Any = None
    numbers: Counter[Any] = Counter()
    walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        name = name_of(element)
        if event == "start":
            if name in markup.dropped:
                walker.skip_subtree()
                continue
            if flat is None and name in markup.rows and _is_flat(element, markup):
                flat = element
            ordered = flat is None and name in markup.items
            if ordered and name_of(element.getparent()) in markup.ordered:
                numbers[element.getparent()] += 1
                yield f"\n{numbers[element.getparent()]}. {_ITEM}"
            else:
                yield _before(element, name, flat, markup)
            if not markup.words or name in markup.words:
                yield _words(element.text)
            continue
        if name and name not in markup.dropped:
            yield _after(element, name, flat, markup)
        if flat is element:
            flat = None
        if not markup.words and element is not root:
            yield _words(element.tail)


def _is_flat(row: Any, markup: Markup) -> bool:
    """Whether a row is one of a table, and not a place on a page where text is laid out."""
    cells = 0
    for element in row.iterdescendants():
        name = name_of(element)
        if name in markup.rows:
            return False
        cells += name in markup.cells
    return cells > 1 and sum(map(len, row.itertext())) <= _LONGEST_ROW


def _before(element: Any, name: str, flat: Any, markup: Markup) -> str:
    if flat is not None and flat is not element:
        if name in markup.cells:
            return " | " if element.getprevious() is not None else ""
        apart = markup.paragraphs | markup.breaks | markup.items
        return " " if name in apart else markup.spoken(element)
    if name in markup.items or (name in markup.paragraphs and markup.bullet(element)):
        return f"\n- {_ITEM}"
    if flat is not None or name in markup.breaks:
        return "\n"
    return "\n\n" if _is_block(name, markup) else markup.spoken(element)


def _after(element: Any, name: str, flat: Any, markup: Markup) -> str:
    if flat is not None:
        return " " if flat is not element and name in markup.paragraphs else ""
    if name in markup.items or (name in markup.paragraphs and markup.bullet(element)):
        return _ENDED
    return "\n\n" if _is_block(name, markup) else ""


def _is_block(name: str, markup: Markup) -> bool:
    return name in markup.paragraphs or name in markup.rows or name in markup.cells


def _words(text: str | None) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text) if text else ""
