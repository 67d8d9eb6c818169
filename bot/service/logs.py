"""The log on standard error: one line an event, and no secret in it."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

_USUAL = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}
_BARE = re.compile(r"[\w.:/@+-]+", re.ASCII)
_REST_OF_SEGMENT = r"[^\s/?#\"'<>]+"


def set_up(
    fmt: Literal["text", "json"], secrets: Sequence[str], tokens_after: str | None = None
) -> None:
    """Write what this process logs, all libraries included, to standard error from INFO on.

    ``text`` is ``key=value``. Either way a traceback stays on its event's line, and ``extra=``
    adds keys. The secrets come out as ``***`` wherever they stand, and so do tokens in URLs:
    ``tokens_after`` is a pattern of the part of a path that a token follows.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(_OneLine(fmt, secrets, tokens_after))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


class _OneLine(logging.Formatter):
    """Blots out as the last thing before encoding, so that it covers all that is written."""

    def __init__(
        self, fmt: Literal["text", "json"], secrets: Sequence[str], tokens_after: str | None
    ) -> None:
        super().__init__()
        self._encode = json.dumps if fmt == "json" else _key_value
        longest_first = sorted(filter(None, secrets), key=len, reverse=True)
        after = tokens_after or "(?!)"  # which matches nowhere
        token = f"(?<=/)(?P<place>{after}){_REST_OF_SEGMENT}"
        self._secret = re.compile("|".join([*map(re.escape, longest_first), token]))

    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _message(record),
        }
        fields |= {key: str(value) for key, value in vars(record).items() if key not in _USUAL}
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        if record.stack_info:
            fields["stack"] = record.stack_info
        return self._encode({key: self._blot(value) for key, value in fields.items()})

    def _blot(self, text: str) -> str:
        return self._secret.sub(lambda found: (found["place"] or "") + "***", text)


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # wrong arguments: logging would print them, with what is secret in them
        return f"{record.msg} {record.args!r}"


def _key_value(fields: dict[str, str]) -> str:
    """JSON's strings as values where a bare word won't do: ASCII without control characters."""
    return " ".join(
        f"{key}={value if _BARE.fullmatch(value) else json.dumps(value)}"
        for key, value in fields.items()
    )
