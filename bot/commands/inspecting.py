"""Commands that only look: at the articles, the index and the settings."""

from __future__ import annotations

from dataclasses import asdict

import click

from bot.options import FOUND, NOTHING, Run, common


@click.command()
@common
def articles(run: Run) -> int:
    """List the articles in the index, the newest first and undated ones last."""
    from bot import jsonable, render, view

    with run.library() as library:
        found = view.newest_first(library.articles())
    run.show({"articles": [jsonable.article(one) for one in found]}, lambda: render.articles(found))
    return FOUND


@click.command()
@click.argument("id")
@common
def show(run: Run, id: str) -> int:
    """Show the whole article with this ID, as it is stored."""
    from bot import jsonable, render

    with run.library() as library:
        found = library.article(id)
    run.show(
        {"article": jsonable.article(found), "text": found.text}, lambda: render.article(found)
    )
    return FOUND


@click.command()
@common
def status(run: Run) -> int:
    """Tell how large the index is, and how it was made."""
    from bot import render

    with run.library() as library:
        values = asdict(library.status())
    run.show(values, lambda: render.facts(values))
    return FOUND


@click.command()
@common
def config(run: Run) -> int:
    """Print every setting that holds, and where its value came from."""
    from rich.text import Text

    from bot.jsonable import dumps
    from bot.terminal import clean

    rows = list(run.loaded.rows())
    lines = [f"{key} = {dumps(value)}  # {source}" for key, value, source in rows]
    run.show(
        {key: {"value": value, "source": source} for key, value, source in rows},
        lambda: Text("\n").join(Text(clean(line)) for line in lines),
    )
    return FOUND


@click.command()
@common
def check(run: Run) -> int:
    """Check that the index is sound. Exits with 1 when problems are found."""
    from rich.text import Text

    from bot.terminal import clean

    with run.library() as library:
        problems = library.check()
    run.show(
        {"sound": not problems, "problems": problems},
        lambda: Text("\n").join(Text(clean(one)) for one in problems or ("The index is sound.",)),
    )
    return NOTHING if problems else FOUND
