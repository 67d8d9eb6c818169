"""The settings: what can be set, within which bounds, and what it means."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

ENV_PREFIX = "QUOTH_"
ENV_DELIMITER = "__"


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class IndexSettings(_Section):
    """How articles are cut into passages. A change needs ``quoth index --rebuild``."""

    passage_tokens: int = Field(
        default=128, ge=16, le=256, description="word pieces a passage holds at most (16 to 256)"
    )
    overlap: int = Field(
        default=1, ge=0, le=10, description="sentences shared by neighbouring passages (0 to 10)"
    )
    max_article_chars: int = Field(
        default=10_000_000,
        ge=1,
        description="an article longer than this is refused, in characters",
    )


class SearchSettings(_Section):
    """What ``quoth search`` shows."""

    results: int = Field(
        default=10, ge=1, le=1000, description="passages that a search shows (1 to 1000)"
    )


class AnswerSettings(_Section):
    """How answers are chosen."""

    caution: Literal["cautious", "balanced", "eager"] = Field(
        default="balanced",
        description="when to say nothing rather than answer: cautious, balanced, eager",
    )
    max_answers: int = Field(
        default=12, ge=1, le=100, description="answers given at most (1 to 100)"
    )
    read_passages: int = Field(
        default=25, ge=1, le=1000, description="passages read to answer a question (1 to 1000)"
    )


class Settings(BaseSettings):
    """Everything that can be set. Build it with ``bot.layers.load``."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix=ENV_PREFIX,
        env_nested_delimiter=ENV_DELIMITER,
    )

    data_dir: Path = Field(default=Path(".quoth"), description="folder that holds the index")
    collection: str = Field(
        default="shared", min_length=1, description="collection that is indexed into and asked"
    )
    model: str = Field(
        default="bundled",
        min_length=1,
        description="bundled, or a sentence-transformers model's name or folder",
    )
    index: IndexSettings = Field(
        default_factory=IndexSettings, description="how articles are cut into passages"
    )
    search: SearchSettings = Field(
        default_factory=SearchSettings, description="what a search shows"
    )
    answer: AnswerSettings = Field(
        default_factory=AnswerSettings, description="how answers are chosen"
    )

    @field_validator("data_dir")
    @classmethod
    def _expand_home(cls, value: Path) -> Path:
        return value.expanduser()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Nothing but what the constructor is given: ``bot.layers`` has read the rest."""
        return (init_settings,)


def known_keys() -> dict[str, FieldInfo]:
    """Every setting as ``key`` or ``section.key``, with its field."""
    keys: dict[str, FieldInfo] = {}
    for name, info in Settings.model_fields.items():
        section = info.annotation
        if isinstance(section, type) and issubclass(section, _Section):
            keys |= {f"{name}.{key}": field for key, field in section.model_fields.items()}
        else:
            keys[name] = info
    return keys
