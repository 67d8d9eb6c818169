"""The options that commands share, and what they become."""

from __future__ import annotations

import functools
import sys
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec

import click

from bot import interrupts
from bot.days import Edge, parse_day

if TYPE_CHECKING:
    from rich.console import RenderableType

    from bot.layers import Loaded
    from retrieval import Library, LibraryConfig
    from retrieval.encoder.on_ray import RayPool
    from retrieval.engines import Engine
    from retrieval.types import Filters
    from retrieval.web.visiting import Web

FOUND, NOTHING, FAILED, INTERRUPTED = 0, 1, 2, interrupts.STATUS
_DEBUG = "quoth.debug"
_P = ParamSpec("_P")


def _day_option(
    edge: Edge,
) -> Callable[[click.Context, click.Parameter, str | None], date | None]:
    def convert(ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:
        try:
            return None if value is None else parse_day(value, edge)
        except ValueError as error:
            raise click.BadParameter(str(error), ctx, param) from None

    return convert


@dataclass(frozen=True, slots=True)
class Run:
    """What one command was started with."""

    loaded: Loaded
    as_json: bool

    def library(self) -> Library:
        """The library of the settings, not yet loaded: use it in a ``with`` statement."""
        from retrieval import Library

        settings = self.loaded.settings
        return Library.open(
            settings.data_dir,
            collection=settings.collection,
            config=self.config(),
            database=settings.database_url,
            index=self.engine(settings.data_dir),
        )

    def engine(self, folder: Path) -> Engine | None:
        """What searches the index of a folder, as the settings say; None: the engine that ships."""
        settings = self.loaded.settings
        if settings.engine == "local":
            return None
        from retrieval.engines.milvus import MilvusEngine

        uri, token = settings.milvus.uri or str(folder / "milvus.db"), settings.milvus.token
        return MilvusEngine(uri, folder, token.get_secret_value() if token else "")

    def config(self) -> LibraryConfig:
        """How the settings say that articles are cut and questions are answered."""
        from retrieval import LibraryConfig

        settings = self.loaded.settings
        return LibraryConfig(
            model=settings.model,
            **settings.index.model_dump(),
            **settings.answer.model_dump(),
        )

    def web(self) -> Web:
        """What visits addresses, as the settings say: use it in a ``with`` statement."""
        from retrieval.web.visiting import Web, WebConfig

        return Web(WebConfig(**self.loaded.settings.web.model_dump()))

    def ray(self, address: str) -> RayPool:
        """The encoders of a Ray cluster: use it in a ``with`` statement."""
        from retrieval.encoder.on_ray import RayPool

        return RayPool(address, self.loaded.settings.model)

    def show(
        self,
        value: object,
        rendered: Callable[[], RenderableType],
        *,
        paged_at: str | None = None,
    ) -> None:
        """Print ``value`` as one line of JSON if asked to, else what is rendered.

        ``paged_at`` uses the pager when it is longer than the terminal is high, opened at the
        first line that begins so.
        """
        from bot.terminal import console, page, show

        if self.as_json:
            emit(value)
        elif paged_at is not None:
            page(console(), rendered(), paged_at)
        else:
            show(console(), rendered())


def emit(value: object) -> None:
    """Print ``value`` as one line of JSON, in UTF-8 whatever the terminal, and flush."""
    from bot.jsonable import dumps

    click.echo(dumps(value).encode("utf-8"))


def say(message: str) -> None:
    """Print a message on standard error, harmless to the terminal."""
    from bot.terminal import clean

    sys.stdout.flush()
    for line in message.split("\n"):
        click.echo(clean(line), err=True)


def explain(error: Exception) -> str:
    """The one line that tells a person what went wrong; --debug prints the traceback too."""
    from retrieval.errors import QuothError, shortage

    context = click.get_current_context(silent=True)
    if context is not None and context.meta.get(_DEBUG):
        traceback.print_exception(error)
    if isinstance(error, QuothError):
        return str(error)
    if lacking := shortage(error):
        return lacking
    return f"unexpected {type(error).__name__}: {error} (--debug shows where)"


def common(command: Callable[Concatenate[Run, _P], int]) -> Callable[..., int]:
    """Give a command the options that all have, and a ``Run`` made of them."""

    @click.option("--data-dir", type=click.Path(path_type=Path), help="Folder of the index.")
    @click.option("--collection", help="Collection to index into and ask.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
    @click.option("--config", type=click.Path(path_type=Path), help="Settings file to read.")
    @click.option("--debug", is_flag=True, help="Show where an error comes from.")
    @functools.wraps(command)
    def wrapper(*args: _P.args, **kwargs: _P.kwargs) -> int:
        from bot.layers import DOTENV, load

        given = {name: kwargs.pop(name) for name in ("data_dir", "collection")}
        config, as_json, debug = (kwargs.pop(name) for name in ("config", "as_json", "debug"))
        click.get_current_context().meta[_DEBUG] = debug
        path = config if isinstance(config, Path) else None
        loaded = load(given, config=path)
        _require_text([*args, *kwargs.values()])
        if loaded.sources["model"].startswith(DOTENV):
            say(f"quoth: the model {loaded.settings.model!r} is named by .env in this folder")
        if loaded.sources["milvus.uri"].startswith(DOTENV) and loaded.settings.engine == "milvus":
            say(f"quoth: Milvus at {loaded.settings.milvus.uri} is named by .env in this folder")
        return command(Run(loaded, bool(as_json)), *args, **kwargs)

    return wrapper


def _require_text(given: Iterable[object]) -> None:
    """Refuse words that aren't UTF-8; a path may be of any bytes."""
    for value in given:
        for word in value if isinstance(value, tuple) else (value,):
            if isinstance(word, str) and any("\ud800" <= char <= "\udfff" for char in word):
                raise click.UsageError(f"{word!r} isn't UTF-8: type it in UTF-8.")


dates_as_words = click.option(
    "--any-date", is_flag=True, help="Take a date in the question as words, not as a filter."
)


def narrowing(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options that narrow what is asked, as ``filters``."""

    @click.option(
        "--since",
        metavar="DATE",
        callback=_day_option("first"),
        help='Published on or after DATE: 2022, 2022-04, 2022-04-06 or words: "last week".',
    )
    @click.option(
        "--until", metavar="DATE", callback=_day_option("last"), help="Published on or before DATE."
    )
    @click.option("--publisher", help="Published by this one, however it is spelled.")
    @click.option("--path", help="Part of the article's path, or a glob.")
    @click.option("--undated", is_flag=True, help="Let undated articles pass a date filter.")
    @functools.wraps(command)
    def wrapper(
        *args: object,
        since: date | None,
        until: date | None,
        publisher: str | None,
        path: str | None,
        undated: bool,
        **kwargs: object,
    ) -> int:
        _require_text([publisher, path])
        filters = make_filters(since, until, publisher, path, undated)
        return command(*args, filters=filters, **kwargs)

    return wrapper


def make_filters(
    since: date | None, until: date | None, publisher: str | None, path: str | None, undated: bool
) -> Filters:
    """The filters, or a usage error when no date can lie between ``since`` and ``until``."""
    from retrieval.types import Filters

    if since and until and since > until:
        raise click.UsageError(f"--since {since} is after --until {until}: nothing lies between.")
    return Filters(since, until, publisher, path, undated)
