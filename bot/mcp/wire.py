"""Between the client and the SDK: what both say passes through here, a line at a time.

The SDK says nothing to a line that it can't read, and the client may wait for ever. It is answered
here, so that each line goes out whole whoever says it.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import BinaryIO

from mcp.types import (
    INVALID_REQUEST,
    PARSE_ERROR,
    ErrorData,
    JSONRPCError,
    RequestId,
    jsonrpc_message_adapter,
)
from pydantic import ValidationError


@contextmanager
def passed_on() -> Iterator[Callable[[], None]]:
    """Have standard input and output pass through here; give what ends the input.

    The SDK reads it in a thread, which a signal doesn't wake and the process would wait for.
    """
    heard, (ours, theirs) = os.dup(0), socket.socketpair()
    said, (listening, speaking) = os.fdopen(os.dup(1), "wb"), socket.socketpair()
    os.dup2(theirs.fileno(), 0)
    os.dup2(speaking.fileno(), 1)
    theirs.close()

    def hang_up() -> None:
        with suppress(OSError):
            ours.shutdown(socket.SHUT_WR)

    def hear() -> None:
        try:
            with suppress(OSError), os.fdopen(heard, encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    if answer := refusal(line):
                        _say(said, answer.encode() + b"\n")
                    else:
                        ours.sendall(line.encode())
        finally:
            hang_up()

    def speak() -> None:
        with suppress(OSError), listening, listening.makefile("rb") as lines:
            for line in lines:
                _say(said, line)

    Thread(target=hear, name="hearing", daemon=True).start()
    speaker = Thread(target=speak, name="speaking", daemon=True)
    speaker.start()
    try:
        yield hang_up
    finally:
        os.dup2(said.fileno(), 1)
        with suppress(OSError):
            speaking.shutdown(socket.SHUT_WR)  # the SDK keeps a descriptor of it open
        speaker.join()


def _say(said: BinaryIO, line: bytes) -> None:
    said.write(line)  # of several threads one waits for the other
    said.flush()


def refusal(line: str) -> str | None:
    """The answer to a line that is no message of JSON-RPC; None for one that is, or is empty."""
    try:
        jsonrpc_message_adapter.validate_json(line)
    except ValidationError as error:
        if not line.strip():
            return None
        return _answer(line, error)
    return None


def _answer(line: str, error: ValidationError) -> str:
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        why = f"this line is no JSON ({first['ctx']['error']}): write each message in a line"
        return _error(None, PARSE_ERROR, why)
    told = json.loads(line)
    id = told.get("id") if isinstance(told, dict) else None
    known = id if isinstance(id, str) or type(id) is int else None
    why = 'this is no message of JSON-RPC: write "jsonrpc": "2.0", id, method, params (an object)'
    return _error(known, INVALID_REQUEST, why)


def _error(id: RequestId | None, code: int, message: str) -> str:
    error = ErrorData(code=code, message=message)
    return JSONRPCError(jsonrpc="2.0", id=id, error=error).model_dump_json(exclude_unset=True)
