"""Commands that only look: at the articles, the index and the settings."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from bot.options import FOUND, NOTHING, Run, common

if TYPE_CHECKING:
    from rich.console import RenderableType

    from retrieval.repairing import Repair

SOUND = "The index is sound."
MEND = "`quoth check --repair` mends what can be mended, and names what is lost."
ON_A_SERVER = (
    "`quoth index --rebuild` makes passages anew; what else changed, pg_dump's copies have."
)


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
@click.option("--repair", is_flag=True, help="Repair what isn't sound, and tell what is lost.")
@common
def check(run: Run, repair: bool) -> int:
    """Check that the index is sound: texts, vectors and search indexes. Exits with 1 when problems
    are found.

    With --repair what is damaged is made again from what is proven, and what can't be is read again
    from its files or named as lost. No other process may have the index open. Exits with 0 when the
    index is sound and nothing is lost, 1 when something is, 2 when nothing could be repaired.
    """
    from rich.text import Text

    from bot.terminal import clean

    if repair:
        return _repair(run)
    with run.library() as library:
        problems = library.check()
    on_a_server = run.loaded.settings.database_url is not None
    lines = (*problems, ON_A_SERVER if on_a_server else MEND) if problems else (SOUND,)
    run.show(
        {"sound": not problems, "problems": problems},
        lambda: Text("\n").join(Text(clean(one)) for one in lines),
    )
    return NOTHING if problems else FOUND


def _repair(run: Run) -> int:
    with run.library() as library:
        done = library.repair()
    sound = not done.lost and not done.left
    run.show({"sound": sound, **asdict(done)}, lambda: _told(done))
    return FOUND if sound else NOTHING


def _told(done: Repair) -> RenderableType:
    """What a repair found and did, a line each."""
    from rich.console import Group
    from rich.text import Text

    from bot.render import Block
    from bot.terminal import clean

    lines = [("found: ", one) for one in done.problems if one not in done.left]
    lines += [("repaired: ", one) for one in done.repaired]
    for one in done.lost:
        of = ", ".join(part for part in (one.publisher, one.published) if part)
        named = f"{one.title or one.id}{f' ({of})' if of else ''}"
        lines.append(("lost: ", f"{named}, {one.id} in {one.path or 'no place'}: {one.reason}"))
    lines += [("still to do: ", one) for one in done.left]
    if done.kept:
        lines.append(("kept: ", f"the database as it was, in {done.kept}"))
    blocks = [Block(Text(clean(line)), first, "  ") for first, line in lines]
    return Group(*blocks) if blocks else Text(SOUND)
