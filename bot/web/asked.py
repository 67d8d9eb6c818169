"""What may be asked by HTTP: the parameters of each address, and what is wrong with some."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.service import local
from bot.service.questions import narrowed
from retrieval.types import Filters

After = Annotated[
    str | None, Field(description="the Quoth-Key of the reply that the question goes on from")
]


class _Given(BaseModel):
    """A parameter that isn't known is an error: a misspelt filter would let everything through."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Narrowing(_Given):
    """Which articles may answer."""

    since: local.Since = None
    until: local.Until = None
    publisher: local.Publisher = None
    path: local.Path = None
    undated: local.Undated = False

    def filters(self) -> Filters:
        """Give the filters. Raises Refusal."""
        return narrowed(self.since, self.until, self.publisher, self.path, self.undated)


class Search(Narrowing):
    """A search for passages."""

    question: local.QuestionText
    count: local.Count = 10
    any_date: local.AnyDate = False


class Ask(Narrowing):
    """A question, which may go on from another one."""

    question: local.QuestionText
    any_date: local.AnyDate = False
    after: After = None


class Typed(Ask):
    """What is typed into the page; nothing at first."""

    question: str = ""

    @property
    def narrows(self) -> bool:
        """Tell whether only some articles are asked."""
        return bool(self.since or self.until or self.publisher or self.path) or self.undated


class Pages(Narrowing):
    """Some of the list of articles."""

    title: local.Title = None
    offset: local.Offset = 0
    limit: local.Limit = 50


class Read(_Given):
    """A stretch of an article."""

    start: local.Start = 0
    end: local.End = None


class Opened(_Given):
    """An article in the browser: at a quote, which is marked, or from ``at`` on."""

    start: Annotated[int, Field(ge=0)] = 0
    end: Annotated[int, Field(ge=0)] = 0
    field: Literal["text", "title"] = "text"
    at: Annotated[int | None, Field(ge=0)] = None
