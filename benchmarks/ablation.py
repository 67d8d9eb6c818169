"""Measure what each module of understanding and answering earns: one at a time does nothing.

Every set is read once (benchmarks/readings.py); then it is answered with all modules, and with each
one replaced by what is trivial in its place. A module that can be gone without a figure falling
earns nothing.

    python -m benchmarks.ablation --data ../shared/data
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from benchmarks.common import parser
from benchmarks.dialogues import as_scored, ask_dialogues
from benchmarks.lists import listed, of_names, of_roles, several
from benchmarks.readings import ROOT, SETS, Case, Source, load_cases, scorer
from bot.evaluation import is_right, read_questions
from bot.evaluation.scoring import best_f1, exact, mean
from retrieval.answering import AS_READ
from retrieval.answering.answer_type import Wanted, wanted
from retrieval.answering.grouping import Group
from retrieval.answering.names import Named
from retrieval.answering.trimming import trimmed
from retrieval.types import Offsets

Attributes = Mapping[str, Any]
"""What stands in a module's place, by "module:attribute" or "module:class.attribute"."""


def _bare(text: str, start: int, end: int, *_: Any) -> Offsets:
    inside = text[start:end]
    return start + len(inside) - len(inside.lstrip()), end - len(inside) + len(inside.rstrip())


def _whole(text: str, start: int, end: int, wanted: Wanted, turkish: bool) -> tuple[Named, ...]:
    start, end = trimmed(text, start, end)
    return (Named(start, end, named=True),) if start < end else ()


def _same_words(one: Any, other: Any) -> bool:
    return bool(one.full == other.full and one.initials == other.initials)


def _other(question: str) -> Wanted:
    return Wanted("other", False)


def _single(question: str) -> Wanted:
    return replace(wanted(question), many=False, count=None)


def _as_read(group: Group, *_: Any) -> str:
    return group.best.span.text


A = "retrieval.answering"
U = "retrieval.understanding"
MODULES: Mapping[str, Attributes] = {
    "answer_type": {f"{A}.asked:wanted": _other},
    "answer_type: what a type allows": {f"{A}.answer_type:Wanted.allows": lambda *_, **__: True},
    "answer_type: one or several": {f"{A}.asked:wanted": _single},
    "asked: repeats": {f"{A}.asked:Asked.repeats": lambda *_: False},
    "asked: denials": {f"{A}.asked:Asked.denied": lambda *_: False},
    "asked: who is named already": {f"{A}.asked:Asked.names_already": lambda *_: False},
    "names": {f"{A}.choosing:named_in": _whole},
    "names: people": {f"{A}.names:_people": lambda *_: ()},
    "names: other lists": {f"{A}.names:_listed": lambda *_: []},
    "identity": {f"{A}.{module}:same_name": _same_words for module in ("grouping", "choosing")},
    "values: same amount, same date": {
        f"{A}.values:Amount.same": lambda *_: False,
        f"{A}.values:Moment.fits": lambda *_: False,
    },
    "trimming": {f"{A}.names:trimmed": _bare},
    "trimming: preposition": {f"{A}.names:without_preposition": _bare},
    "grouping: bodies and places": {f"{A}.grouping:Mention.is_body": False},
    "choosing: worse in its passage": {f"{A}.choosing:BESIDE": 0.0},
    "choosing: the learnt choice": {"benchmarks.readings:CHOICE": AS_READ},
    "choosing: conflicts": {f"{A}.choosing:CONFLICT": 2.0},
    "choosing: descriptions": {
        f"{A}.choosing:_without_descriptions": lambda groups, _: list(groups)
    },
    "choosing: usual name": {f"{A}.choosing:text_of": _as_read},
    "quoting: what refers back": {f"{A}.quoting:refers_back": lambda *_, **__: False},
    "copies": {f"{A}.copies:Prints.are_copies": lambda *_: False},
    "followups": {f"{U}.question:stand_alone": lambda question, previous: question},
    "circumstances": {f"{U}.followups:ask_alone": lambda *_: None},
    "pronouns, antecedents": {f"{U}.followups:resolve": lambda *_: None},
    "ellipsis": {f"{U}.followups:complete": lambda *_, **__: None},
}


@contextmanager
def without(attributes: Attributes) -> Iterator[None]:
    """Let what is trivial stand in a module's place."""
    kept: list[tuple[Any, str, Any]] = []
    for place, trivial in attributes.items():
        module, _, path = place.partition(":")
        *owners, name = path.split(".")
        owner: Any = importlib.import_module(module)
        for one in owners:
            owner = getattr(owner, one)
        kept.append((owner, name, getattr(owner, name)))
        setattr(owner, name, trivial)
    try:
        yield
    finally:
        for owner, name, whole in reversed(kept):
            setattr(owner, name, whole)


def figures(source: Source, cases: Mapping[str, Sequence[Case]]) -> Iterator[str]:
    """Give the figures of every measure as the modules stand."""
    judge = scorer(source).verdict
    quiz = [(_first(case), case.row["answers"]) for case in cases["realtimeqa"]]
    news = [(_first(case), case.row["answers"]) for case in cases["newsqa"]]
    yield _share([exact(*one) for one in quiz])
    yield _share([best_f1(*one) for one in quiz])
    yield _share([best_f1(*one) for one in news])
    yield _share([of_roles(case) for case in cases["qasrl"]])
    yield _share([of_roles(case) for case in several(cases["qasrl"])])
    yield _share([of_names(case) for case in listed(cases["seeds"])])
    yield _share([of_names(case) for case in listed(cases["natural"])])
    for name, folder in (("seeds", ROOT / "tests" / "seeds"), ("golden", source.shared / "golden")):
        pairs = zip(read_questions(folder), cases[name], strict=False)
        yield str(sum(is_right(wanted, case.reply()) for wanted, case in pairs))
    for silent in (False, True):
        asked = [case for case in cases["natural"] if case.row.get("unanswerable", False) is silent]
        yield str(sum(judge(case.row, as_scored(case.reply())) == "right" for case in asked))
    yield str(sum(one.verdict == "right" for one in ask_dialogues(source)))


def _share(scores: Sequence[float]) -> str:
    return f"{mean(scores):.3f}"


def _first(case: Case) -> str:
    return next((answer.text for answer in case.answers()), "")


HEAD = (
    "| without | RealTimeQA EM | F1 | NewsQA F1 | QA-SRL | two or more | lists: seeds | natural "
    "| seeds | golden | natural | silent | turns |"
)


def main() -> None:
    made = parser(__doc__ or "", sets=list(SETS))
    made.add_argument("--limit", type=int, help="take so many questions of the large sets")
    made.add_argument("--only", nargs="*", help="leave out these modules only", metavar="NAME")
    options = made.parse_args()
    source = Source(options.data, options.work, options.limit)
    cases = {name: load_cases(source, name) if name in options.sets else [] for name in SETS}
    print(f"{HEAD}\n|{'---|' * (HEAD.count('|') - 1)}")
    for name, attributes in {"nothing": {}, **MODULES}.items():
        if options.only is None or name in options.only:
            with without(attributes):
                found = list(figures(source, cases))
            print(f"| {name} | {' | '.join(found)} |", flush=True)


if __name__ == "__main__":
    main()
