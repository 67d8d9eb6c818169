"""Articles whose every word is known, and what must be true of a library that holds them.

An article's text follows from its number and its version, so that a quote is compared with what
was written, and not with what the library says that it holds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from retrieval.types import Article

PLACES = ("Veldmark", "Nordøy", "Çamlıbel", "Štrba", "Quarnbek", "Sainte-Ombre", "Pëllumbas")
KEEPERS = ("Oda Berg", "İlker Şahin", "Mara Novotná", "Jón Þórsson", "Élise Fauré", "Tadeusz Wolny")
LINE_ENDS = ("\n", "\r\n", "\n\n")

_HEAD = re.compile(r"Report (\d+) of station (\d+) ")


def text(number: int, version: int = 0) -> str:
    """Give the text of an article: two or three passages, with letters of several bytes."""
    place, keeper = PLACES[number % len(PLACES)], KEEPERS[number % len(KEEPERS)]
    end = LINE_ENDS[number % len(LINE_ENDS)]
    measured = 100 + number + 1000 * version
    return end.join(
        (
            f"Report {version} of station {number} came from {place} on a Monday. 🌧",
            f"Station {number} measured {measured} millimetres of rain in April.",
            f"Its keeper, {keeper}, wrote the figure into the book of the valley.",
            f"“The dam of {place} holds,” {keeper} said to the council of {place}.",
            f"In May the pumps of dam {number} ran for {number + 7} hours without a pause.",
            f"The council met the engineers of {place} twice and asked for {number + 3} new pumps.",
            "Nobody had seen so much water since the ﬂood of 1911, when two bridges were lost.",
            f"The road to {place} was closed for {number % 9 + 2} days.",
            f"A school in {place} was used as a shelter by {number + 20} people.",
            f"The next report of station {number} is expected in June.",
        )
    )


def record(number: int, version: int = 0) -> str:
    """Give an article as a line of JSON; its id is that of its number."""
    return json.dumps({"id": name(number), "text": text(number, version)})


def name(number: int) -> str:
    """Give the id of an article in a file of JSON lines, and the name of one's own file."""
    return f"station-{number}"


def named(id: str, path: str | None) -> str:
    """Give the name of an article that a library tells of: a file's own has a hash as its id."""
    return id if id.startswith("station-") else Path(path or id).stem


def question(number: int) -> str:
    """Give a question that the article of this number answers."""
    return f"How many millimetres of rain did station {number} measure?"


def write(path: Path, numbers: Iterable[int], version: int = 0) -> Path:
    """Write articles to a file of JSON lines."""
    path.write_text("\n".join(record(one, version) for one in numbers), encoding="utf-8")
    return path


def write_files(folder: Path, numbers: Iterable[int], version: int = 0) -> Path:
    """Write articles to files of their own, which are read without another process."""
    folder.mkdir(exist_ok=True)
    for number in numbers:
        path = folder / f"{name(number)}.txt"
        path.write_text(text(number, version), encoding="utf-8", newline="")
    return folder


def told_of(article: Article) -> str | None:
    """Give what is wrong with the text of an article that a library gives, None for nothing."""
    head, called = _HEAD.match(article.text), named(article.id, article.path)
    if head and called == name(int(head[2])) and article.text == text(int(head[2]), int(head[1])):
        return None
    return f"the text of {called} isn't what was written: {article.text[:60]!r}"


def quotes_of(reply: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Give all quotes of a reply as ``quoth ask --json`` prints it."""
    return [*(one for answer in reply["answers"] for one in answer["quotes"]), *reply["nearest"]]


def wrong_in(reply: Mapping[str, Any], versions: Sequence[int] = (0,)) -> list[str]:
    """Give the quotes of a printed reply that don't stand in what was written."""
    return [
        f"{quote['article']['id']} {quote['start']}–{quote['end']}: {quote['text']!r}"
        for quote in quotes_of(reply)
        if not _stands(quote, versions)
    ]


def _stands(quote: Mapping[str, Any], versions: Sequence[int]) -> bool:
    article = quote["article"]
    number = int(named(article["id"], article["path"]).rpartition("-")[2])
    start, end = quote["start"], quote["end"]
    texts = (text(number, version) for version in versions)
    if quote.get("field") == "title":
        return any(quote["text"] in " ".join(one.split()) for one in texts)
    return any(quote["text"] and one[start:end] == quote["text"] for one in texts)
