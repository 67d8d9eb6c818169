"""Questions in other words, by a WordNet of a few words."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from training.wordings import Wordings

INDEX = {
    "noun": "lamp n 1 0 1 0 00000001  \nlantern n 1 0 1 0 00000001  \n",
    "verb": "mend v 2 0 2 0 00000002 00000003  \nrepair v 1 0 1 0 00000002  \n",
    "adj": "",
    "adv": "",
}
DATA = {
    "noun": "00000001 06 n 02 lamp 0 lantern 0 000 | gives light  \n",
    "verb": (
        "00000002 30 v 02 mend 0 repair 0 000 00 | make whole  \n"
        "00000003 30 v 02 mend 0 heal 0 000 00 | grow whole  \n"
    ),
    "adj": "",
    "adv": "",
}
TEXT = "Ada Brandt mended the lamp of the tower."


@pytest.fixture
def wordings(tmp_path: Path) -> Wordings:
    for kind in INDEX:
        (tmp_path / f"index.{kind}").write_text(f"  1 a licence\n{INDEX[kind]}")
        (tmp_path / f"data.{kind}").write_text(f"  1 a licence\n{DATA[kind]}")
    return Wordings(tmp_path)


def test_synonyms_of_the_most_usual_sense_have_the_form_of_the_word(wordings: Wordings) -> None:
    assert wordings.others("mended") == ("repaired",)
    assert wordings.others("lamps") == ("lanterns",)
    assert wordings.others("tower") == ()


def test_words_that_the_text_has_too_are_replaced(wordings: Wordings) -> None:
    chance = random.Random(1)
    asked = wordings.reworded(chance, "Who mended the lamp of the tower?", TEXT, 1.0)
    assert asked == "Who repaired the lantern of the tower?"


@pytest.mark.parametrize("question", ["Who repaired the bridge?", "Who is Mended Lamp?"])
def test_other_words_and_names_stay(wordings: Wordings, question: str) -> None:
    assert wordings.reworded(random.Random(1), question, TEXT, 1.0) == question


def test_no_more_than_a_share_is_replaced(wordings: Wordings) -> None:
    question = "Who mended the lamp of the tower?"
    assert wordings.reworded(random.Random(1), question, TEXT, 0.0) == question
