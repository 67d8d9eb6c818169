"""A kept reply and a vote on it, and how they stand in rows of the file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from retrieval.store.base import Connection
from retrieval.types import Filters, Turn

COLUMNS = (
    'key, guild, channel, "user", private, question, filters, previous, reply, turn, generation, '
    "asked"
)
"""The columns of ``replies`` that ``read`` takes."""

NOBODY = -1
"""A tenant that there isn't."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A question and the reply it got (``stored.load`` reads that). ``private``: only for
    ``user``; ``tenant`` is None where somebody asked for themselves alone."""

    key: str
    tenant: int | None
    channel: int
    user: int
    private: bool
    question: str
    filters: Filters
    previous: tuple[Turn, ...]
    reply: str
    turn: Turn
    generation: int
    asked: datetime


@dataclass(frozen=True, slots=True)
class Feedback:
    """One person's vote on a reply."""

    up: bool
    voted: datetime
    kept: Kept


def packed(turn: Turn) -> str:
    """A turn as the text of a column."""
    typed = [[turn.typed]] if turn.typed not in ("", turn.question) else []
    return json.dumps([turn.question, *turn.answers, turn.articles, *typed])


def _turn(values: Sequence[Any]) -> Turn:
    lists = [value for value in values if isinstance(value, list)]  # the first rows have none
    answers = (value for value in values[1:] if isinstance(value, str))
    articles = lists[0] if lists else ()
    typed = lists[1][0] if len(lists) > 1 else values[0]
    return Turn(values[0], tuple(answers), tuple(articles), typed)


def link(db: Connection, tenant: int | None, turn: Turn) -> object:
    """The key of the reply that a turn was, so that it is forgotten with it; else the turn."""
    text = packed(turn)
    sql = (
        "SELECT key FROM replies WHERE turn = ? AND coalesce(guild, ?) = ? ORDER BY id DESC LIMIT 1"
    )
    asker = NOBODY if tenant is None else tenant
    row = db.execute(sql, (text, NOBODY, asker)).fetchone()
    return row[0] if row else json.loads(text)


def _linked(db: Connection, links: Sequence[Any]) -> Iterator[Turn]:
    for link in links:
        if isinstance(link, list):
            yield _turn(link)
        elif row := db.execute("SELECT turn FROM replies WHERE key = ?", (link,)).fetchone():
            yield _turn(json.loads(row[0]))


def read(db: Connection, row: Sequence[Any]) -> Kept:
    """The reply of a row of COLUMNS."""
    key, tenant, channel, user, private, question, filters, previous, reply, turn, *rest = row
    generation, asked = rest
    return Kept(
        key,
        tenant,
        channel,
        user,
        bool(private),
        json.loads(question),
        _filters(json.loads(filters)),
        tuple(_linked(db, json.loads(previous))),
        reply,
        _turn(json.loads(turn)),
        generation,
        datetime.fromisoformat(asked),
    )


def _filters(values: dict[str, Any]) -> Filters:
    days = {name: date.fromisoformat(values[name]) for name in ("since", "until") if values[name]}
    return Filters(**(values | days))
