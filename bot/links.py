"""Links to articles on the web, which open at a quote: ``…#:~:text=words``.

Browsers that know text fragments (https://wicg.github.io/scroll-to-text-fragment) scroll to the
words and mark them; others, and pages that have changed, open at the top.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote as percent_encoded
from urllib.parse import urlsplit

from bot.terminal import clean
from retrieval.types import Quote

_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_URL_CHARACTERS = "%/:=&?~#+!$,;@*._-"
_DIRECTIVE = ":~:"

WHOLE = 100
"""Characters up to which a quote stands whole in its link; of a longer one both ends do."""

WORDS = 4
"""Words of each end, or as many more as it takes to tell the place."""


def web_address(url: str | None) -> str | None:
    """Give a public http or https address, None for any other, such as a file's.

    It may stand in Markdown's ``[…](…)`` and in a terminal's links: characters that would end
    it there are percent-encoded.
    """
    try:
        parts = urlsplit(clean(url or "").strip())
        host = (parts.hostname or "").encode("idna").decode()
        port = f":{parts.port}" if parts.port else ""
    except ValueError:  # UnicodeError is one
        return None
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host) or "@" in parts.netloc:
        return None
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    rest = percent_encoded(f"{parts.path}{query}{fragment}", safe=_URL_CHARACTERS)
    return f"{parts.scheme}://{host}{port}{rest}"


def at_quote(quote: Quote) -> str | None:
    """Give the address of a quote's article, which opens at the quote; None without one."""
    address = web_address(quote.article.url)
    if address is None or not quote.text.strip():
        return address
    page, _, _ = address.partition(_DIRECTIVE)
    ends = ",".join(map(_encoded, _ends(quote)))
    return f"{page}{'' if '#' in page else '#'}{_DIRECTIVE}text={ends}"


def _encoded(words: Sequence[str]) -> str:
    """Give words without the characters that have a meaning in a text fragment: - , and &."""
    return percent_encoded(" ".join(words), safe="", errors="replace").replace("-", "%2D")


def _ends(quote: Quote) -> list[Sequence[str]]:
    """Give a quote's words or, of a long one or one of several lines, its first and last words.

    One end never goes over a line: a browser finds it within one paragraph only.
    """
    lines = [line.split() for line in quote.text.splitlines() if line.strip()]
    words = [word for line in lines for word in line]
    short = len(quote.text) <= WHOLE or len(words) < 2 * WORDS
    if len(lines) == 1 and short:
        return [words]
    before, own = _plain(quote.whole[: quote.start].split()), _plain(words)
    most = len(words) // 2 if len(lines) == 1 else len(words)
    first, last = lines[0][:most], lines[-1][-most:]
    starts = (first[:count] for count in range(WORDS, len(first)))
    ends = (last[-count:] for count in range(WORDS, len(last)))
    start = next((one for one in starts if _plain(one) not in before), first)
    end = next((one for one in ends if own.count(_plain(one)) == 1), last)
    return [start, end]


def _plain(words: Sequence[str]) -> str:
    return " ".join(words).casefold()
