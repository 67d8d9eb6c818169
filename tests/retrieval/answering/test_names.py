from __future__ import annotations

import pytest

from retrieval.answering.answer_type import Wanted
from retrieval.answering.names import Named, named_in
from retrieval.answering.trimming import without_preposition

PEOPLE = Wanted("person", True)
PLACES = Wanted("place", True)
PLACE = Wanted("place", False)
THINGS = Wanted("other", True)
DATE = Wanted("date", False)


def names(span: str, wanted: Wanted, *, text: str = "", turkish: bool = False) -> list[str]:
    """The names in a span, which stands in the text or is all of it."""
    text = text or span
    start = text.index(span)
    found = named_in(text, start, start + len(span), wanted, turkish)
    return [text[item.start : item.end] for item in found]


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ("Portuguese Foreign Minister Tomás Ferreira", ["Tomás Ferreira"]),
        ("US Secretary of State Amos Reed", ["Amos Reed"]),
        ("Secretary of State Amos J. Reed", ["Amos J. Reed"]),
        ("Elin Dahl, Norway's foreign minister", ["Elin Dahl"]),
        ("Elin Dahl, the mayor of Tarn,", ["Elin Dahl"]),
        ("his Norwegian counterpart, Elin Dahl", ["Elin Dahl"]),
        ("his Norwegian counterpart Elin Dahl.", ["Elin Dahl"]),
        ("Elin Dahl of Norway", ["Elin Dahl"]),
        ("the mayor of Tarn, Elin Dahl", ["Elin Dahl"]),
        ("President Reed's", ["Reed"]),
        ("Reed, 79,", ["Reed"]),
        ("“Amos Reed”", ["Amos Reed"]),
        ("both Reed and Dahl", ["Reed", "Dahl"]),
        ("Reed, Di Marco and Dahl", ["Reed", "Di Marco", "Dahl"]),
        ("Reed as well as Elin Dahl", ["Reed", "Elin Dahl"]),
        (
            "Estonian Foreign Minister Maarja Tamm and Portuguese Foreign Minister João Cardoso",
            ["Maarja Tamm", "João Cardoso"],
        ),
        ("the Danish firm Brandt and Dahl", ["Brandt and Dahl"]),
        ("Tarn's oldest brewery, Brandt and Dahl", ["Brandt", "Dahl"]),
        ("Brandt and Sons", ["Brandt and Sons"]),
        ("Ruth Lang and Amos Reed", ["Ruth Lang", "Amos Reed"]),
        ("Niall O'Connor", ["Niall O'Connor"]),
        ("Samir Al-Masri", ["Samir Al-Masri"]),
        ("rebel leader al-Masri", ["al-Masri"]),
        ("Jonas van der Veen", ["Jonas van der Veen"]),
        ("Crown Prince Faris bin Jabir", ["Faris bin Jabir"]),
        ("King Olav VI", ["King Olav VI"]),
        ("Amos Reed Jr.", ["Amos Reed Jr."]),
        ("Amos Reed, Jr.", ["Amos Reed, Jr."]),
        ("Supreme Court Justice Ruth Lang", ["Ruth Lang"]),
        ("Tarn Motors CEO Ida Lund", ["Ida Lund"]),
        ("Ida Lund, chair of Tarn Motors, and Amos Reed", ["Ida Lund", "Amos Reed"]),
        ("Sen. Ruth Lang (R-Ohio)", ["Ruth Lang"]),
        ("Amos “Ace” Reed", ["Amos “Ace” Reed"]),
        ("Stephen King", ["Stephen King"]),
        ("Theresa May", ["Theresa May"]),
        ("Will Marsh", ["Will Marsh"]),
        ("A. Reed", ["A. Reed"]),
        ("Johnson and Johnson", ["Johnson and Johnson"]),
        ("Lund & Lang", ["Lund & Lang"]),
        ("Bosnia and Herzegovina", ["Bosnia and Herzegovina"]),
        ("the Norwegian Foreign Ministry", ["Norwegian Foreign Ministry"]),
        ("the Department of Health and Human Services", None),
        ("Bank of Tarn", ["Bank of Tarn"]),
        ("the Turkish Red Crescent", ["Turkish Red Crescent"]),
        ("Norway", ["Norway"]),
        ("Amos Reed, who met Elin Dahl", ["Amos Reed"]),
        ("Inga Petersen am Freitag vor den Mitarbeitern", ["Inga Petersen"]),
        ("Ada Roth à Lyon", ["Ada Roth"]),
        ("Ursula von der Leyen", ["Ursula von der Leyen"]),
        ("Marta Ruiz y Elena Vega", ["Marta Ruiz", "Elena Vega"]),
        ("Käthe Weiß und Jörg Müller", ["Käthe Weiß", "Jörg Müller"]),
    ],
)
def test_people(span: str, expected: list[str] | None) -> None:
    assert names(span, PEOPLE) == (expected or [span.removeprefix("the ")])


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ("Dışişleri Bakanı Şükrü Çavdar", ["Şükrü Çavdar"]),
        ("ABD Dışişleri Bakanı Amos Reed'le", ["Amos Reed"]),
        ("Şükrü Çavdar'ın", ["Şükrü Çavdar"]),
        ("Şükrü Çavdar ile İpek Işık", ["Şükrü Çavdar", "İpek Işık"]),
        (
            "Sağlık Bakanı İpek Işık ve Kültür ve Turizm Bakanı Oğuz Şen'i",
            ["İpek Işık", "Oğuz Şen"],
        ),
    ],
)
def test_turkish_people(span: str, expected: list[str]) -> None:
    assert names(span, PEOPLE, turkish=True) == expected


def test_a_turkish_name_at_which_something_happens_is_no_person() -> None:
    text = "Elin Dahl, Tarn'da Amos Reed'le görüştü, görevi Ida Lund'dan devraldı."
    for name, expected in (("Tarn", []), ("Amos Reed", ["Amos Reed"]), ("Ida Lund", ["Ida Lund"])):
        assert names(name, PEOPLE, text=text, turkish=True) == expected
    assert names("Tarn'da Amos Reed", PEOPLE, text=text, turkish=True) == ["Amos Reed"]
    assert names("Tarn", PLACES, text=text, turkish=True) == ["Tarn"]


@pytest.mark.parametrize(
    "span",
    [
        "the minister",
        "the president of Norway",
        "the foreign ministers of Norway and Sweden",
        "the leaders of France, Germany and the United Kingdom",
        "Norwegian and U.S. officials",
        "NATO fighters",
        "reporters",
        "officials from Norway",
        "the mayor's office",
    ],
)
def test_descriptions_name_nobody(span: str) -> None:
    found = named_in(span, 0, len(span), PEOPLE, False)
    assert [(span[item.start : item.end], item.named) for item in found] == [(span, False)]


@pytest.mark.parametrize(
    ("span", "text", "expected"),
    [
        ("Reed", "Yesterday Reed met nobody.", ["Reed"]),
        ("Reed", "President Reed met nobody.", ["Reed"]),
        ("Reed", "Visiting Reed was a mistake.", ["Reed"]),
        ("Reed", "In Tarn, Reed met nobody.", ["Reed"]),
        ("Elin", "The mayor met Elin Tuesday.", ["Elin"]),
    ],
)
def test_what_stands_before_a_name_is_not_part_of_it(
    span: str, text: str, expected: list[str]
) -> None:
    assert names(span, PEOPLE, text=text) == expected


def test_an_and_alone_names_no_place() -> None:
    assert named_in("and ", 0, 4, PLACES, False) == (Named(0, 3, named=True),)


def test_a_word_that_only_begins_the_sentence_is_no_name() -> None:
    text = "Reporters met him. He told reporters nothing."
    assert [item.named for item in named_in(text, 0, 9, PEOPLE, False)] == [False]


@pytest.mark.parametrize(
    ("span", "wanted", "expected"),
    [
        ("in Veldmark, Norway.", PLACE, ["Veldmark, Norway"]),
        ("the Norwegian town of Veldmark", PLACE, ["Veldmark"]),
        ("the Norwegian capital Veldmark", PLACE, ["Veldmark"]),
        ("the capital of Norway", PLACE, ["the capital of Norway"]),
        ("The Hague", PLACE, ["The Hague"]),
        ("at the hospital", PLACE, ["the hospital"]),
        ("Norway and Sweden", PLACES, ["Norway", "Sweden"]),
        ("the ministers of Norway, Iceland and Denmark", PLACES, ["Norway", "Iceland", "Denmark"]),
        ("the presidents of Chile and Peru", PLACES, ["Chile", "Peru"]),
        ("the ports of Tarn, Nordøy and Veldmark", PLACES, ["Tarn", "Nordøy", "Veldmark"]),
        ("Tarn, Norway, and Lund, Sweden", PLACES, ["Tarn, Norway", "Lund, Sweden"]),
        ("Bosnia and Herzegovina and Norway", PLACES, ["Bosnia and Herzegovina", "Norway"]),
        ("Tarn Motors, Lund and Hav", THINGS, ["Tarn Motors", "Lund", "Hav"]),
        ("Tarn SLAM/R", THINGS, ["Tarn SLAM/R"]),
        ("nets, boats and ropes", THINGS, ["nets", "boats", "ropes"]),
        ("“Salt and Iron”", THINGS, ["Salt and Iron"]),
        ("on Feb. 24.", DATE, ["Feb. 24"]),
        ("Feb.", DATE, ["Feb."]),
        ("…,", DATE, []),
    ],
)
def test_other_kinds(span: str, wanted: Wanted, expected: list[str]) -> None:
    assert names(span, wanted) == expected


def test_an_owner_is_told_from_a_name_with_an_apostrophe() -> None:
    wanted = Wanted("other", False)
    text = "Tarn's engines are the best, Tarn says. Odd's are cheap."
    assert names("Tarn's", wanted, text=text) == ["Tarn"]
    assert names("Odd's", wanted, text=text) == ["Odd's"]


@pytest.mark.parametrize("space", [" ", "\n", "\r\n  "])
def test_a_preposition_before_a_line_end_is_left_out(space: str) -> None:
    text = f"The Rosa lay at{space}the{space}Old Quay for a week."
    assert without_preposition(text, 13, text.index(" for"), "place")[0] == text.index("Old")
