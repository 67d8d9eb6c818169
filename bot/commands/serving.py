"""The commands that answer others: on Discord, in a browser, and to assistants."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from bot.options import FOUND, Run, common, say

if TYPE_CHECKING:
    from retrieval import Library


@click.command()
@common
def discord(run: Run) -> int:
    """Answer on Discord until told to stop with SIGTERM or Ctrl-C.

    The bot's token is read from QUOTH_DISCORD__TOKEN, in the environment or in .env.
    """
    settings = run.loaded.settings
    token = settings.discord.token
    if token is None:
        raise click.UsageError(
            "The Discord bot has no token: make a bot at "
            "https://discord.com/developers/applications and put its token into "
            "QUOTH_DISCORD__TOKEN, in the environment or in .env."
        )
    from bot.discord import running
    from bot.service.logs import set_up

    secrets = [each.get_secret_value() for each in (token, settings.milvus.token) if each]
    set_up(settings.discord.log_format, secrets, running.TOKENS_AFTER)
    with run.library() as library:
        if not library.exists():
            logging.getLogger(__name__).warning(
                "there are no articles in %s yet: add some with `quoth index PATH…` here, or "
                "with /quoth add on Discord",
                settings.data_dir,
            )
        running.run(settings, library)
    return FOUND


@click.command()
@common
def mcp(run: Run) -> int:
    """Answer an assistant that speaks the Model Context Protocol, until it hangs up.

    The assistant starts this itself, and talks to it on standard input and output.
    """
    with _extra("mcp"):
        from bot.mcp import running

    if sys.stdin.isatty():
        say("An assistant starts this by itself (docs/serve.md tells how). Ctrl-C ends it.")
    with run.library() as library:
        _say_if_empty(run, library)
        running.run(run.loaded.settings, library)
    return FOUND


@click.command()
@click.option("--host", help="Address to listen at; 0.0.0.0 lets the network ask, too.")
@click.option("--port", type=click.IntRange(0, 65_535), help="Port; 0 is any that is free.")
@common
def serve(run: Run, host: str | None, port: int | None) -> int:
    """Give a page to ask, and the same as JSON by HTTP, until SIGTERM or Ctrl-C."""
    with _extra("serve"):
        from bot.web import running

    settings = run.loaded.settings
    at = (host or settings.serve.host, settings.serve.port if port is None else port)
    with run.library() as library:
        _say_if_empty(run, library)
        running.run(settings, library, *at, say)
    return FOUND


@contextmanager
def _extra(name: str) -> Iterator[None]:
    """Import what only some need, or say how it is installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] in ("bot", "retrieval"):
            raise
        raise click.UsageError(
            f'quoth {name} needs what isn\'t installed ({error.name}): pip install ".[{name}]"'
        ) from error


def _say_if_empty(run: Run, library: Library) -> None:
    if not library.exists():
        say(f"There is no index in {run.loaded.settings.data_dir} yet: quoth index PATH makes one.")
