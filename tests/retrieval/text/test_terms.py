from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.text import term_spans, terms

WRITTEN = """
    F-35 f35 S-400s SAMP/T U.S. T.C. us 1,611 4.3 29.11.2022 İstanbul'da Türkiye's don't e\u0301
    ½ a_b 他走 … 🎉 ' ’ - COVID-19 US 50 F 35
"""
WORDS = st.sampled_from(WRITTEN.split())
TEXTS = st.text() | st.lists(WORDS).map(" ".join) | st.lists(WORDS).map("".join)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The ministers met", ["the", "minist", "meet"]),
        ("Ankara'da ve İSTANBUL’un", ["ankara", "da", "ve", "istanbul", "un"]),
        ("Turkey's, TURKEY’S, Türkiye's", ["turkey", "turkey", "turkey"]),
        ("doesn't won't they've", ["doe", "wo", "they"]),
        ("U.S. U.S.A. USA US U.K.", ["us", "us", "us", "us", "uk"]),
        ("M.Ö. T.C. e.g.", ["mo", "tc", "eg"]),
        ("1,611 and 2,227,000", ["1611", "and", "2227000"]),
        ("4.3 million, 4,3 milyon", ["4.3", "million", "4.3", "milyon"]),
        ("1.611 kişi, 1.234.567", ["1611", "1.611", "kisi", "1234567"]),
        ("29.11.2022 and 14.00'te", ["29", "11", "2022", "and", "14.00", "te"]),
        ("At 10, 20 or 30.", ["at", "10", "20", "or", "30"]),
        ("F-35", ["f35", "f", "35"]),
        ("F-35As", ["f", "35as"]),
        ("SAMP/T", ["sampt", "samp", "t"]),
        ("mid-2022 June 24-25", ["mid", "2022", "june", "24", "25"]),
        ("Kyiv Kiev Zelenskyy Zelensky", ["kiev", "kiev", "zelenski", "zelenski"]),
        ("a light-\nhouse", ["a", "lighthous", "light", "hous"]),
        ("light-\r\n  house", ["lighthous", "light", "hous"]),
        ("Olsen-\nBerg 12-\nyear", ["olsen", "berg", "12", "year"]),
        ("e\u0301clair Éclair snake_case", ["eclair", "eclair", "snake", "case"]),
        ("他走了", ["他", "走", "了"]),
        ("?!… -- “”", []),
        ("", []),
    ],
)
def test_terms_of_a_text(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize("spelling", ["F-35", "F35", "F 35", "f-35", "F‑35", "F-35s", "F35's"])
def test_a_code_is_found_however_it_is_joined(spelling: str) -> None:
    assert "f35" in terms(f"They sold {spelling} jets")


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("COVID-19", "Covid 19"),
        ("S-400", "S400"),
        ("G-7", "G7"),
        ("F-35A", "F 35"),
        ("MiG-29", "MIG 29"),
    ],
)
def test_codes_share_a_term_with_their_other_spellings(text: str, other: str) -> None:
    assert set(terms(text)) & set(terms(other))


def test_a_year_is_no_part_of_a_code_but_stays_a_term() -> None:
    assert terms("US 2022") == ["us", "2022"]
    assert terms("US 50") == ["us50", "us", "50"]


def test_the_pronoun_is_not_the_country() -> None:
    assert terms("tell us") == ["tell", "we"]
    assert terms("the US") == ["the", "us"]


def test_a_giant_word_is_cut() -> None:
    assert {len(term) for term in terms("a" * 100_000)} == {64, 100_000 % 64}


def test_spans_lead_back_to_the_text_as_written() -> None:
    text = "İİ: Türkiye's F-35s, e\u0301t U.S."
    assert [(term, text[a:b]) for term, a, b in term_spans(text)] == [
        ("ii", "İİ"),
        ("turkey", "Türkiye"),
        ("f35", "F-35s"),
        ("f", "F"),
        ("35", "35"),
        ("et", "e\u0301t"),
        ("us", "U.S."),
    ]


@given(TEXTS)
def test_spans_are_the_terms_in_order_and_in_bounds(text: str) -> None:
    found = term_spans(text)
    assert [term for term, _, _ in found] == terms(text)
    assert all(0 <= start < end <= len(text) for _, start, end in found)
    assert [start for _, start, _ in found] == sorted(start for _, start, _ in found)


@given(TEXTS)
def test_terms_are_words_without_white_space(text: str) -> None:
    assert all(term and not any(map(str.isspace, term)) for term in terms(text))


@pytest.mark.parametrize(
    ("form", "verb"),
    [
        ("met", "meet"),
        ("bought", "buy"),
        ("fled", "flee"),
        ("withdrawn", "withdraws"),
        ("won", "win"),
    ],
)
def test_irregular_verbs_are_found_by_any_form(form: str, verb: str) -> None:
    assert terms(form) == terms(verb)


def test_found_is_not_founded() -> None:
    assert terms("found") != terms("founded")


@pytest.mark.parametrize(
    ("language", "text", "other"),
    [
        ("de", "die Häuser der Minister", "das Haus des Ministers"),
        ("de", "getroffen traf", "treffen treffen"),
        ("fr", "les décisions signées", "la décision signer"),
        ("fr", "réunis", "réunie"),
        ("es", "las canciones reunieron", "la canción reunió"),
        ("es", "dijo", "decir"),
        ("ru", "министры", "министров"),
        ("it", "i ministri", "il ministro"),
    ],
)
def test_forms_of_a_word_share_its_term(language: str, text: str, other: str) -> None:
    assert terms(text, language)[-1] == terms(other, language)[-1]


def test_turkish_and_languages_without_a_stemmer_are_stemmed_as_english() -> None:
    assert terms("bakanlar met", "tr") == terms("bakanlar met") == ["bakanlar", "meet"]
    assert terms("ministers", "hr") == ["minist"]


@pytest.mark.parametrize("language", ["en", "tr", "de", "fr", "es"])
def test_a_name_is_spelled_one_way_in_every_language(language: str) -> None:
    assert terms("Kyiv Kiev Kiew", language) == ["kiev"] * 3
    assert terms("Türkiye", language) == ["turkey"]


def test_elided_words_stand_apart() -> None:
    assert terms("l'Ukraine, qu’il", "fr") == ["l", "ukrain", "qu", "il"]
