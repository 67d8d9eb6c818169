"""What is wrong on a page is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.harness import WrongPage, blocks, check, differences, matches, undocumented


def checked(folder: Path, *lines: str) -> None:
    page = folder / "page.md"
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for block in blocks(page):
        check(block)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("page", "complaint"),
    [
        (["```console", "$ quoth aks", "```"], "page.md:1: quoth aks ends with 2"),
        (["", "```console", "$ echo one", "two", "```"], "page.md:2: echo one prints something"),
        (["```console", "$ echo one", "one", "$ false | cat", "no", "```"], "false | cat prints"),
        (["```console", "quoth ask", "```"], "begins with a command"),
        (["```sh", "true", "exit 3  # a comment", "```"], "ends with 3"),
        (["```sh", "make no-such-target", "```"], "make no-such-target ends with 2"),
        (["```python", "import no_such_module", "```"], "no_such_module"),
        (["```", "quoth ask", "```"], "no language"),
        (["```text", "quoth ask x", "```"], "isn't run"),
        (["```json", "{", "```"], "page.md:1: Expecting"),
        (["```json", "{}", "```"], "which command prints this"),
        (["<!-- $ quoth status --json -->", "```json", "{}", "```"], "prints nothing"),
        (["<!-- $ echo '{\"a\": 1}' -->", "", "```json", '{"b": 1}', "```"], "there is no b"),
        (["```diff", "--- a/b", "+++ b/b", "@@ -1 +1 @@", "-c", "+d", "```"], "can't be applied"),
        (["<!-- slow -->", "- ", "  ```sh", "  exit 4", "  ```"], "ends with 4"),
    ],
)
def test_a_wrong_block_is_found(tmp_path: Path, page: list[str], complaint: str) -> None:
    with pytest.raises(WrongPage) as found:
        checked(tmp_path, *page)
    assert complaint in str(found.value)


def test_right_blocks_pass_in_order_and_share_a_folder(tmp_path: Path) -> None:
    checked(
        tmp_path,
        *('```json title="sub/a.json"', '{"a": [1, null]}', "```"),
        *("```console", "$ cat sub/a.json", '{"a": …}', "$ quoth show", "quoth: …", "```")[:3],
        "```",
        *("<!-- $ cat sub/a.json -->", "```json", '{"a": [null]}', "```"),
        *("```python", "from pathlib import Path", "Path('b').touch()", "```"),
        *("```sh", "test -e b   # made above", "make test", "```"),
        *("<!-- not run: it needs root -->", "```sh", "exit 5", "```"),
    )


def test_a_page_may_change_a_copy_of_the_code(tmp_path: Path) -> None:
    (tmp_path / "retrieval").mkdir()
    checked(
        tmp_path,
        *('```python title="retrieval/__init__.py"', "A = 1", "SAYS = 1", "B = 1", "```"),
        *("```diff", "--- a/retrieval/__init__.py", "+++ b/retrieval/__init__.py"),
        *("@@ -7,3 +7,3 @@", " A = 1", "-SAYS = 1", "+SAYS = 2", " B = 1", "```"),
        *("```console", "$ python -c 'import retrieval; print(retrieval.SAYS)'", "2", "```"),
        *("```python", "import retrieval", "assert retrieval.SAYS == 2", "```"),
    )


def test_output_is_compared_whole() -> None:
    printed = "one two\nthree\n\nfour\n"
    assert matches(["one two", "three", "", "four"], printed)
    assert matches(["one …", "…", "four"], printed)
    assert matches(["one two", "⋮"], printed)
    assert not matches(["one two", "three"], printed)
    assert not matches(["one …", "four"], printed)
    assert not matches(["o.e two", "…"], printed)


@pytest.mark.parametrize(
    ("told", "real", "problems"),
    [
        ({"a": 1, "b": [{"c": "x"}]}, {"a": 2.5, "b": [{"c": "y"}, {"c": "z"}]}, []),
        ({"a": 1, "…": 0}, {"a": 1, "b": 2}, []),
        ({"a": 1}, {"a": 1, "b": 2}, ["it: b is left out"]),
        ({"a": None}, {"a": "x"}, ["it.a is a str, not a NoneType"]),
        ({"a": True}, {"a": 1}, ["it.a is a number, not a bool"]),
        ([1], [], ["it is empty"]),
        ([{"a": None}], [{"a": 1}, {"a": None}], []),
        ([{"a": ""}], [{"a": 1}, {"b": None}], ["it[].a is a number, not a str"]),
        ({}, [], ["it is a list, not a dict"]),
    ],
)
def test_shapes_are_compared(told: object, real: object, problems: list[str]) -> None:
    assert list(differences(told, real)) == problems


def test_what_is_undocumented_is_found() -> None:
    pages = "`quoth asked` and `quoth ask`\n\n| `a.b` |\n\n::: retrieval.Library\n"
    assert undocumented(pages, ["ask"], ["a.b"], ["Library"]) == []
    missing = undocumented(pages, ["as"], ["a", "b"], ["Lib", "Turn"])
    assert missing == ["quoth as", "a", "b", "Lib", "Turn"]
