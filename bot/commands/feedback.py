"""The command that tells what people thought of the answers on Discord."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.discord import DOOR
from bot.options import FOUND, NOTHING, Run, common, say
from bot.service.door import file_of
from bot.whole import whole

if TYPE_CHECKING:
    from rich.console import RenderableType

    from bot.service.kept import Feedback

FILE = "questions.jsonl"


@click.command()
@click.option(
    "--export",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write what the votes assert to DIR/questions.jsonl, for quoth eval DIR.",
)
@common
def feedback(run: Run, folder: Path | None) -> int:
    """List what people on Discord thought of the answers, the newest vote first.

    Exported is what the votes assert of the collection's articles: a 👍 that its answers and
    quotes are right, or that nothing answers; a 👎 that the first answer is wrong. The newest
    of votes that contradict each other holds. Exits with 1 when nobody has voted.
    """
    found = _votes(run)
    votes = found or []
    exported = _export(run, votes, folder) if folder and found is not None else None
    shaped = {"feedback": [_shaped(one) for one in votes], "exported": exported}
    if votes or run.as_json:
        run.show(shaped, lambda: _rendered(votes))
    if exported is not None:
        say(f"{exported:,} questions are in {folder}: quoth eval {folder} asks them.")
    return FOUND if votes else NOTHING


def _votes(run: Run) -> list[Feedback] | None:
    from bot.service.records import Records

    settings = run.loaded.settings
    path = file_of(settings.data_dir, DOOR)
    url = settings.database_url
    if not url and not path.exists():
        say(f"quoth: there is no feedback, for no bot has run here: {path} doesn't exist")
        return None
    with closing(Records(path, keep_days=settings.discord.keep_days, database=url)) as kept:
        votes = kept.feedback()
    if not votes:
        say("quoth: there is no feedback yet: nobody has voted on an answer")
    return votes


def _export(run: Run, votes: Sequence[Feedback], folder: Path) -> int:
    from bot.jsonable import dumps
    from bot.service.votes import questions
    from retrieval.errors import QuothError

    with run.library() as library:
        rows = questions(votes, library, run.loaded.settings.collection, DOOR)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with whole(folder / FILE) as file:
            file.writelines(f"{dumps(row)}\n" for row in rows)
    except OSError as error:
        raise QuothError(
            f"can't write to {folder} ({error.strerror}): export to a folder that may be written"
        ) from error
    return len(rows)


def _shaped(vote: Feedback) -> dict[str, Any]:
    kept = vote.kept
    return {
        "up": vote.up,
        "voted": vote.voted.isoformat(timespec="seconds"),
        "server": kept.tenant,
        "question": kept.question,
        "understood_as": kept.turn.question,
        "answers": list(kept.turn.answers),
        "generation": kept.generation,
    }


def _rendered(votes: Sequence[Feedback]) -> RenderableType:
    from rich.console import Group
    from rich.text import Text

    from bot.render import Block
    from bot.terminal import clean

    def lines(vote: Feedback) -> Group:
        kept = vote.kept
        place = f"server {kept.tenant}" if kept.tenant else "a direct message"
        origin = f"{vote.voted:%Y-%m-%d} · {place} · generation {kept.generation}"
        answers = " · ".join(kept.turn.answers) or "no answer"
        return Group(
            Block(Text(clean(kept.turn.question)), "👍 " if vote.up else "👎 ", "   "),
            Block(Text(clean(answers), style="bold"), "   ", "   "),
            Block(Text(origin, style="dim"), "   ", "   "),
        )

    return Group(*(lines(vote) for vote in votes))
