from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import retrieval
from retrieval.languages import all_languages, codes, find_language, in_all, with_borrowed
from retrieval.languages.folders import read_folder


def test_the_default_comes_first_and_is_that_of_a_text_which_tells_none() -> None:
    assert codes()[0] == "en"
    assert {"de", "es", "fr", "tr"} <= set(codes())
    assert find_language(None) is find_language("en") is all_languages()[0]


@pytest.mark.parametrize("code", codes())
def test_a_language_knows_its_months_days_and_lands(code: str) -> None:
    known = find_language(code)
    assert len(known.months) == 12
    assert len(known.weekdays) == 7
    assert len(known.territories) > 250
    assert known.question_words
    assert known.stop_words


@pytest.mark.parametrize(
    ("code", "name"),
    [("en", "Turkey"), ("de", "Türkei"), ("fr", "Turquie"), ("es", "Turquía"), ("tr", "Türkiye")],
)
def test_a_land_has_a_name_in_each_language(code: str, name: str) -> None:
    assert find_language(code).territories[name] == "TR"


def test_a_form_leads_to_what_it_stands_for() -> None:
    assert find_language("en").irregular["met"] == "meet"
    assert find_language("de").irregular["getroffen"] == "treffen"
    assert find_language("es").irregular["dijo"] == "decir"


def test_turkish_texts_use_english_words_too() -> None:
    turkish = find_language("tr")
    assert "Prof" not in turkish.never_last
    assert {"Prof", "Doç"} <= with_borrowed(turkish, "never_last")


def test_words_of_all_languages() -> None:
    assert {"By", "Von", "Par", "Por", "Yazan"} <= in_all("bylines")
    assert {"monday", "montag", "pazartesi"} <= in_all("weekdays")


def test_a_language_without_a_folder_is_stemmed_and_borrows() -> None:
    dutch = find_language("nl")
    assert (dutch.code, dutch.stemmer, dutch.months) == ("nl", "nl", ())
    assert "Dr" in with_borrowed(dutch, "never_last")


def test_a_misspelt_key_is_told_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "xx").mkdir()
    (tmp_path / "xx" / "language.toml").write_text('stopwords = "a b"\n', "utf-8")
    with pytest.raises(ValueError, match=r"xx.language\.toml: 'stopwords' is no field"):
        read_folder(tmp_path / "xx")


@pytest.mark.parametrize("content", ["stop_words = 3\n", "stop_words = [1]\n", "months = 3\n"])
def test_a_value_of_another_kind_is_told_with_its_file(tmp_path: Path, content: str) -> None:
    (tmp_path / "xx").mkdir()
    (tmp_path / "xx" / "language.toml").write_text(content, "utf-8")
    with pytest.raises(ValueError, match=r"xx.language\.toml can't be read"):
        read_folder(tmp_path / "xx")


TOY = """\
never_last = "Zur"
stop_words = "ba de fo"
question_words = "kwi"
bylines = "Fon"
stamp_labels = "ginti"
months = [
  "jano", "febo", "maro", "apro", "mayo", "juno", "julo", "ago", "septo", "okto", "novo", "deko",
]

[irregular]
renku = "runku"

[ranges]
within = ["ino {month_year}"]
"""

USES_THE_TOY = """\
import sys
from datetime import date
from pathlib import Path
from retrieval import Library
from retrieval.dates import find_date_range
from retrieval.text import query_terms, split_sentences, terms

text = "Zur Aldo runku Belma ba Nordopo. De skifo fo granda."
assert [text[a:b] for a, b in split_sentences(text, (), "qt")] == [
    "Zur Aldo runku Belma ba Nordopo.", "De skifo fo granda."
]
assert terms("runku", "qt") == terms("renku", "qt") == ["renku"]
assert query_terms("Kwi fo renku de skifo?", ("qt",)) == ["renku", "skifo"]
found = find_date_range("Kwi renku Belma ino mayo 2022?", date(2026, 1, 1))
assert (found.since, found.until) == (date(2022, 5, 1), date(2022, 5, 31))
folder = Path(sys.argv[1])
head = "---\\ntitle: Skifo\\nlanguage: qt\\n---\\nFon Ada Roe\\n\\n"
(folder / "toy.md").write_text(f"{head}{text}\\n")
(folder / "other.md").write_text("---\\ntitle: Other\\n---\\nNobody sailed that day.\\n")
with Library.open(folder / "index") as library:
    library.index([folder])
    hit = library.search("Kwi renku Belma?", 1).hits[0]
    assert hit.text == text, hit.text
    assert hit.scores.lexical > 1
"""


def test_a_new_language_is_one_folder(tmp_path: Path) -> None:
    package = tmp_path / "code" / "retrieval"
    shutil.copytree(Path(retrieval.__file__).parent, package, copy_function=os.symlink)
    (package / "languages" / "qt").mkdir()
    (package / "languages" / "qt" / "language.toml").write_text(TOY, "utf-8")
    (tmp_path / "articles").mkdir()
    done = subprocess.run(
        [sys.executable, "-P", "-c", USES_THE_TOY, str(tmp_path / "articles")],
        env={**os.environ, "PYTHONPATH": str(package.parent)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
