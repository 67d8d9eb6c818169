"""The addresses: a page to ask and one to read, and the same as JSON under /api."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Collection
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from bot import jsonable, shapes
from bot.complaints import complaint
from bot.service import local
from bot.service.desk import Busy
from bot.service.places import library_of
from bot.service.questions import Answered
from bot.service.refusals import NothingToAsk, Refusal, TooOften
from bot.service.services import Services
from bot.web import asked, page, reading
from bot.web.guard import Guard
from retrieval.errors import LibraryMissing, QuestionError, QuothError

KEY = "Quoth-Key"
NO_PARAMETER = "is no parameter of this address: /api/openapi.json tells which it takes"
STATIC = Path(__file__).with_name("static")
ABOUT = """\
Answers questions over the articles of this machine, with quotes word for word: a quote's `text` is
the article's text from `start` to `end`, counted in Unicode code points. The objects are those that
`quoth ask --json` and its like print."""

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"model": shapes.Problem, "description": "A parameter is given twice: `error` names it"},
    422: {"model": shapes.Problem, "description": "It can't be asked so: `error` tells why"},
    429: {"model": shapes.Problem, "description": "Asked too much at once: see Retry-After"},
    503: {"model": shapes.Problem, "description": "Too busy, or there are no articles yet"},
}
_NOT_FOUND: dict[int | str, dict[str, Any]] = {
    404: {"model": shapes.Problem, "description": "There is no article with this id"},
}
_KEPT: dict[int | str, dict[str, Any]] = {
    200: {
        "headers": {
            KEY: {
                "description": "What `after` takes to go on from this reply; gone in a day",
                "schema": {"type": "string"},
            }
        }
    }
}


def app_of(services: Services, names: Collection[str] = ()) -> ASGIApp:
    """The application that answers by HTTP; ``names`` are as ``Guard`` takes them."""
    app = FastAPI(
        title="Quoth",
        version=version("quoth"),
        description=ABOUT,
        docs_url=None,  # their pages load scripts from elsewhere
        redoc_url=None,
        openapi_url="/api/openapi.json",
        dependencies=[Depends(_once)],
    )
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    _add_api(app, services)
    _add_pages(app, services)
    _add_errors(app, services)
    return Guard(app, names)  # around all of it, its own errors too


def _add_api(app: FastAPI, services: Services) -> None:
    @app.get("/api/ask", response_model=shapes.Reply, responses=_PROBLEMS | _KEPT)
    async def ask(request: Request, given: Annotated[asked.Ask, Query()]) -> Response:
        """Answer a question with quotes; `found` is false where the articles hold no answer."""
        answered = await _answered(services, request, given)
        headers = {KEY: answered.key} if answered.key else None
        return _json(jsonable.reply(answered.reply), headers)

    @app.get("/api/search", response_model=shapes.SearchResult, responses=_PROBLEMS)
    async def search(request: Request, given: Annotated[asked.Search, Query()]) -> Response:
        """Find the passages that fit best, ranked, with each score."""
        result = await local.find(
            services,
            given.question,
            given.count,
            given.filters(),
            any_date=given.any_date,
            user=_user(request),
        )
        return _json(jsonable.search(result))

    @app.get("/api/articles", response_model=shapes.Pages, responses=_PROBLEMS)
    async def articles(given: Annotated[asked.Pages, Query()]) -> Response:
        """List the articles, the newest first and undated ones last."""
        filters = given.filters()
        return _json(await local.listed(services, filters, given.title, given.offset, given.limit))

    @app.get(
        "/api/articles/{id:path}", response_model=shapes.Reading, responses=_PROBLEMS | _NOT_FOUND
    )
    async def read(id: str, given: Annotated[asked.Read, Query()]) -> Response:
        """Give an article's text, or a stretch of it: 100,000 characters at most."""
        return _json(await local.read(services, id, given.start, given.end, local.MOST_READ))


def _add_pages(app: FastAPI, services: Services) -> None:
    @app.get("/", include_in_schema=False)
    async def ask_page(request: Request, given: Annotated[asked.Typed, Query()]) -> Response:
        about = await services.looked_up(page.about, library_of(services, None))
        if not given.question:
            return HTMLResponse(page.blank(about, given))
        try:
            answered = await _answered(services, request, given)
        except Exception as error:
            told = local.told(error, "a question", services)
            return HTMLResponse(page.refused(about, given, told), _status(error), _waiting(error))
        return HTMLResponse(page.answered(about, given, answered))

    @app.get("/articles/{id:path}", include_in_schema=False)
    async def article(
        request: Request, id: str, given: Annotated[asked.Opened, Query()]
    ) -> Response:
        found = await local.article(services, id)
        back = reading.back_to(request.headers.get("referer"), request.headers["host"])
        return HTMLResponse(reading.page(found, given, back))


def _add_errors(app: FastAPI, services: Services) -> None:
    async def told(request: Request, error: Exception) -> Response:
        return _problem(
            request,
            _status(error),
            local.told(error, f"{request.method} {request.url.path}", services),
            _waiting(error),
        )

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return _problem(request, 422, "; ".join(map(_complaint, error.errors())))

    async def no_address(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return _problem(request, error.status_code, f"{error.detail}.", error.headers)

    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, no_address)
    app.add_exception_handler(QuothError, told)
    app.add_exception_handler(Exception, told)


async def _once(request: Request) -> None:
    """Refuse a parameter that is given twice: of two filters one would go unheard."""
    names = Counter(name for name, _ in request.query_params.multi_items())
    for name, times in names.items():
        if times > 1:
            raise HTTPException(400, f"{name!r} is given {times} times: give it once")


async def _answered(services: Services, request: Request, given: asked.Ask) -> Answered:
    return await local.ask(
        services,
        given.question,
        given.filters(),
        any_date=given.any_date,
        after=given.after,
        user=_user(request),
    )


def _user(request: Request) -> int:
    """Who asks, as far as can be told: their machine."""
    return zlib.crc32(request.client.host.encode()) if request.client else 0


def _json(value: object, headers: dict[str, str] | None = None) -> Response:
    return Response(jsonable.dumps(value) + "\n", media_type="application/json", headers=headers)


def _problem(request: Request, status: int, words: str, headers: Any = None) -> Response:
    if request.url.path.startswith("/api/"):
        problem: shapes.Problem = {"error": words}
        return Response(
            jsonable.dumps(problem) + "\n", status, headers, media_type="application/json"
        )
    return HTMLResponse(page.problem(words), status, headers)


def _status(error: Exception) -> int:
    if isinstance(error, local.NoSuchArticle):
        return 404
    if isinstance(error, TooOften):
        return 429
    if isinstance(error, Busy | NothingToAsk | LibraryMissing):
        return 503
    return 422 if isinstance(error, Refusal | QuestionError) else 500


def _waiting(error: Exception) -> dict[str, str] | None:
    seconds = error.seconds if isinstance(error, TooOften) else 1
    return {"Retry-After": str(seconds)} if isinstance(error, TooOften | Busy) else None


def _complaint(error: Any) -> str:
    """What is wrong with a parameter, named."""
    name = ".".join(str(part) for part in error["loc"][1:])
    unknown = error["type"] == "extra_forbidden"
    return f"{name!r} {NO_PARAMETER if unknown else complaint(error)}"
