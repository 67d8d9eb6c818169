"""The command that measures how good the answers are."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.options import FOUND, Run, common, dates_as_words, say

if TYPE_CHECKING:
    from bot.evaluation import Asker, Outcome, Query, Suite
    from retrieval import Library
    from retrieval.reader import Caution

CURVE = 20
"""Points of the risk–coverage curve that are told in JSON at most."""


@click.command("eval")
@click.argument("place", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help="Ask N questions, evenly spaced."
)
@click.option(
    "--html",
    "page",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write a page with plots, and the questions judged wrong.",
)
@click.option(
    "--calibrate",
    is_flag=True,
    help="Fit how sure to be at each caution to these questions, for this data folder.",
)
@dates_as_words
@common
def evaluate(
    run: Run, place: Path, limit: int | None, page: Path | None, calibrate: bool, any_date: bool
) -> int:
    """Ask the questions in DIR and measure the answers.

    DIR is a data set (corpus.jsonl, queries.jsonl and, in the style of BEIR, qrels/test.tsv),
    whose corpus is indexed in a cache folder of its own; or a folder with questions.jsonl or
    queries.jsonl, or such a file, which is asked of the present index. All may be packed (.gz).

    A question is right when all of its all_of and none of its none_of are among the answers,
    one of its any_of is among the first three (if it has no all_of), and its quote_contains is
    quoted; an unanswerable one when nothing is answered.
    """
    from bot.evaluation import evenly, open_suite
    from bot.evaluation.abstention import require_enough

    suite = open_suite(place)
    queries = evenly(suite.queries, limit)
    if calibrate:
        judged = [one for one in queries if one.expected]
        answerable = sum(one.answerable for one in judged)
        require_enough(answerable, len(judged) - answerable)
    if page:
        _make_folder(page)
    with run.library() as present:
        outcomes, thresholds, told = _asked(run, present, suite, queries, any_date)
        if calibrate:
            thresholds, fit = _calibrated(present, outcomes, place)
            told["calibrated"] = fit
    _show(run, place, outcomes, thresholds, told, page)
    return FOUND


def _asked(
    run: Run, present: Library, suite: Suite, queries: Sequence[Query], any_date: bool
) -> tuple[list[Outcome], Mapping[Caution, float], dict[str, Any]]:
    """What came of the questions, the thresholds that held, and what else there is to tell."""
    from bot.evaluation import Asker
    from bot.evaluation.ranking import can_rank
    from bot.progress import counted

    ranked = any(one.relevant or one.evidence for one in queries)
    if ranked and not can_rank():
        say("quoth: recall, MRR and nDCG are left out: pip install ir-measures brings them")
    with _library(run, present, suite) as (library, told):
        thresholds = present.own_thresholds or library.thresholds()
        asker = Asker(
            library, threshold=thresholds[run.loaded.settings.answer.caution], any_date=any_date
        )
        outcomes = [asker.ask(query) for query in counted(queries)]
        return outcomes, thresholds, {**told, **_unknown(suite, asker), **_refused(outcomes)}


@contextmanager
def _library(run: Run, present: Library, suite: Suite) -> Iterator[tuple[Library, dict[str, Any]]]:
    """The library that is asked: of the suite's corpus, indexed now, or the present one."""
    if suite.corpus is None:
        yield present, {}
        return
    from bot.evaluation.indexing import cache_folder, index_corpus
    from bot.progress import following
    from bot.terminal import console
    from retrieval import Library, LibraryDamaged
    from retrieval.encoder import load_encoder

    config = run.config()
    encoder = load_encoder(config.model, cache_dir=present.data_dir / "models")
    folder = cache_folder(suite.corpus, encoder, config)
    engine = run.engine(folder)
    with Library.open(folder, config=config, encoder=encoder, index=engine) as library:
        try:
            with following(console(sys.stderr)) as listener:
                indexed = index_corpus(library, suite.corpus, listener)
        except KeyboardInterrupt:
            say("Stopped: what is indexed is kept; run the command again to go on.")
            raise
        except LibraryDamaged as error:
            raise LibraryDamaged(
                f"the index of {suite.corpus} is damaged",
                f"delete {folder}, and run the command again to make it anew",
            ) from error
        say(f"{indexed.articles:,} articles of {suite.corpus} are indexed in {folder}")
        if indexed.failed:
            say(f"quoth: not indexed: {indexed.failed:,}, such as {'; '.join(indexed.reasons)}")
        yield library, {"articles": indexed.articles, "articles_failed": indexed.failed}


def _unknown(suite: Suite, asker: Asker) -> dict[str, int]:
    """What the judgements name and isn't there, told on standard error too."""
    counts = {
        "unknown_questions": suite.unknown_questions,
        "unknown_articles": asker.unknown_articles,
    }
    if counts["unknown_questions"]:
        say(
            f"quoth: left out: {counts['unknown_questions']:,} of the questions that "
            f"{suite.judgements} judges, which are not in {suite.place}"
        )
    if counts["unknown_articles"]:
        say(
            f"quoth: counted as missed: {counts['unknown_articles']:,} of the articles that "
            "should be found, which are not in the index under these ids"
        )
    return {name: count for name, count in counts.items() if count}


def _refused(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """How many questions can't be asked, told on standard error too."""
    refused = [one.refused for one in outcomes if one.refused]
    if refused:
        say(f"quoth: not asked, and found nothing: {len(refused):,}, such as: {refused[0]}")
    return {"refused": len(refused)} if refused else {}


def _calibrated(
    present: Library, outcomes: Sequence[Outcome], place: Path
) -> tuple[Mapping[Caution, float], dict[str, Any]]:
    """Fit thresholds and keep them in the data folder; give them, and what to tell of them."""
    from bot.evaluation.abstention import fitted
    from retrieval.reader import ExtractiveReader

    thresholds = fitted(outcomes, ExtractiveReader().calibration.thresholds)
    judged = [one for one in outcomes if one.right is not None]
    answerable = sum(one.query.answerable for one in judged)
    counts = {"answerable": answerable, "unanswerable": len(judged) - answerable}
    about = {"questions": str(place), **counts, "date": str(date.today())}
    path = present.keep_thresholds(thresholds, about)
    say(
        f"{path} holds the thresholds now, which whatever opens this data folder from now on "
        "answers by; delete it to have those back that came with the reader."
    )
    return thresholds, {"file": str(path), **counts}


def _show(
    run: Run,
    place: Path,
    outcomes: Sequence[Outcome],
    thresholds: Mapping[Caution, float],
    told: Mapping[str, Any],
    page: Path | None,
) -> None:
    from bot.evaluation import by_caution, measures, scores, shaped
    from bot.evaluation.tables import shown, tables

    counts = scores(
        (one.query.expected.kind, bool(one.right), one.answered)
        for one in outcomes
        if one.query.expected
    )
    found, cautions = measures(outcomes), by_caution(outcomes, thresholds)
    value = {
        **shaped(counts),
        "questions": len(outcomes),
        **told,
        **found,
        "cautions": cautions,
        "risk_coverage": _curve(outcomes),
    }
    if page:
        from bot.evaluation.page import page as written

        caution = run.loaded.settings.answer.caution
        about = f"{len(outcomes):,} questions, asked {caution} on {date.today()}."
        title = f"quoth eval {place}"
        _write(page, written(title, about, outcomes, tables(counts, found, cautions)))
    run.show(value, lambda: shown(tables(counts, found, cautions)))


def _curve(outcomes: Sequence[Outcome]) -> list[dict[str, float]]:
    from dataclasses import asdict

    from bot.evaluation.abstention import risk_coverage, thinned

    points = (asdict(one) for one in thinned(risk_coverage(outcomes), CURVE))
    return [{name: round(value, 4) for name, value in point.items()} for point in points]


def _make_folder(page: Path) -> None:
    """Make the folder of a page before hours are spent on what it tells."""
    with _told_if_unwritable(page):
        page.parent.mkdir(parents=True, exist_ok=True)


def _write(page: Path, text: str) -> None:
    with _told_if_unwritable(page):
        page.write_text(text, encoding="utf-8")
    say(f"The page is in {page}")


@contextmanager
def _told_if_unwritable(page: Path) -> Iterator[None]:
    from retrieval.errors import QuothError

    try:
        yield
    except OSError as error:
        raise QuothError(
            f"can't write {page} ({error.strerror}): name a file in a folder that may be written"
        ) from error
