"""Commands that change the index."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.options import FAILED, FOUND, INTERRUPTED, NOTHING, Run, common, emit, say

if TYPE_CHECKING:
    from datetime import datetime

    from retrieval.types import IndexReport, Progress


_STDIN = Path("-")


def source(value: str) -> Path | str:
    """A word of the command line: the path that it is, or the address of the web."""
    from retrieval.web.address import is_address

    if not value:
        raise click.BadParameter("is empty: name a file or folder, or . for this one")
    if is_address(value):
        return value
    path = Path(value)
    if "://" in value and not path.exists():
        raise click.BadParameter(
            f"{value} is not fetched: addresses begin with https:// or http://"
        )
    return path


@click.command()
@click.argument("sources", nargs=-1, type=source, metavar="PATH|URL…")
@click.option("--prune", is_flag=True, help="Forget articles whose file has vanished.")
@click.option("--rebuild", is_flag=True, help="Make the index anew, with the present settings.")
@click.option("--name", metavar="FILE", help="What to call the article from standard input.")
@click.option(
    "--ray",
    metavar="ADDRESS",
    help="Encode on this Ray cluster: host:port, ray://host:port, auto, or local.",
)
@common
def index(
    run: Run,
    sources: tuple[Path | str, ...],
    prune: bool,
    rebuild: bool,
    name: str | None,
    ray: str | None,
) -> int:
    """Read articles from files, folders and the web and add what is new or changed.

    Reads text, Markdown, HTML, PDF, .docx, .odt, .rtf, .epub, .eml, .mbox, .csv, .tsv, feeds,
    .warc, .json and .jsonl, packed (.gz) or not; URL is the address of an article or a feed, which
    is fetched. PATH may be left out with --rebuild or --prune.

    With - an article comes from standard input: text, JSON, JSON lines or a web page, or what the
    ending of --name says. The data folder keeps it, and one of the same name takes its place.

    Exits with 0 when at least one file or page was read, and names those that could not be.
    """
    if not sources and not (prune or rebuild):
        raise click.UsageError("Name a file or folder to index, or give --rebuild or --prune.")
    if name is not None and _STDIN not in sources:
        raise click.UsageError("--name is for an article from standard input: quoth index -")
    kept = _kept_input(run, name) if _STDIN in sources else None
    sources = tuple(kept if kept and one == _STDIN else one for one in sources)
    report = _index(run, sources, prune, rebuild, ray)
    if report is None:
        return INTERRUPTED
    if kept and any(Path(one.path) == kept.resolve() for one in report.failed):
        kept.unlink(missing_ok=True)
    status = _status(report, sources)
    if run.as_json and status != FAILED:
        emit(_json(report))
    else:
        summarise(report)
    if status == NOTHING:
        say("quoth: no articles found in " + ", ".join(map(str, sources)))
    return status


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID…")
@common
def remove(run: Run, ids: tuple[str, ...]) -> int:
    """Remove articles from the index; their files stay."""
    from rich.text import Text

    with run.library() as library:
        count = library.remove(ids)
    run.show({"removed": count}, lambda: Text(f"Removed {count:,}."))
    return FOUND


def _kept_input(run: Run, name: str | None) -> Path:
    from bot.piped import keep

    if sys.stdin and sys.stdin.isatty():
        say("Type or paste an article, then press Ctrl-D in a line of its own.")
    data = sys.stdin.buffer.read() if sys.stdin else b""
    return keep(data, name, run.loaded.settings.data_dir)


def _index(
    run: Run, sources: tuple[Path | str, ...], prune: bool, rebuild: bool, ray: str | None
) -> IndexReport | None:
    from bot.progress import following
    from bot.terminal import console

    done = 0
    paths, urls = parted(sources)
    with (
        run.library() as library,
        run.web() if urls else nullcontext() as web,
        run.ray(ray) if ray is not None else nullcontext() as pool,
    ):
        try:
            with following(console(sys.stderr)) as listener:

                def on_progress(step: Progress) -> None:
                    nonlocal done
                    done = step.articles_done
                    listener(step)

                return library.index(
                    paths,
                    urls=urls,
                    web=web,
                    prune=prune,
                    rebuild=rebuild,
                    on_progress=on_progress,
                    pool=pool,
                )
        except KeyboardInterrupt:
            say(_kept(done, rebuild))
            return None


def _kept(done: int, rebuild: bool) -> str:
    if rebuild and not done:
        return "Stopped: the old index goes on answering; run the command again to rebuild it."
    return f"Stopped: {done:,} articles done so far are kept; run the command again to go on."


def parted(sources: Sequence[Path | str]) -> tuple[list[Path], list[str]]:
    """The paths among what is named, and the addresses."""
    paths = [one for one in sources if isinstance(one, Path)]
    return paths, [one for one in sources if isinstance(one, str)]


def _status(report: IndexReport, sources: tuple[Path | str, ...]) -> int:
    if report.files_read or report.pages_read or report.removed or not sources:
        return FOUND
    return FAILED if report.failed else NOTHING


def _json(report: IndexReport) -> object:
    from bot.jsonable import report as shaped

    return shaped(report)


def summarise(report: IndexReport, *, at: datetime | None = None) -> None:
    """Tell on standard error what a run of indexing did, and when where many are told."""
    from bot import render
    from bot.terminal import console

    console(sys.stderr).print(render.report(report, at=at))
