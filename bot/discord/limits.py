"""What Discord allows at most: the numbers that we rely on, and how they are counted.

Lengths are counted in UTF-16 units, the stricter of the readings of "characters".
"""

from __future__ import annotations

from itertools import accumulate, takewhile

TEXT = 4000
"""Of all texts of one message."""
COMPONENTS = 40
"""Of one message, those within others counted."""
URL = 2048

BUTTONS = 5
"""In one row."""
LABEL = 80
CUSTOM_ID = 100
MODAL_TITLE = 45

CHOICES = 25
CHOICE_NAME = 100


def units(text: str) -> int:
    """Give the length of a text in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, most: int) -> str:
    """Give a text in at most ``most`` units (one or more), with "…" at its end if it is cut.

    It is cut between words, within one only where that is the first.
    """
    if units(text) <= most:
        return text
    sizes = accumulate(map(units, text[:most]))
    end = sum(1 for _ in takewhile(lambda size: size < most, sizes))
    word = text.rfind(" ", 0, end + 1)
    return text[: word if word > 0 else end].rstrip() + "…"
