"""The settings: what can be set, within which bounds, and what it means."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
)
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from retrieval.types import COLLECTION

ENV_PREFIX = "QUOTH_"
ENV_DELIMITER = "__"
MOST_SHARDS = 16_384


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _none_if_empty(value: Any) -> Any:
    """TOML has no null: an empty string says that a setting is not given."""
    return None if value == "" else value


def _text_if_number(value: Any) -> Any:
    return str(value) if type(value) is int else value


def _loopback(url: str | None) -> str | None:
    """Whoever takes Discord's place is given the token: nobody but this machine itself may."""
    if url is not None and not _is_loopback(url):
        raise ValueError("must be a URL of this machine itself, like http://127.0.0.1:8080")
    return url


def _is_loopback(url: str) -> bool:
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https", "ws", "wss") or "@" in parts.netloc:
            return False
        host = parts.hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _of_postgres(url: SecretStr | None) -> SecretStr | None:
    if url and not url.get_secret_value().startswith(("postgresql://", "postgres://")):
        raise ValueError("must be like postgresql://USER:PASSWORD@HOST/NAME")
    return url


def _one_word(token: SecretStr | None) -> SecretStr | None:
    """A token stands in a header, where a line break that was copied with it would end it."""
    if token is None:
        return None
    text = token.get_secret_value().strip()
    if not text or len(text.split()) > 1 or not text.isprintable():
        raise ValueError("must be one word, copied without a space or a line break")
    return SecretStr(text)


def _where_milvus_is(uri: str | None) -> str | None:
    """An address without a name and password, which would be told in messages, or a file."""
    if uri is None:
        return None
    if urlsplit(uri).scheme in ("http", "https"):
        if "@" in urlsplit(uri).netloc:
            raise ValueError("must hold no password: put user:password in milvus.token")
        return uri
    if "://" in uri or not uri.endswith(".db"):
        raise ValueError("must be http://… or https://…, or the path of a file ending in .db")
    return str(Path(uri).expanduser())


def _shard_ids(text: str) -> tuple[int, ...]:
    """The numbers of "0,3" or "0-3,8". Raises ValueError."""
    found: list[int] = []
    for part in text.replace(" ", "").split(","):
        match = re.fullmatch(r"(\d{1,5})(?:-(\d{1,5}))?", part, re.ASCII)
        if match is None:
            raise ValueError("should be numbers of shards, like 0,3 or 0-3")
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            raise ValueError(f"should name the lower shard first: {last}-{first}")
        found += range(first, last + 1)
    if doubled := [one for one, times in Counter(found).items() if times > 1]:
        raise ValueError(f"should name each shard once: {doubled[0]} is there twice")
    return tuple(found)


_Optional = BeforeValidator(_none_if_empty)
_LoopbackUrl = Annotated[str | None, _Optional, AfterValidator(_loopback)]


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
        default=25, ge=1, le=1000, description="passages read at most for a question (1 to 1000)"
    )


class WebSettings(_Section):
    """What ``quoth index`` and ``quoth watch`` fetch where they are given an address."""

    max_mb: float = Field(
        default=10, gt=0, le=500, description="MB that a page or feed may have (up to 500)"
    )
    timeout_s: float = Field(
        default=20, ge=1, le=600, description="seconds that fetching one may take (1 to 600)"
    )
    delay_s: float = Field(
        default=1, ge=0, le=3600, description="seconds between two requests to one site"
    )
    max_pages: int = Field(
        default=50, ge=0, le=10_000, description="pages that a feed is followed to in one run"
    )
    loopback: bool = Field(
        default=False, description="for tests: fetch from this machine itself, at any port, too"
    )


class ServeSettings(_Section):
    """The page and the JSON that ``quoth serve`` gives by HTTP."""

    host: str = Field(
        default="127.0.0.1",
        min_length=1,
        description="address to listen at; 0.0.0.0 lets the network ask, without a password",
    )
    port: int = Field(
        default=8765, ge=0, le=65_535, description="port to listen at; 0: any that is free"
    )


class MilvusSettings(_Section):
    """Where the search index lives with ``engine = "milvus"``."""

    uri: Annotated[str | None, _Optional, AfterValidator(_where_milvus_is)] = Field(
        default=None,
        description="the server (http://localhost:19530), or a file of Milvus Lite (….db); empty: "
        "milvus.db in the data folder",
    )
    token: Annotated[SecretStr | None, _Optional, AfterValidator(_one_word)] = Field(
        default=None, description="user:password or an API key; better as QUOTH_MILVUS__TOKEN"
    )


class DiscordSettings(_Section):
    """The Discord bot. Keep the token in the environment or in .env, not in a file you share."""

    token: Annotated[SecretStr | None, _Optional, AfterValidator(_one_word)] = Field(
        default=None, description="the bot's token; better as QUOTH_DISCORD__TOKEN in .env"
    )
    message_content: bool = Field(
        default=False, description="follow up on messages without a mention; a privileged intent"
    )
    allow_urls: bool = Field(
        default=False, description="let servers add articles by URL, which are fetched from here"
    )
    burst: int = Field(
        default=5, ge=1, le=1000, description="questions a person may ask at once (1 to 1000)"
    )
    refill_seconds: float = Field(
        default=10, ge=0.1, le=86_400, description="seconds until a person may ask one more"
    )
    guild_limit: int = Field(
        default=8, ge=1, le=1000, description="questions of one server in the works (1 to 1000)"
    )
    queue: int = Field(
        default=100, ge=1, le=10_000, description="questions waiting at most (1 to 10000)"
    )
    workers: int = Field(
        default=2, ge=1, le=64, description="questions answered at the same time (1 to 64)"
    )
    keep_days: int = Field(
        default=30, ge=1, le=365, description="days that the buttons of a reply work (1 to 365)"
    )
    grace_days: int = Field(
        default=7, ge=0, le=365, description="days until a server that was left is forgotten"
    )
    shards: Annotated[int | None, _Optional] = Field(
        default=None,
        ge=0,
        le=MOST_SHARDS,
        description="shards; 0: as Discord recommends, empty: none",
    )
    shard_ids: Annotated[str | None, BeforeValidator(_text_if_number), _Optional] = Field(
        default=None,
        description="those of this process, like 0,3 or 0-3, with other processes for the others; "
        "empty: all",
    )
    health_port: Annotated[int | None, _Optional] = Field(
        default=None, ge=0, le=65_535, description="port of /healthz and /metrics; empty: none"
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description="how log lines are written: text, json"
    )
    max_upload_mb: int = Field(
        default=10, ge=1, le=500, description="MB that an added file may have (1 to 500)"
    )
    max_articles: int = Field(
        default=10_000, ge=1, description="articles that a server may add in all"
    )
    max_characters: int = Field(
        default=50_000_000, ge=1, description="characters that these may have in all"
    )
    api_base: _LoopbackUrl = Field(
        default=None, description="for tests: REST API in Discord's place, loopback only"
    )
    gateway_url: _LoopbackUrl = Field(
        default=None, description="for tests: gateway in Discord's place, loopback only"
    )

    @property
    def own_shards(self) -> tuple[int, ...] | None:
        """The shards of this process; None: all."""
        return _shard_ids(self.shard_ids) if self.shard_ids else None

    @field_validator("shard_ids")
    @classmethod
    def _within_shards(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None or "shards" not in info.data:
            return value
        count = info.data["shards"]
        if not count:
            raise ValueError("needs discord.shards, the number of all shards")
        if (highest := max(_shard_ids(value))) >= count:
            raise ValueError(
                f"names shard {highest}, and the {count} of discord.shards are 0 to {count - 1}"
            )
        return value


class Settings(BaseSettings):
    """Everything that can be set. Build it with ``bot.layers.load``."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix=ENV_PREFIX,
        env_nested_delimiter=ENV_DELIMITER,
    )

    data_dir: Path = Field(default=Path(".quoth"), description="folder that holds the index")
    database: Annotated[SecretStr | None, _Optional, AfterValidator(_of_postgres)] = Field(
        default=None,
        description="postgresql://… that holds the articles; empty: SQLite in data_dir",
    )
    collection: str = Field(
        default="shared", min_length=1, description="collection that is indexed into and asked"
    )
    model: str = Field(
        default="bundled",
        min_length=1,
        description="bundled, or a sentence-transformers model's name or folder",
    )
    engine: Literal["local", "milvus"] = Field(
        default="local", description="what searches: local (files in the data folder), milvus"
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
    web: WebSettings = Field(
        default_factory=WebSettings, description="how pages and feeds are fetched"
    )
    serve: ServeSettings = Field(
        default_factory=ServeSettings, description="the page and JSON by HTTP"
    )
    milvus: MilvusSettings = Field(
        default_factory=MilvusSettings, description="where Milvus keeps the search index"
    )
    discord: DiscordSettings = Field(default_factory=DiscordSettings, description="the Discord bot")

    @property
    def database_url(self) -> str | None:
        """The address of the PostgreSQL database with its password; None: SQLite."""
        return self.database.get_secret_value() if self.database else None

    @field_validator("collection")
    @classmethod
    def _name_collection(cls, value: str) -> str:
        if not COLLECTION.fullmatch(value):
            raise ValueError("must have no / or \\ in it, and not be dots alone")
        return value

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
