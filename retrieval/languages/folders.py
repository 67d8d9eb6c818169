"""Languages from their folders: every file in one is read, every key is a field of the record."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import Any

from retrieval.languages.record import Language

ROOT = Path(__file__).parent

DEFAULT = "en"
"""The language of a text that tells none."""

NAMES = "names.json"
"""The file of the English names of all languages that have a code of two letters."""


@cache
def codes() -> tuple[str, ...]:
    """The codes of the languages that have a folder, the default first."""
    found = {path.parent.name for path in ROOT.glob("*/*.toml")}
    return (DEFAULT, *sorted(found - {DEFAULT}))


@cache
def all_languages() -> tuple[Language, ...]:
    """Every language that has a folder, the default first."""
    return tuple(map(find_language, codes()))


@cache
def find_language(code: str | None) -> Language:
    """The record of a language by its code; of the default one where none is told.

    One without a folder is stemmed, if PyStemmer knows it, and borrows the default's words.
    """
    if code is None:
        return find_language(DEFAULT)
    if code not in codes():
        return Language(code, stemmer=code, also=DEFAULT)
    return read_folder(ROOT / code)


def language_name(code: str) -> str:
    """The English name of a language; its code where no name is known."""
    return _names().get(code, code)


@cache
def _names() -> dict[str, str]:
    found: dict[str, str] = json.loads((ROOT / NAMES).read_text("utf-8"))
    return found


def with_borrowed(known: Language, name: str) -> frozenset[str]:
    """The words of a field, with those of the language that texts in this one use too."""
    words: frozenset[str] = getattr(known, name)
    return words | getattr(find_language(known.also), name) if known.also else words


def in_all(name: str) -> frozenset[str]:
    """The words of a field in all languages; where it is a list of words, all of them."""
    found = [getattr(known, name) for known in all_languages()]
    rows = [row for value in found for row in (value if isinstance(value, tuple) else (value,))]
    return frozenset().union(*rows)


def read_folder(folder: Path) -> Language:
    """The language of one folder. Raises ValueError, naming the file, for data that isn't so."""
    record = Language(folder.name)
    for path in sorted((*folder.glob("*.toml"), *folder.glob("*.json"))):
        text = path.read_text("utf-8")
        try:
            found = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
            read = {key: _READ[key](value) for key, value in found.items()}
            read |= {
                key: {**getattr(record, key), **value}
                for key, value in read.items()
                if isinstance(value, dict)
            }
            record = replace(record, **read)
        except KeyError as error:
            raise ValueError(f"{path}: {error} is no field of Language: is it misspelt?") from None
        except (ValueError, TypeError, AttributeError) as error:
            raise ValueError(f"{path} can't be read: {error}") from error
    return record


def _words(value: str | list[str]) -> frozenset[str]:
    """Words with white space between them or, where some hold spaces, a list."""
    return frozenset(value.split() if isinstance(value, str) else (word + "" for word in value))


def _table(value: Mapping[str, str]) -> dict[str, str]:
    """``meet = "met"`` as what a form stands for: met → meet."""
    return {form: key for key, forms in value.items() for form in _words(forms)}


def _rows(value: list[str]) -> tuple[frozenset[str], ...]:
    return tuple(map(_words, value))


def _lists(value: Mapping[str, str | list[str]]) -> dict[str, frozenset[str]]:
    return {name: _words(words) for name, words in value.items()}


_KINDS: dict[str, Callable[[Any], Any]] = {
    "str": str,
    "bool": bool,
    "Words": _words,
    "Table": _table,
    "tuple[Words, ...]": _rows,
    "Lists": _lists,
}
_READ = {field.name: _KINDS[str(field.type)] for field in fields(Language)}
