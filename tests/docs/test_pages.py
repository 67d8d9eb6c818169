"""Every command, every JSON object and every name on the pages is true."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import retrieval
from bot.cli import cli
from bot.settings import known_keys
from tests.docs.harness import ROOT, blocks, check, copy_code, undocumented
from tools.pages import GENERATED

DOCS = sorted((ROOT / "docs").glob("*.md"))
ADDING = [page for page in DOCS if page.stem.startswith("add-a")]
PAGES = [ROOT / "README.md", *(page for page in DOCS if page not in ADDING)]
SLOW = [page for page in PAGES if any(block.note == "slow" for block in blocks(page))]


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with seeds/ and its index; not to be changed."""
    folder = tmp_path_factory.mktemp("pages")
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        result = CliRunner().invoke(cli, ["index", "seeds", "--data-dir", ".quoth"])
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def folder(indexed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, a copy of that one, without anybody's settings."""
    for name in os.environ:
        if name.upper().startswith("QUOTH_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    copy = tmp_path / "page"
    shutil.copytree(indexed, copy)
    monkeypatch.chdir(copy)
    return copy


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_true(page: Path) -> None:
    for block in blocks(page):
        if block.note != "slow":
            check(block)


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("page", SLOW, ids=lambda page: page.name)
def test_a_page_is_true_where_that_takes_long(page: Path) -> None:
    for block in blocks(page):
        check(block)


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("page", ADDING, ids=lambda page: page.name)
def test_what_a_page_adds_works(page: Path) -> None:
    shutil.rmtree("seeds")
    copy_code(Path.cwd())
    for block in blocks(page):
        check(block)


def test_every_command_setting_and_public_name_is_documented() -> None:
    pages = "\n".join(page.read_text(encoding="utf-8") for page in DOCS)
    assert undocumented(pages, cli.commands, known_keys(), retrieval.__all__) == []


def test_the_json_of_every_command_is_documented() -> None:
    told = [block.note for block in blocks(ROOT / "docs" / "json.md")]
    talks = {"discord", "mcp", "serve"}  # these print no object
    missing = {name for name in cli.commands if not any(f"quoth {name} " in one for one in told)}
    assert missing == talks


@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_page_is_up_to_date(name: str) -> None:
    committed = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert committed == GENERATED[name](), "run make docs and commit the page"
