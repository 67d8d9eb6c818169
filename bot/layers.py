"""Where the settings come from, and what is wrong with them.

The order is flags > environment (``QUOTH_…``) > ``.env`` > ``config/default.toml`` (or the
file given with ``--config``) > built-in. Every layer is flattened to ``section.key`` so that
an unknown key is caught in each of them, and every value remembers where it came from.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic import ValidationError
from pydantic_settings import EnvSettingsSource
from pydantic_settings import SettingsError as UnreadableValue

from bot.complaints import complaint
from bot.settings import ENV_DELIMITER, ENV_PREFIX, Settings, known_keys
from retrieval.errors import SettingsError

DEFAULT_FILE = Path("config/default.toml")
BUILT_IN = "built-in"
DOTENV = ".env"
NOT_ALIKE = "remove it; docs/settings.md lists those that there are"
ALIKE = 0.45
"""How like a known name an unknown one is at least, so that it may be meant: “indx” is so like
“index.overlap”."""

_Layer = dict[str, tuple[Any, str]]


@dataclass(frozen=True, slots=True)
class Loaded:
    """The settings that hold, and for each ``section.key`` where its value came from."""

    settings: Settings
    sources: Mapping[str, str]

    def rows(self) -> Iterator[tuple[str, Any, str]]:
        """Every setting as ``(section.key, plain value, source)``, in the order of the fields."""
        values = _flatten(self.settings.model_dump(mode="json"))
        return ((key, values[key], self.sources[key]) for key in known_keys())


def load(flags: Mapping[str, object] | None = None, *, config: Path | None = None) -> Loaded:
    """The settings of this process.

    ``flags`` maps ``section.key`` to a value (None: not given); ``config`` takes the place of
    ``config/default.toml`` and must exist.

    Raises:
        SettingsError: an unknown key, a wrong value or an unreadable file, a line each.
    """
    given = {key: value for key, value in (flags or {}).items() if value is not None}
    layers = (
        _file_layer(config),
        _environment_layer(_dotenv(), DOTENV),
        _environment_layer(os.environ, "environment"),
        {key: (value, "--" + key.replace("_", "-")) for key, value in given.items()},
    )
    merged = {key: entry for layer in layers for key, entry in layer.items()}
    settings = _validated(merged)
    origins = {key: merged[key][1] if key in merged else BUILT_IN for key in known_keys()}
    return Loaded(settings, origins)


def _file_layer(config: Path | None) -> _Layer:
    path = config or DEFAULT_FILE
    if config is None and not path.is_file():
        return {}
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SettingsError(f"The settings file {path} can't be read: {reason}") from error
    flat = _flatten(content)
    _refuse_unknown(flat, list(known_keys()), str(path))
    return {key: (value, str(path)) for key, value in flat.items()}


def _dotenv() -> dict[str, str | None]:
    try:
        return dotenv_values(DOTENV) if Path(DOTENV).is_file() else {}
    except (OSError, ValueError) as error:
        raise SettingsError(f"The file .env can't be read: {error}") from error


def _environment_layer(variables: Mapping[str, str | None], place: str) -> _Layer:
    names = {_variable(key): key for key in known_keys()}
    ours = {name.upper(): value for name, value in variables.items()}
    _refuse_unknown((name for name in ours if name.startswith(ENV_PREFIX)), list(names), place)
    source = EnvSettingsSource(Settings)
    source.env_vars = {name.lower(): ours[name] for name in names if ours.get(name)}
    try:
        flat = _flatten(source())
    except UnreadableValue as error:
        raise SettingsError(f"{error} ({place})") from error
    return {key: (value, f"{place} {_variable(key)}") for key, value in flat.items()}


def _variable(key: str) -> str:
    return ENV_PREFIX + key.upper().replace(".", ENV_DELIMITER)


def _refuse_unknown(keys: Iterable[str], known: list[str], place: str) -> None:
    lines = [f"{_unknown(key, known)} ({place})" for key in keys if key not in known]
    if lines:
        raise SettingsError("\n".join(lines))


def _unknown(key: str, known: list[str]) -> str:
    named = {name.removeprefix(ENV_PREFIX): name for name in known}
    nearest = difflib.get_close_matches(key.removeprefix(ENV_PREFIX), named, n=1, cutoff=ALIKE)
    advice = f"did you mean {named[nearest[0]]}?" if nearest else NOT_ALIKE
    return f"Unknown setting {key}: {advice}"


def _flatten(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, Mapping) and (value or key in Settings.model_fields):
            flat |= _flatten(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = value
    return flat


def _validated(merged: _Layer) -> Settings:
    nested: dict[str, Any] = {}
    for key, (value, _) in merged.items():
        section, _, leaf = key.rpartition(".")
        (nested.setdefault(section, {}) if section else nested)[leaf] = value
    try:
        return Settings(**nested)
    except ValidationError as error:
        raise SettingsError("\n".join(_told(one, merged) for one in error.errors())) from None


def _told(error: Mapping[str, Any], merged: _Layer) -> str:
    key = next(k for n in (2, 1) if (k := ".".join(map(str, error["loc"][:n]))) in known_keys())
    source = merged[key][1]
    return f"{key}: it {complaint(error)} ({source})"
