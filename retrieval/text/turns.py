"""Questions that a text asks and answers itself: interviews, explainers."""

from __future__ import annotations

import re

LONGEST = 300
"""Characters of the longest line that is taken for a question."""

_ASKS = re.compile(r"[?؟？][\"'”’»)\]*_]{0,3}\s*$")


def question_before(text: str, start: int) -> str:
    """Give the line above the paragraph that a sentence is in, if that line asks something.

    ``start`` is where the sentence begins. What is said below tells less without it: "In 1962".
    """
    above = text[max(start - 4 * LONGEST, 0) : start].splitlines(keepends=True)
    if above and above[-1] == above[-1].rstrip("\r\n\u2028\u2029"):
        above.pop()  # the paragraph's own beginning
    line = next((line.strip() for line in reversed(above) if line.strip()), "")
    return line if len(line) <= LONGEST and _ASKS.search(line) else ""
