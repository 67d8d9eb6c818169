"""Measure lists as a user gets them: each answer counts once, as a whole, and none may be too many.

QA-SRL asks for the roles of a verb in a sentence; only documents that trained nothing are asked.
The lists among the questions of this repository and the natural ones have golds that an answer must
contain, and some that it may.

    python -m benchmarks.lists --data ../shared/data
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.common import RESULTS, parser, result
from benchmarks.readings import Case, Source, load_cases
from benchmarks.scoring import named_f1
from bot.evaluation.scoring import list_f1, mean


def of_roles(case: Case) -> float:
    """Give the F1 of the answers to a question of QA-SRL, whatever their probability."""
    return list_f1([answer.text for answer in case.answers()], case.row["answers"])


def of_names(case: Case) -> float:
    """Give the F1 of the answers to a question whose golds are parts of them."""
    told = [answer.text for answer in case.reply().answers]
    return named_f1(told, case.row["all_of"], case.row.get("any_of", ()))


def several(cases: Sequence[Case]) -> list[Case]:
    """Give the questions with two answers or more."""
    return [case for case in cases if len(case.row.get("answers", ())) > 1]


def listed(cases: Sequence[Case]) -> list[Case]:
    """Give the questions whose golds must all be told."""
    return [case for case in cases if len(case.row.get("all_of", ())) > 1]


def results(source: Source) -> Iterator[str]:
    """Give the rows of the table."""
    roles = load_cases(source, "qasrl")
    for what, cases in (("list", roles), ("list of two or more", several(roles))):
        figure = mean([of_roles(case) for case in cases])
        data = "QA-SRL, documents not trained on"
        yield result(f"{what}, answers", data, len(cases), f"exact set F1 {figure:.3f}")
    for name in ("seeds", "natural"):
        cases = listed(load_cases(source, name))
        figure = mean([of_names(case) for case in cases])
        yield result("list of two or more, answers", name, len(cases), f"set F1 {figure:.3f}")


def main() -> None:
    made = parser(__doc__ or "", sets=())
    made.add_argument("--limit", type=int, help="ask so many questions of QA-SRL, evenly spaced")
    options = made.parse_args()
    print(RESULTS)
    for row in results(Source(options.data, options.work, options.limit)):
        print(row, flush=True)


if __name__ == "__main__":
    main()
