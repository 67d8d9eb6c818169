"""Settings: their order, their origins, and what is refused."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from bot.cli import cli
from bot.layers import load
from bot.settings import Settings, known_keys
from retrieval.errors import SettingsError

REPOSITORY = Path(__file__).parents[2]
DEFAULTS = REPOSITORY / "config" / "default.toml"


def write(path: str, text: str) -> Path:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_built_in_values_come_from_nowhere_else() -> None:
    loaded = load()
    assert loaded.settings == Settings()
    assert set(loaded.sources.values()) == {"built-in"}
    assert loaded.settings.data_dir == Path(".quoth")


def test_each_layer_goes_before_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().settings.collection == "shared"
    write("config/default.toml", 'collection = "file"\n')
    assert load().settings.collection == "file"
    write(".env", "QUOTH_COLLECTION=dotenv\n")
    assert load().settings.collection == "dotenv"
    monkeypatch.setenv("QUOTH_COLLECTION", "environment")
    assert load().settings.collection == "environment"
    assert load({"collection": "flag"}).settings.collection == "flag"


def test_every_value_says_where_it_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    write("config/default.toml", "[search]\nresults = 3\n")
    write(".env", "QUOTH_ANSWER__CAUTION=eager\n")
    monkeypatch.setenv("QUOTH_INDEX__OVERLAP", "2")
    loaded = load({"data_dir": Path("here"), "collection": None})
    assert loaded.sources["search.results"] == "config/default.toml"
    assert loaded.sources["answer.caution"] == ".env QUOTH_ANSWER__CAUTION"
    assert loaded.sources["index.overlap"] == "environment QUOTH_INDEX__OVERLAP"
    assert loaded.sources["data_dir"] == "--data-dir"
    assert loaded.sources["collection"] == "built-in"
    rows = {key: value for key, value, _ in loaded.rows()}
    assert rows["index.overlap"] == 2
    assert rows["answer.caution"] == "eager"
    assert list(rows) == list(known_keys())


def test_sections_are_merged_key_by_key(monkeypatch: pytest.MonkeyPatch) -> None:
    write("config/default.toml", "[index]\noverlap = 3\npassage_tokens = 64\n")
    monkeypatch.setenv("QUOTH_INDEX__OVERLAP", "0")
    index = load().settings.index
    assert (index.overlap, index.passage_tokens) == (0, 64)


@pytest.mark.parametrize(
    ("content", "wrong", "nearest"),
    [
        ("[answr]\ncaution = 'eager'\n", "answr.caution", "answer.caution"),
        ("[answer]\ncuation = 'eager'\n", "answer.cuation", "answer.caution"),
        ("colection = 'x'\n", "colection", "collection"),
        ("[indx]\n", "indx", "index.overlap"),
        ("index = 3\n", "index", "index.overlap"),
    ],
)
def test_unknown_keys_of_a_file_name_the_nearest(content: str, wrong: str, nearest: str) -> None:
    write("config/default.toml", content)
    with pytest.raises(SettingsError) as caught:
        load()
    message = str(caught.value)
    assert message.startswith(f"Unknown setting {wrong}: did you mean {nearest}?")
    assert "config/default.toml" in message


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("QUOTH_ANSWR__CAUTION", "QUOTH_ANSWER__CAUTION"),
        ("QUOTH_ANSWER_CAUTION", "QUOTH_ANSWER__CAUTION"),
        ("QUOTH_ANSWER__CAUTOIN", "QUOTH_ANSWER__CAUTION"),
        ("QUOTH_DATADIR", "QUOTH_DATA_DIR"),
        ("quoth_datadir", "QUOTH_DATA_DIR"),
    ],
)
@pytest.mark.parametrize("place", ["environment", ".env"])
def test_unknown_variables_name_the_nearest(
    place: str, name: str, nearest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if place == ".env":
        write(".env", f"{name}=x\n")
    else:
        monkeypatch.setenv(name, "x")
    with pytest.raises(SettingsError, match=f"did you mean {nearest}") as caught:
        load()
    assert name.upper() in str(caught.value)
    assert str(caught.value).endswith(f"({place})")


@pytest.mark.parametrize("name", ["QUOTH_BOGUS", "QUOTH_FOO", "QUOTH_HOME"])
def test_an_unknown_variable_that_is_like_none_suggests_none(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "1")
    with pytest.raises(SettingsError) as caught:
        load()
    assert str(caught.value) == (
        f"Unknown setting {name}: remove it; docs/settings.md lists those that there are "
        "(environment)"
    )


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("QUOTH_ANSWER__CAUTION", "bold", "it must be 'cautious', 'balanced' or 'eager'"),
        ("QUOTH_INDEX__PASSAGE_TOKENS", "257", "it must be at most 256"),
        ("QUOTH_INDEX__OVERLAP", "many", "it must be a whole number"),
        ("QUOTH_INDEX__OVERLAP", "1.5", "it must be a whole number"),
        ("QUOTH_WEB__MAX_MB", "0", "it must be more than 0"),
        ("QUOTH_WEB__DELAY_S", "nan", "it must be at most 3,600"),
        ("QUOTH_WEB__LOOPBACK", "maybe", "it must be true or false"),
        ("QUOTH_DATABASE", "mysql://x", "it must be like postgresql://USER:PASSWORD@HOST/NAME"),
    ],
)
def test_a_wrong_value_is_told_in_words_of_our_own(
    name: str, value: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load()
    assert f": {told} (environment" in str(caught.value)


def test_a_wrong_kind_of_value_in_a_file_is_told_in_words_of_our_own() -> None:
    write("config/default.toml", "collection = ''\nmodel = 3\n[search]\nresults = []\n")
    with pytest.raises(SettingsError) as caught:
        load()
    assert "collection: it must not be empty" in str(caught.value)
    assert "model: it must be text" in str(caught.value)
    assert "search.results: it must be a whole number" in str(caught.value)


def test_foreign_keys_of_a_shared_env_file_are_fine() -> None:
    write(".env", "DATABASE_URL=postgres://x\ncollection=foreign\nQUOTH_DATA_DIR=mine\n")
    settings = load().settings
    assert settings.data_dir == Path("mine")
    assert settings.collection == "shared"


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTH_DATA_DIR", "")
    write(".env", "QUOTH_COLLECTION=\n")
    assert load().settings == Settings()


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("QUOTH_ANSWER__CAUTION", "bold", "answer.caution"),
        ("QUOTH_INDEX__PASSAGE_TOKENS", "257", "index.passage_tokens"),
        ("QUOTH_INDEX__OVERLAP", "many", "index.overlap"),
        ("QUOTH_SEARCH__RESULTS", "0", "search.results"),
    ],
)
def test_a_wrong_value_is_one_line_with_its_source(
    name: str, value: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load()
    message = str(caught.value)
    assert message.startswith(f"{key}: ")
    assert message.endswith(f"(environment {name})")
    assert "\n" not in message


@pytest.mark.parametrize(
    ("given", "ids"),
    [("0", (0,)), (3, (3,)), ("0-3", (0, 1, 2, 3)), ("5, 0-1,3", (5, 0, 1, 3)), ("", None)],
)
def test_shards_of_a_process_are_numbers_and_ranges(
    given: object, ids: tuple[int, ...] | None
) -> None:
    settings = load({"discord.shards": 6, "discord.shard_ids": given}).settings.discord
    assert settings.own_shards == ids


@pytest.mark.parametrize(
    ("shards", "ids", "told"),
    [
        ("", "0", "it needs discord.shards, the number of all shards"),
        ("0", "0", "it needs discord.shards, the number of all shards"),
        ("2", "2", "it names shard 2, and the 2 of discord.shards are 0 to 1"),
        ("2", "0-99999", "it names shard 99999, and the 2 of discord.shards are 0 to 1"),
        ("4", "0-2,1", "it should name each shard once: 1 is there twice"),
        ("4", "3-1", "it should name the lower shard first: 1-3"),
        ("4", "0;1", "it should be numbers of shards, like 0,3 or 0-3"),
        ("4", "-1", "it should be numbers of shards, like 0,3 or 0-3"),
        ("4", "1,", "it should be numbers of shards, like 0,3 or 0-3"),
    ],
)
def test_shards_that_there_can_t_be_are_told(
    shards: str, ids: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUOTH_DISCORD__SHARDS", shards)
    monkeypatch.setenv("QUOTH_DISCORD__SHARD_IDS", ids)
    with pytest.raises(SettingsError) as caught:
        load()
    assert str(caught.value) == f"discord.shard_ids: {told} (environment QUOTH_DISCORD__SHARD_IDS)"


def test_every_wrong_value_has_its_own_line(monkeypatch: pytest.MonkeyPatch) -> None:
    write("config/default.toml", "[search]\nresults = -1\n")
    monkeypatch.setenv("QUOTH_ANSWER__CAUTION", "bold")
    with pytest.raises(SettingsError) as caught:
        load()
    lines = str(caught.value).split("\n")
    assert [line.split(":")[0] for line in lines] == ["search.results", "answer.caution"]
    assert "(config/default.toml)" in lines[0]


def test_a_file_that_is_asked_for_must_exist() -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.toml"):
        load(config=Path("nowhere.toml"))


def test_a_file_that_is_asked_for_takes_the_place_of_the_default() -> None:
    write("config/default.toml", 'collection = "default"\nmodel = "other"\n')
    mine = write("mine.toml", 'collection = "mine"\n')
    settings = load(config=mine).settings
    assert (settings.collection, settings.model) == ("mine", "bundled")


@pytest.mark.parametrize("content", [b"collection = \n", b"\xff\xfe\x00", b"[index\n"])
def test_a_broken_file_is_named(content: bytes) -> None:
    broken = Path("broken.toml")
    broken.write_bytes(content)
    with pytest.raises(SettingsError, match=r"broken\.toml can't be read"):
        load(config=broken)


def test_a_broken_env_file_is_named() -> None:
    Path(".env").write_bytes(b"QUOTH_COLLECTION=\xff\xfe\n")
    with pytest.raises(SettingsError, match=r"\.env can't be read"):
        load()


def test_the_home_folder_is_meant_by_a_tilde(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/somewhere")
    monkeypatch.setenv("QUOTH_DATA_DIR", "~/index")
    assert load().settings.data_dir == Path("/somewhere/index")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_any_unknown_flat_key_is_refused(key: str) -> None:
    if key in known_keys():
        return
    quoted = key.replace("\\", "\\\\").replace('"', '\\"')
    file = write("any.toml", f'"{quoted}" = 1\n')
    with pytest.raises(SettingsError):
        load(config=file)


def test_the_default_file_is_the_built_in_defaults() -> None:
    loaded = load(config=DEFAULTS)
    assert loaded.settings == Settings()
    assert set(loaded.sources.values()) == {str(DEFAULTS)}, "a setting is missing in the file"


def test_every_setting_of_the_default_file_has_a_comment() -> None:
    lines = DEFAULTS.read_text(encoding="utf-8").splitlines()
    given_keys = [line for line in lines if re.match(r"\w+ = ", line)]
    assert len(given_keys) == len(known_keys())
    for line in given_keys:
        assert re.search(r"  # \w+", line), line
    for key, info in known_keys().items():
        leaf = key.split(".")[-1]
        lines = [line for line in given_keys if line.startswith(f"{leaf} = ")]
        assert any(line.endswith(f"# {info.description}") for line in lines), key


def test_every_field_is_described() -> None:
    for key, info in (Settings.model_fields | known_keys()).items():
        assert info.description, key


def test_the_defaults_are_the_library_s() -> None:
    from retrieval import LibraryConfig

    settings = Settings()
    config = LibraryConfig(
        model=settings.model, **settings.index.model_dump(), **settings.answer.model_dump()
    )
    assert config == LibraryConfig()


def test_the_default_file_is_valid_toml() -> None:
    assert tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))["answer"]["caution"] == "balanced"


TOKEN = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs"


@pytest.mark.parametrize("place", ["environment", ".env", "file"])
def test_the_token_is_never_shown(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if place == "environment":
        monkeypatch.setenv("QUOTH_DISCORD__TOKEN", TOKEN)
    elif place == ".env":
        write(".env", f"QUOTH_DISCORD__TOKEN={TOKEN}\n")
    else:
        write("config/default.toml", f'[discord]\ntoken = "{TOKEN}"\n')
    loaded = load()
    assert loaded.settings.discord.token is not None
    assert loaded.settings.discord.token.get_secret_value() == TOKEN
    shown = CliRunner().invoke(cli, ["config"]).stdout
    assert 'discord.token = "**********"' in shown
    shown += CliRunner().invoke(cli, ["config", "--json"]).stdout
    assert TOKEN not in shown + repr(loaded) + str(loaded.settings)


def test_no_complaint_holds_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TOKEN", "API_BASE", "GATEWAY_URL", "SHARDS", "WORKERS", "LOG_FORMAT"):
        monkeypatch.setenv(f"QUOTH_DISCORD__{name}", TOKEN)
    with pytest.raises(SettingsError) as caught:
        load()
    assert len(str(caught.value).splitlines()) == 5
    assert TOKEN not in str(caught.value)
    monkeypatch.setenv("QUOTH_DISCORD_TOKEN", TOKEN)
    with pytest.raises(SettingsError, match="did you mean QUOTH_DISCORD__TOKEN") as caught:
        load()
    assert TOKEN not in str(caught.value)


def test_a_token_is_one_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTH_DISCORD__TOKEN", f" {TOKEN}\n")
    token = load().settings.discord.token
    assert token is not None
    assert token.get_secret_value() == TOKEN
    monkeypatch.setenv("QUOTH_DISCORD__TOKEN", f"{TOKEN[:20]}\n{TOKEN[20:]}")
    with pytest.raises(SettingsError, match="copied without a space or a line break") as caught:
        load()
    assert len(str(caught.value).splitlines()) == 1
    assert TOKEN[:20] not in str(caught.value)


@pytest.mark.parametrize("key", ["token", "shards", "health_port", "api_base", "gateway_url"])
def test_what_may_be_left_out_is_empty_in_a_file(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write("config/default.toml", f'[discord]\n{key} = ""\n')
    monkeypatch.setenv(f"QUOTH_DISCORD__{key.upper()}", "")
    assert load().settings == Settings()
    assert getattr(load().settings.discord, key) is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("http://localhost:19530", "http://localhost:19530"),
        ("https://in03.example.org", "https://in03.example.org"),
        ("index/here.db", "index/here.db"),
        ("", None),
    ],
)
def test_milvus_is_an_address_or_a_file(given: str, kept: str | None) -> None:
    write("config/default.toml", f'[milvus]\nuri = "{given}"\n')
    assert load().settings.milvus.uri == kept


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("localhost:19530", "milvus.uri: it must be http://"),
        ("tcp://localhost:19530", "milvus.uri: it must be http://"),
        ("tcp://localhost/x.db", "milvus.uri: it must be http://"),
        ("http://root:secret@localhost:19530", "put user:password in milvus.token"),
    ],
)
def test_milvus_is_nothing_else(given: str, told: str) -> None:
    write("config/default.toml", f'[milvus]\nuri = "{given}"\n')
    with pytest.raises(SettingsError, match=told) as caught:
        load()
    assert "secret" not in str(caught.value)


def test_the_token_of_milvus_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTH_MILVUS__TOKEN", "root:secret")
    loaded = load()
    assert loaded.settings.milvus.token is not None
    assert loaded.settings.milvus.token.get_secret_value() == "root:secret"
    shown = CliRunner().invoke(cli, ["config"]).stdout
    assert 'milvus.token = "**********"' in shown
    shown += CliRunner().invoke(cli, ["config", "--json"]).stdout
    assert "secret" not in shown + repr(loaded) + str(loaded.settings)


@pytest.mark.parametrize("key", ["api_base", "gateway_url"])
@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("http://127.0.0.1:8080/api/v10", True),
        ("ws://localhost:99", True),
        ("http://[::1]:80", True),
        ("https://discord.com/api", False),
        ("http://192.168.1.2", False),
        ("http://169.254.169.254", False),
        ("http://localhost.evil.example", False),
        ("http://127.0.0.1@evil.example", False),
        ("127.0.0.1:80", False),
        ("file://127.0.0.1/etc", False),
        ("http://[::1", False),
    ],
)
def test_only_this_machine_may_take_discord_s_place(
    key: str, url: str, taken: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"QUOTH_DISCORD__{key.upper()}", url)
    if taken:
        assert getattr(load().settings.discord, key) == url
    else:
        with pytest.raises(SettingsError, match=rf"^discord\.{key}: it must be a URL of this"):
            load()


def test_the_example_of_an_env_file_can_be_used_as_it_is() -> None:
    example = (REPOSITORY / ".env.example").read_text(encoding="utf-8")
    write(".env", example)
    assert load().settings == Settings()
    write(".env", example.replace("#QUOTH_DISCORD__TOKEN=", f"QUOTH_DISCORD__TOKEN={TOKEN}"))
    assert load().settings.discord.token is not None


@pytest.mark.parametrize("name", ["../x", "a/b", "..", "a\\b"])
def test_a_collection_is_never_a_path(name: str) -> None:
    with pytest.raises(SettingsError, match="collection: it must have no /"):
        load({"collection": name})
