"""What a person on Discord is told of an error."""

from __future__ import annotations

import pytest

from bot.discord.errors import told
from bot.service.desk import Crowded
from bot.service.health import Metrics


@pytest.mark.parametrize(
    ("tenant", "said"),
    [(1, "This server has 2 questions"), (None, "People outside of servers have 2 questions")],
)
def test_too_many_questions_are_those_of_the_server_or_of_people_outside(
    tenant: int | None, said: str
) -> None:
    told_of = told(Crowded(tenant, 2), "/ask", Metrics())
    assert told_of == f"{said} waiting already: ask again in a moment."
