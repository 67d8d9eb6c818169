"""What ``--json`` prints: plain values in the shapes that other programs rely on."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from bot import shapes, view
from retrieval.types import Answer, Article, Hit, IndexReport, Quote, Reply, SearchResult

_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What UTF-8 can't hold, or what would steer a terminal or turn the line around."""


def dumps(value: object) -> str:
    """``value`` as one line of JSON that any UTF-8 stream can hold and any terminal show.

    Raises:
        TypeError: a value that is neither plain nor a date or path.
    """
    text = json.dumps(value, ensure_ascii=False, default=_plain)
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def article(value: Article) -> shapes.Article:
    """An article without its text."""
    return {
        "id": value.id,
        "title": value.title,
        "publisher": value.publisher,
        "published": value.published.isoformat() if value.published else None,
        "language": value.language,
        "url": value.url,
        "path": value.path,
    }


def quote(value: Quote) -> shapes.Quote:
    """A quote: ``text`` is the article's text from ``start`` to ``end``, word for word.

    One of the title says so in ``field``.
    """
    span = value.answer
    told: shapes.Quote = {
        "article": article(value.article),
        "start": value.start,
        "end": value.end,
        "text": value.text,
        "answer": None
        if span is None
        else {"start": span.start, "end": span.end, "text": value.whole[span.start : span.end]},
        "also_in": [article(other) for other in value.also_in],
    }
    if value.field == "title":
        told["field"] = value.field
    return told


def reply(value: Reply) -> shapes.Reply:
    """What ``quoth ask --json`` prints: the answers in the order in which people see them."""
    told: shapes.Reply = {
        "question": value.question,
        "understood_as": value.understood_as,
        "found": value.found,
        "answers": [_answer(one) for one in view.answers(value)],
        "nearest": [quote(one) for one in value.nearest],
        "elapsed_ms": round(value.elapsed_ms, 1),
    }
    if value.undated:
        told["undated_left_out"] = value.undated
    if value.changed:
        told["changed_left_out"] = [*value.changed]
    if value.none_passed:
        told["none_passed"] = True
    return told


def search(value: SearchResult) -> shapes.SearchResult:
    """What ``quoth search --json`` prints."""
    told: shapes.SearchResult = {
        "question": value.question,
        "hits": [_hit(one) for one in value.hits],
        "elapsed_ms": round(value.elapsed_ms, 1),
    }
    if value.changed:
        told["changed_left_out"] = [*value.changed]
    return told


def report(value: IndexReport) -> dict[str, Any]:
    """What ``quoth index --json`` prints."""
    return asdict(value)


def _answer(value: Answer) -> shapes.Answer:
    return {
        "kind": value.kind,
        "text": value.text,
        "probability": float(value.probability),
        "quotes": [quote(one) for one in value.quotes],
    }


def _hit(value: Hit) -> shapes.Hit:
    return {
        "rank": value.rank,
        "article": article(value.article),
        "start": value.passage.start,
        "end": value.passage.end,
        "text": value.text,
        "scores": {
            "fused": float(value.scores.fused),
            "dense": _number(value.scores.dense),
            "lexical": _number(value.scores.lexical),
            "reader": _number(value.scores.reader),
        },
    }


def _number(score: float | None) -> float | None:
    """A score as a plain number; numpy's isn't one."""
    return None if score is None else float(score)


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no shape in JSON")
