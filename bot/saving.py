"""Replies saved to a Markdown file, which is never written over: more is added at its end."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot import markdown
from bot.typed import Misunderstood
from bot.whole import plain
from retrieval.types import Reply

MARK = "<!-- Saved by Quoth, which adds to this file as long as this line is its first. -->"


def save(path: Path, replies: Sequence[Reply]) -> None:
    """Write replies to a new file, or to the end of one that was written so before.

    Raises:
        Misunderstood: nothing can be written there; the message says why.
    """
    text = "".join(f"\n{markdown.reply(one, path.parent.resolve())}" for one in replies)
    try:
        with plain(path).open("a+", encoding="utf-8", errors="replace") as file:
            file.seek(0)
            first = file.readline()
            if first and first.strip() != MARK:
                raise Misunderstood(
                    f"{path} is there already, and Quoth didn't write it: name another file."
                )
            file.write(text if first else f"{MARK}\n{text}")
    except FileNotFoundError:
        raise Misunderstood(
            f"There is no folder {path.parent}: make it, or name another."
        ) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise Misunderstood(f"Can't write to {path} ({reason}): name another file.") from None
