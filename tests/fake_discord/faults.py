"""Ways in which Discord fails, to be planned by a test."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any


@dataclass(frozen=True, slots=True)
class Failure:
    """An answer that isn't a success: a status, Discord's code, and words."""

    status: int
    code: int = 0
    message: str = "Error"


class Refused(Exception):
    """Ends a request with that failure."""

    def __init__(self, failure: Failure, errors: list[str] | None = None) -> None:
        super().__init__(failure.message, errors)
        self.failure = failure
        self.errors = errors


UNKNOWN_INTERACTION = Failure(404, 10062, "Unknown interaction")
UNKNOWN_WEBHOOK = Failure(404, 10015, "Unknown Webhook")
INVALID_TOKEN = Failure(401, 50027, "Invalid Webhook Token")  # it has expired
UNKNOWN_MESSAGE = Failure(404, 10008, "Unknown Message")
UNKNOWN_CHANNEL = Failure(404, 10003, "Unknown Channel")
ALREADY_ACKNOWLEDGED = Failure(400, 40060, "Interaction has already been acknowledged.")
MISSING_ACCESS = Failure(403, 50001, "Missing Access")
CANNOT_SEND = Failure(403, 50007, "Cannot send messages to this user")
MISSING_PERMISSIONS = Failure(403, 50013, "Missing Permissions")
NO_HISTORY = Failure(400, 160002, "Cannot reply without permission to read message history")
ARCHIVED = Failure(400, 50083, "Thread is archived")
UNAUTHORIZED = Failure(401, 0, "401: Unauthorized")
SERVER_ERROR = Failure(500, 0, "500: Internal Server Error")
BAD_GATEWAY = Failure(502, 0, "502: Bad Gateway")


@dataclass(eq=False)
class Fault:
    """What happens to the next `times` requests whose method and path match a pattern."""

    pattern: str  # "PATCH */messages/@original"
    times: int
    failure: Failure | None = None
    retry_after: float | None = None
    everywhere: bool = False  # a global rate limit
    delay: float = 0.0
    hits: int = 0

    def takes(self, method: str, path: str) -> bool:
        if self.hits >= self.times or not fnmatchcase(f"{method} {path}", self.pattern):
            return False
        self.hits += 1
        return True

    def answer(self) -> tuple[int, dict[str, Any], dict[str, str]] | None:
        """Status, body and headers; None when the request is only delayed."""
        if self.retry_after is not None:
            body = {
                "message": "You are being rate limited.",
                "retry_after": self.retry_after,
                "global": self.everywhere,
            }
            # Without Via, discord.py takes it for a ban by Cloudflare and doesn't wait.
            headers = {"Via": "1.1 google", "Retry-After": str(self.retry_after)}
            return 429, body, headers | ({"X-RateLimit-Global": "true"} if self.everywhere else {})
        if self.failure is None:
            return None
        return self.failure.status, error_body(self.failure), {}


def error_body(failure: Failure, errors: list[str] | None = None) -> dict[str, Any]:
    body: dict[str, Any] = {"code": failure.code, "message": failure.message}
    if errors:
        body["errors"] = {"_errors": [{"code": "BASE_TYPE", "message": text} for text in errors]}
    return body
