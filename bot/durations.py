"""Stretches of time as people type them: 90s, 10m, 1h30m, 1d."""

from __future__ import annotations

import re
from datetime import timedelta

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_PART = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)\s*([smhd])\s*", re.I)
_WHOLE = re.compile(rf"(?:{_PART.pattern})+", re.I)


def parse_duration(text: str) -> timedelta:
    """The time that ``90s``, ``10m``, ``1h30m`` or ``1d`` means.

    Raises:
        ValueError: with a message for the person who typed it.
    """
    if not _WHOLE.fullmatch(text.strip()):
        raise ValueError(f"{text!r} is no stretch of time: write it like 90s, 10m, 1h or 1d")
    parts = ((_UNITS[unit.lower()], float(many)) for many, unit in _PART.findall(text))
    return sum((timedelta(**{unit: many}) for unit, many in parts), timedelta())
