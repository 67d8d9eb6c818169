"""The command line: ``quoth``. Every error ends here, as one message and an exit status."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from typing import Any

import click

from bot.commands import (
    asking,
    evaluating,
    feedback,
    indexing,
    inspecting,
    keeping,
    serving,
    watching,
)
from bot.interrupts import begin, heard
from bot.options import FAILED, INTERRUPTED, explain, say
from bot.output import OutputLost, discard_output, open_output

_PIPE_CLOSED = 141


class _Quoth(click.Group):
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line, and say where an option goes that stands before its command."""
        given = [*args]
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            option = error.option_name
            if not any(_has(command, option) for command in self.commands.values()):
                raise
            command = next((word for word in given if word in self.commands), "COMMAND")
            raise click.UsageError(
                f"{option} goes behind the command: quoth {command} … {option} …", ctx
            ) from None

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, and end with its exit status."""
        try:
            status = self._status(ctx)
        except BrokenPipeError as error:
            status = _without_output(error)
        ctx.exit(status)

    def _status(self, ctx: click.Context) -> Any:
        try:
            with heard():
                status = super().invoke(ctx)
                sys.stdout.flush()
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except KeyboardInterrupt:
            return INTERRUPTED
        except Exception as error:
            say(f"quoth: {explain(error)}")
            return FAILED
        return status


@click.group(cls=_Quoth, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="quoth")
def cli() -> None:
    """Answers questions over a folder of articles, with quotes word for word, offline.

    Exit status: 0 answered or done, 1 nothing found, 2 an error.
    """


def _has(command: click.Command, option: str) -> bool:
    return any(option in one.opts for one in command.params)


for _command in (
    indexing.index,
    watching.watch,
    asking.ask,
    asking.search,
    asking.repl,
    inspecting.articles,
    inspecting.show,
    indexing.remove,
    inspecting.status,
    inspecting.config,
    inspecting.check,
    keeping.backup,
    keeping.restore,
    keeping.export,
    keeping.import_,
    evaluating.evaluate,
    serving.serve,
    serving.discord,
    serving.mcp,
    feedback.feedback,
):
    cli.add_command(_command)


def main() -> None:
    """Run the command that the command line tells, and end with its status."""
    begin()
    logging.basicConfig(level=logging.WARNING, format="quoth: %(message)s")
    open_output()
    try:
        cli(prog_name="quoth")
    except OutputLost as error:  # no command was run: it was --help or --version
        sys.exit(_without_output(error))


def _without_output(error: BrokenPipeError) -> int:
    """End without standard output: quietly where whoever read it has left."""
    discard_output()
    if not isinstance(error, OutputLost):
        return _PIPE_CLOSED
    with suppress(OSError):  # where standard error is no better
        say(
            f"quoth: can't write to standard output ({error.strerror}): send it to a file or a "
            "program that takes it all"
        )
    return FAILED
