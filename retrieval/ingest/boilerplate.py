"""Lines that a page puts around an article: links, adverts, calls to subscribe."""

from __future__ import annotations

import re
from collections.abc import Iterator

from retrieval.dates import any_of
from retrieval.languages import in_all
from retrieval.types import Offsets

_LONGEST = 320
_FEW = 200

_LINES = in_all("page_lines")
_LINK = re.compile(
    rf"(?:{any_of(in_all('link_labels'))}"
    r"(?: (?:story|stories|articles?|news|content|coverage|videos?|links?|topics?|reading|here))?"
    r"\s?(?::|\s[|–—-]\s)).*",
    re.I,
)
_MORE = re.compile(
    r"(?:More|MORE|READ|Read|WATCH|Watch|VIDEO|Video)(?: (?:from|on) [^:.]{2,40})?: ?.*"
)
_RELATED_NAME = re.compile(r"(?:Related|RELATED) [^\W\d_a-z\s]\S* .*")
_READ_ABOUT = re.compile(
    r"(?:Read more|READ MORE|See more|Learn more|Click here) "
    r"(?:about|on|here|at|to|for|in|from)\b.*"
)
_CALL = re.compile(
    r"(?:Sign[ -]up|Subscribe|Get|Join|Download|Enter your|Want (?:more|to)|Support local|"
    r"Thank you for (?:supporting|reading|subscribing)|Our fact[ -]check work)\b.*"
)
_CALL_FOR = re.compile(
    r"newsletter|\binbox\b|\bsubscri(?:be|ption)|\bsign[ -]?up (?:here|for our)|\bemail alerts\b|"
    r"\bour (?:app|texts|podcast)\b|\b(?:our|local) journalism|supported in part by a grant",
    re.I,
)
_SPEECH = re.compile(r"\b(?:said|says|told|announced)\b")
_CALL_WITHIN = re.compile(r"(?<=[.?!:] )(?:Sign[ -]up|Subscribe) (?:for|to|here)\b.{3,200}$")
_PLACES = r"(?:X|Twitter|Facebook|Instagram|Threads|Telegram|YouTube|Google News|LinkedIn|WhatsApp)"
_FOLLOW = re.compile(
    rf"(?:Follow|Like|Join|Find) us (?:on|at)\b.*|Follow [^,]{{2,60}} on {_PLACES}[.!]?"
    r"|Follow [^@\n]{2,160}@\w{2,}.*|(?:Contact|Reach|Email|E-mail) [^@\n]{2,160}\w@\w+[.-]\w.*"
)
_WATCH = re.compile(
    r"(?:Watch|See|Read|Listen|View|Learn|Hear|Take|Look|Check|Explore|Find|Get|Track|Go|Play|"
    r"iReport|Photo|Video|Gallery|Map|Interactive|Timeline|Quiz|Blog|Full|More|In Depth)\b"
    r"[^.!?»\n]{0,140}$"
)
_HEADING = re.compile(r"#{1,6}\s+(?!\d+\s)\S")
_IMAGE = re.compile(r"(?:\[?!\[[^\]\n]{0,500}\]\([^)\n]{0,2000}\)(?:\]\([^)\n]{0,2000}\))?\s*)+")
_RULE = frozenset("*-_=~•·◆■|:+ \t\xa0")
_HTML_RULE = re.compile(r"</?\w[^<>]{0,300}>")


def is_boilerplate(line: str) -> bool:
    """Whether a whole line belongs to the page around an article, not to its text.

    A line that may tell a fact ("Related companies were fined 3 million.") does not.
    """
    if len(line) <= _LONGEST and (_is_call(line) or _is_link(line)):
        return True
    return _is_mark(line)


def _is_mark(line: str) -> bool:
    """Separators, headings and pictures of Markdown, a lone HTML tag."""
    if line[0] in _RULE:
        return _RULE.issuperset(line) and sum(not c.isspace() for c in line) >= 3
    if line[0] == "#":
        return len(line) <= _LONGEST and _HEADING.match(line) is not None
    if line[0] in "![":
        return _IMAGE.fullmatch(line) is not None
    return line[0] == "<" and _HTML_RULE.fullmatch(line) is not None


def _is_link(line: str) -> bool:
    if line.lower() in _LINES or (len(line) <= _FEW and _READ_ABOUT.fullmatch(line)):
        return True
    if _LINK.fullmatch(line):
        return not _tells_more(line)
    open_end = not line.endswith((".", ".”", '."', "!"))
    return open_end and (_MORE.fullmatch(line) or _RELATED_NAME.fullmatch(line)) is not None


def _tells_more(line: str) -> bool:
    """Whether more than one sentence stands in the line: a link has one at most."""
    return len(line) > _FEW or re.search(r"[a-z\d][.!?][”\"']? [^\W\d_a-z]", line) is not None


def _is_call(line: str) -> bool:
    called = (_CALL.fullmatch(line) and _CALL_FOR.search(line)) or _FOLLOW.fullmatch(line)
    return called is not None and not _SPEECH.search(line)


def inline_boilerplate(line: str) -> Iterator[Offsets]:
    """The ranges of a line that call to watch or sign up: "… Watch the video »"."""
    if "Sign" in line or "Subscribe" in line:
        cut = max(0, len(line) - _LONGEST)
        found = _CALL_WITHIN.search(line, cut)
        if found and _CALL_FOR.search(found[0]):
            yield found.span()
    if "»" in line and "«" not in line:
        yield from _watch_links(line)
    if line.endswith("E-mail to a friend"):
        yield len(line) - len("E-mail to a friend"), len(line)


def _watch_links(line: str) -> Iterator[Offsets]:
    done = 0
    for mark in re.finditer("»", line):
        begin = max(done, mark.start() - 150)
        stops = [s.end() for s in re.finditer(r"[.!?][”\"']?\s+", line[begin : mark.start()])]
        start = begin + (stops[-1] if stops else 0)
        if (stops or begin in (0, done)) and _WATCH.match(line[start : mark.start()].lstrip()):
            yield start, mark.end()
        done = mark.end()
