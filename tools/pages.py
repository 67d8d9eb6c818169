"""Write the pages of docs/ that are made from the code: `make docs`."""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import retrieval
from bot.settings import ENV_DELIMITER, ENV_PREFIX, Settings, known_keys

ROOT = Path(__file__).resolve().parent.parent
NOTE = "\n<!-- Written by `make docs` from {}: change that. -->\n"


def settings_page() -> str:
    """Give the page of all settings: default, meaning and environment variable of each."""
    defaults = tomllib.loads((ROOT / "config" / "default.toml").read_text(encoding="utf-8"))
    lines = [
        "# Settings",
        NOTE.format("bot/settings.py and config/default.toml"),
        "Flags go before the environment, that before `.env`, that before `config/default.toml` in",
        "the current folder (or the file that `--config` names), and that before the defaults.",
        "`quoth config` prints what holds, and where it came from. An empty default says that",
        "nothing is set.",
    ]
    section = None
    for key, field in known_keys().items():
        parent, _, name = key.rpartition(".")
        if parent != section:
            section = parent
            lines += _head(parent)
        value = defaults[parent][name] if parent else defaults[name]
        shown = f'`"{value}"`' if isinstance(value, str) else f"`{str(value).lower()}`"
        variable = ENV_PREFIX + key.upper().replace(".", ENV_DELIMITER)
        lines.append(f"| `{key}` | {shown} | {field.description} | `{variable}` |")
    return "\n".join(lines) + "\n"


def _head(section: str) -> list[str]:
    info = Settings.model_fields.get(section)
    told = inspect.getdoc(info.annotation) if info else "What all commands use."
    return [
        *("", f"## {section or 'General'}", "", (told or "").replace("``", "`"), ""),
        *("| setting | default | meaning | environment |", "|---|---|---|---|"),
    ]


def reference_page() -> str:
    """Give the page of the public names of ``retrieval``: a line on each, and their docstrings.

    A line of ``:::`` is where mkdocstrings puts the whole docstring and the signatures.
    """
    lines = [
        "# The library",
        NOTE.format("the docstrings of retrieval"),
        (inspect.getdoc(retrieval) or "").split("\n")[0],
        *("", "| name | what it is |", "|---|---|", *_rows()),
    ]
    for name in retrieval.__all__:
        lines += ["", f"::: retrieval.{name}"]
    return "\n".join(lines) + "\n"


def _rows() -> Iterator[str]:
    for name in retrieval.__all__:
        value = getattr(retrieval, name)
        if not inspect.isclass(value):
            yield f"| `{name}` | `{value!r}` |"
            continue
        yield f"| `{name}` | {_summary(value)} |"
        if value is retrieval.Library:
            public = [member for member in vars(value) if not member.startswith("_")]
            for member in public:
                yield f"| `{name}.{member}` | {_summary(getattr(value, member))} |"


def _summary(value: object) -> str:
    """Give the first paragraph of a docstring, on one line."""
    told = (inspect.getdoc(value) or "").split("\n\n")[0]
    return " ".join(told.split()).replace("``", "`").replace("|", "\\|")


GENERATED: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "reference.md": reference_page,
}


if __name__ == "__main__":
    for name, made in GENERATED.items():
        (ROOT / "docs" / name).write_text(made(), encoding="utf-8")
