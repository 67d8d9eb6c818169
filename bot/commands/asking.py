"""Commands that ask the index."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import click

from bot.options import FOUND, NOTHING, Run, common, dates_as_words, emit, explain, narrowing

if TYPE_CHECKING:
    from retrieval import Library
    from retrieval.types import Filters


def _joined(ctx: click.Context, param: click.Parameter, words: tuple[str, ...]) -> str:
    """The question, which needs no quotation marks."""
    return " ".join(words)


@click.command()
@click.argument("question", nargs=-1, required=True, callback=_joined, metavar="QUESTION")
@narrowing
@dates_as_words
@common
def ask(run: Run, question: str, filters: Filters, any_date: bool) -> int:
    """Answer QUESTION with quotes from the articles.

    QUESTION needs no quotation marks, but for what the shell takes for itself.

    With - questions are read from standard input, one a line, and one JSON object a line is
    printed, in order, and the exit status is 0; else it is 1 when no answer was found.
    """
    from bot import jsonable, render
    from retrieval import Question

    asked = partial(Question, filters=filters, any_date=any_date)
    with run.library() as library:
        if question == "-":
            return _each(library, lambda line: jsonable.reply(library.ask(asked(line))))
        reply = library.ask(asked(question))
    run.show(jsonable.reply(reply), lambda: render.reply(reply))
    return FOUND if reply.found else NOTHING


@click.command()
@click.argument("question", nargs=-1, required=True, callback=_joined, metavar="QUESTION")
@click.option("-k", "count", type=click.IntRange(1, 1000), help="Passages to show.")
@narrowing
@dates_as_words
@common
def search(run: Run, question: str, count: int | None, filters: Filters, any_date: bool) -> int:
    """Show the passages that QUESTION finds, ranked, with each score.

    With - questions are read from standard input as for ask.
    """
    from bot import jsonable, render
    from retrieval import Question

    asked = partial(Question, filters=filters, any_date=any_date)
    k = count or run.loaded.settings.search.results
    with run.library() as library:
        if question == "-":
            return _each(library, lambda line: jsonable.search(library.search(asked(line), k)))
        result = library.search(asked(question), k)
    run.show(jsonable.search(result), lambda: render.search(result))
    return FOUND if result.hits else NOTHING


@click.command()
@common
def repl(run: Run) -> int:
    """Ask question after question at a prompt; help lists what it understands."""
    from bot.repl import converse

    with run.library() as library:
        converse(run, library)
    return FOUND


def _each(library: Library, answer: Callable[[str], object]) -> int:
    from bot.terminal import stdin_lines

    library.status()  # a missing index is an error of the command, not of each line
    for line in stdin_lines():
        try:
            told = answer(line)
        except Exception as error:
            told = {"question": line, "error": explain(error)}
        emit(told)
    return FOUND
