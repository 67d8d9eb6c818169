"""Write the names of months, days and territories of each language anew, as data.

Months and days come from what dateparser carries, territories and the English names of all
languages from CLDR (in Babel's extract, Unicode licence). Run it after adding a language, or for a
newer CLDR:

    python tools/language_names.py
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator

from babel import Locale

from retrieval.languages import codes
from retrieval.languages.folders import DEFAULT, NAMES, ROOT

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NOWHERE = ("EZ", "QO", "UN", "XA", "XB", "ZZ")
"""Codes that stand for no place."""

SHORTEST = 3
"""Letters of the shortest name taken: "di" and "so" are words of other kinds. Short names of
days are taken in English only: elsewhere they are people's (Don, Sam, Sal)."""


def main() -> None:
    for code in codes():
        path = ROOT / code / "names.json"
        if path.parent.is_dir():
            path.write_text(_text(_names(code)), "utf-8")
    told = Locale(DEFAULT).languages
    two_letters = {code: told[code] for code in sorted(told) if len(code) == 2}
    (ROOT / NAMES).write_text(json.dumps(two_letters, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _names(code: str) -> dict[str, object]:
    carried = importlib.import_module(f"dateparser.data.date_translation_data.{code}").info
    return {
        "months": [_forms(carried[month]) for month in MONTHS],
        "weekdays": [
            _forms(carried[day] if code == DEFAULT else [max(carried[day], key=len)])
            for day in DAYS
        ],
        "territories": _territories(code),
    }


def _text(names: dict[str, object]) -> str:
    """JSON with the innermost lists on one line each."""
    text = json.dumps(names, ensure_ascii=False, indent=1)
    return re.sub(r"\[\s+([^\[\]]*?)\s+\]", lambda m: f"[{' '.join(m[1].split())}]", text) + "\n"


def _forms(names: list[str]) -> str:
    return " ".join(sorted({name.lower() for name in names if len(name) >= SHORTEST}))


def _territories(code: str) -> dict[str, list[str]]:
    told = Locale(code).territories
    return {key: list(_variants(told[key])) for key in sorted(told) if key not in NOWHERE}


def _variants(told: str) -> Iterator[str]:
    """ "Myanmar (Burma)" is called either; "Congo - Kinshasa" is asked for as Congo."""
    for name in re.split(r" [(–—-] ?|\)", told):
        if name:
            yield name


if __name__ == "__main__":
    main()
