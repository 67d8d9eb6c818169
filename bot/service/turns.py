"""Conversations: what a question may refer to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.service.kept import Kept
    from retrieval.types import Turn

TURNS_KEPT = 5
"""How many turns back a question may refer."""


def turns_after(kept: Kept) -> tuple[Turn, ...]:
    """The turns that a question after this one may refer to."""
    return (*kept.previous, kept.turn)[-TURNS_KEPT:]
