"""HTML inside a field of a record to text; what isn't HTML stays as it is."""

from __future__ import annotations

import re
from html import unescape
from html.entities import html5

from retrieval.ingest.blocks import HTML, text_of

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
    return text_of(tree, HTML)
