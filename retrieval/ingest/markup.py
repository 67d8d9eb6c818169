"""HTML inside a field of a record to text; what isn't HTML stays as it is."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from html.entities import html5
from typing import Any

_NAMES = (
    "a|abbr|article|aside|b|big|blockquote|cite|code|dd|div|dl|dt|em|figcaption|figure|font|footer|"
    "h[1-6]|header|i|iframe|li|main|mark|ol|p|pre|q|s|script|section|small|span|strong|style|sub|"
    "sup|table|tbody|td|th|thead|tr|u|ul"
)
_OPEN = re.compile(rf"<({_NAMES})(?=[\s>])[^<>]{{0,2000}}>", re.I)
_CLOSE = re.compile(rf"</({_NAMES})\s{{0,9}}>", re.I)
_ALONE = re.compile(r"<(?:br|hr|img)(?=[\s/>])[^<>]{0,2000}>", re.I)
_FIRST = re.compile(r"\s*<p(?=[\s>])", re.I)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ESCAPED = 3
"""How often markup is unpacked at most: feeds escape theirs once, some programs again."""

_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "figcaption", "figure",
    "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "ol", "p", "pre",
    "section", "table", "ul",
))  # fmt: skip
_DROPPED = ("script", "style", "noscript", "template", "iframe", "svg", "nav", "form")


def plain(words: str) -> str:
    """The text of a field that may hold HTML: a paragraph a line, entities as characters.

    Text with a lone "<" or "&" is no HTML and comes back as it is.
    """
    for _ in range(_ESCAPED):
        found = _text(words) if is_markup(words) else _ENTITY.sub(_character, words)
        if found == words:
            break
        words = found
    return words


def is_markup(words: str) -> bool:
    """Whether HTML's tags stand in the words: a pair of them, or one that stands alone."""
    if "<" not in words:
        return False
    if _FIRST.match(words) or _ALONE.search(words):
        return True
    opened = {found[1].lower() for found in _OPEN.finditer(words)}
    return any(found[1].lower() in opened for found in _CLOSE.finditer(words))


def _character(found: re.Match[str]) -> str:
    name = found[0][1:]
    return unescape(found[0]) if name[0] == "#" or name in html5 else found[0]


def _text(words: str) -> str:
    from lxml import etree, html

    try:
        parser = html.HTMLParser(huge_tree=True)
        tree = html.fragment_fromstring(words, create_parent="div", parser=parser)
    except (etree.LxmlError, ValueError):
        return words
    etree.strip_elements(tree, etree.Comment, *_DROPPED, with_tail=False)
    lines = "".join(_pieces(tree)).split("\n")
    joined = "\n".join(" ".join(line.split()) for line in lines)
    return re.sub(r"\n{3,}", "\n\n", joined).strip("\n")


def _pieces(tree: Any) -> list[str]:
    """The words between the tags, with the breaks that the tags make."""
    from lxml import etree

    pieces: list[str] = []
    numbers: Counter[Any] = Counter()
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        begins = event == "start"
        pieces.append(_break(element, begins, numbers))
        pieces.append(re.sub(r"\s+", " ", (element.text if begins else element.tail) or ""))
    return pieces


def _break(element: Any, begins: bool, numbers: Counter[Any]) -> str:
    if element.tag in _BLOCKS:
        return "\n\n"
    if not begins:
        return ""
    if element.tag in ("td", "th"):
        return " | " if element.getprevious() is not None else ""
    if element.tag == "li":
        above = element.getparent()
        if above.tag != "ol":
            return "\n- "
        numbers[above] += 1
        return f"\n{numbers[above]}. "
    return "\n" if element.tag in ("br", "tr") else ""
