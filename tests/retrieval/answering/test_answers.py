"""Which answers are given, by what name, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from retrieval.reader.base import Reading
from retrieval.types import Answer

Read = Callable[..., Reading]
Ask = Callable[..., tuple[Answer, ...]]

MEETINGS = (
    "Norwegian Foreign Minister Elin Dahl met with Portuguese Foreign Minister Tomás Ferreira in "
    "Tarn. Dahl also saw his Estonian counterpart, Maarja Tamm. Reporters waited outside."
)


def texts(found: tuple[Answer, ...]) -> list[str]:
    return [answer.text for answer in found]


def test_a_list_is_ordered_by_probability_and_cut(read: Read, ask: Ask) -> None:
    spans = {"Portuguese Foreign Minister Tomás Ferreira": 0.8, "Maarja Tamm": 0.5, "Tarn": 0.1}
    found = ask("Who did Dahl meet?", read("one", MEETINGS, spans))
    assert texts(found) == ["Tomás Ferreira", "Maarja Tamm"]
    assert [answer.probability for answer in found] == pytest.approx([0.8, 0.5])
    assert found[0].quotes[0].answer is not None
    assert found[0].quotes[0].answer.text == "Tomás Ferreira"


def test_who_is_much_less_probable_than_the_best_is_not_listed(read: Read, ask: Ask) -> None:
    spans = {"Tomás Ferreira": 0.9, "Elin Dahl": 0.1, "Maarja Tamm": 0.7}
    told = ask("Who attended the talks in Tarn?", read("one", MEETINGS, spans))
    assert texts(told) == ["Tomás Ferreira", "Maarja Tamm"]


def test_who_was_not_met_is_no_answer(read: Read, ask: Ask) -> None:
    text = (
        "Dahl did not meet Maarja Tamm, but she met Amos Reed. "
        "Dahl never met Tomás Ferreira. Jonas Okafor wasn't there when Dahl met Lotte Vik."
    )
    names = ("Maarja Tamm", "Amos Reed", "Tomás Ferreira", "Lotte Vik")
    reading = read("one", text, dict.fromkeys(names, 0.8))
    assert set(texts(ask("Who did Dahl meet?", reading))) == {"Amos Reed", "Lotte Vik"}
    assert set(texts(ask("Who did Dahl not meet?", reading))) == {"Maarja Tamm", "Tomás Ferreira"}


def test_who_stayed_away_may_answer_where_no_clause_denies_what_was_asked(
    read: Read, ask: Ask
) -> None:
    reading = read("one", "Maarja Tamm stayed at home. Amos Reed came.", {"Maarja Tamm": 0.8})
    assert texts(ask("Who did not come?", reading)) == ["Maarja Tamm"]


def test_who_was_met_is_not_told_as_not_met(read: Read, ask: Ask) -> None:
    reading = read("one", "Dahl met Amos Reed on Nordøy.", {"Amos Reed": 0.9})
    assert ask("Who did Dahl not meet?", reading) == ()
    assert ask("Who didn't meet Dahl?", reading) == ()
    assert texts(ask("Who did Dahl meet?", reading)) == ["Amos Reed"]


def test_a_language_whose_denials_are_not_known_answers_as_before(read: Read, ask: Ask) -> None:
    reading = read("one", "Dahl traf Amos Reed auf Nordøy.", {"Amos Reed": 0.9}, language="de")
    assert texts(ask("Who did Dahl not meet?", reading)) == ["Amos Reed"]


@pytest.mark.parametrize("asked", ["How much is bread now?", "What is the latest price of bread?"])
def test_the_newest_value_is_the_one_of_now(read: Read, ask: Ask, asked: str) -> None:
    old = [
        read(id, "Bread costs 3 euros in Tarn.", {"3 euros": 0.8}, published=date(2024, 3, day))
        for id, day in (("one", 1), ("two", 3))
    ]
    new = read("new", "Bread went up to 4 euros.", {"4 euros": 0.6}, published=date(2024, 3, 9))
    other = read("other", "Milk costs 9 euros.", {"9 euros": 0.2}, published=date(2024, 4, 9))
    undated = read("undated", "Bread costs 7 euros.", {"7 euros": 0.7})
    assert texts(ask(asked, *old, new, other, undated))[0] == "4 euros"
    assert texts(ask("How much does bread cost?", *old, new, other))[0] == "3 euros"
    assert texts(ask(asked, undated)) == ["7 euros"]


def test_nobody_may_be_the_answer(read: Read, ask: Ask) -> None:
    reading = read("one", "Nobody from Tarn came.", {"Nobody": 0.8})
    assert texts(ask("Who came from Tarn?", reading)) == ["Nobody"]


def test_initials_tell_namesakes_apart(read: Read, ask: Ask) -> None:
    text = "Amos K. L. Reed sold the mill in 1991. His son Amos K. Reed bought the quay in 2003."
    reading = read("one", text, {"the mill": 0.8, "the quay": 0.6})
    assert texts(ask("What did Amos K. Reed buy or sell?", reading)) == ["the quay"]
    assert texts(ask("What did Amos K. L. Reed buy or sell?", reading)) == ["the mill"]
    assert texts(ask("What did Amos Reed sell?", reading))[0] == "the mill"


def test_a_part_of_a_date_is_shown_whole(read: Read, ask: Ask) -> None:
    english = read("one", "The quay was opened on Oct. 3, 2022, at noon.", {"2022": 0.8})
    assert texts(ask("When was the quay opened?", english)) == ["Oct. 3, 2022"]
    german = read("two", "Dahl tritt am 1. Juli zurück.", {"1": 0.8}, language="de")
    assert texts(ask("when tritt Dahl zurück?", german)) == ["1. Juli"]
    alone = read("three", "It took 2022 nails and 3 days.", {"3 days": 0.8})
    assert texts(ask("When was it done?", alone)) == ["3 days"]


def test_those_who_refused_are_told_together(read: Read, ask: Ask) -> None:
    text = (
        "The mayors of Tarn, Lund and Hav signed the water pact. Maarja Tamm and Amos Reed refused "
        "to sign it. Elin Dahl did not come, and Jonas Okafor was not asked."
    )
    names = ("Maarja Tamm", "Amos Reed", "Elin Dahl", "Jonas Okafor")
    reading = read("one", text, {**dict.fromkeys(names, 0.6), "The mayors of Tarn": 0.8})
    asked = ask("Who did not sign the water pact?", reading)
    assert set(texts(asked)) == {"Maarja Tamm", "Amos Reed"}
    assert texts(ask("Who was not asked?", reading)) == ["Jonas Okafor"]


def test_the_ministers_of_several_countries_are_all_told(read: Read, ask: Ask) -> None:
    text = "The fisheries ministers of Norway, Iceland and Denmark signed the pact on cod."
    spans = {"The fisheries ministers of Norway": 0.7, "Iceland": 0.8, "Denmark": 0.8}
    told = " | ".join(texts(ask("Who signed the pact?", read("one", text, spans))))
    assert told == "Iceland | Denmark | The fisheries ministers of Norway"


def test_a_description_beside_a_country_is_no_item_of_a_list(read: Read, ask: Ask) -> None:
    text = "The host of the talks, Norway, signed the pact with Iceland."
    spans = {"The host of the talks": 0.7, "Norway": 0.8}
    assert texts(ask("Who signed the pact?", read("one", text, spans))) == ["Norway"]


def test_nothing_is_said_below_the_threshold(read: Read, ask: Ask) -> None:
    reading = read("one", MEETINGS, {"Maarja Tamm": 0.29})
    assert ask("Who did Dahl meet?", reading) == ()
    assert ask("Who did Dahl meet?") == ()


def test_no_more_than_asked_for(read: Read, ask: Ask) -> None:
    reading = read("one", MEETINGS, {"Tomás Ferreira": 0.8, "Maarja Tamm": 0.7})
    assert texts(ask("Who did Dahl meet?", reading, most=1)) == ["Tomás Ferreira"]


def test_who_is_named_in_the_question_is_no_answer(read: Read, ask: Ask) -> None:
    spans = {"Norwegian Foreign Minister Elin Dahl": 0.9, "Maarja Tamm": 0.6}
    reading = read("one", MEETINGS, spans)
    for question in ("Who did Dahl meet?", "who did elin dahl meet", "WHO DID DAHL MEET?"):
        assert texts(ask(question, reading)) == ["Maarja Tamm"]
    spelled = read("two", "Sukru Cavdar saw Şükrü Çavdar and İpek Işık.", {"Şükrü Çavdar": 0.9})
    assert ask("who did cavdar see?", spelled) == ()


def test_kin_may_share_the_surname(read: Read, ask: Ask) -> None:
    reading = read("one", "Amos Reed married Barbara Lund Reed.", {"Barbara Lund Reed": 0.9})
    assert texts(ask("Who did Reed marry?", reading)) == ["Barbara Lund Reed"]
    assert ask("Who did Reed meet?", reading) == ()


def test_a_choice_in_the_question_may_be_the_answer(read: Read, ask: Ask) -> None:
    reading = read("one", "Elin Dahl won the race.", {"Elin Dahl": 0.9})
    assert texts(ask("Who won the race, Dahl or Ferreira?", reading)) == ["Elin Dahl"]


def test_shorter_mentions_join_the_full_name(read: Read, ask: Ask) -> None:
    readings = [
        read("one", "Dahl met Secretary Reed.", {"Secretary Reed": 0.9}),
        read("two", "Dahl met US Secretary of State Amos Reed.", {"Amos Reed": 0.6}),
        read("three", "There Dahl saw A. J. Reed.", {"A. J. Reed": 0.5}),
    ]
    (answer,) = ask("Who did Dahl meet?", *readings)
    assert answer.text == "Amos Reed"
    assert [quote.article.id for quote in answer.quotes] == ["one", "two", "three"]
    assert answer.probability == pytest.approx(0.9)


def test_spellings_join_across_articles(read: Read, ask: Ask) -> None:
    readings = [
        read("one", "Reed met Şükrü Çavdar.", {"Şükrü Çavdar": 0.9}),
        read("two", "Reed met with Sukru Cavdar.", {"Sukru Cavdar": 0.8}),
        read("three", "Reed, ÇAVDAR'la görüştü.", {"ÇAVDAR": 0.7}, language="tr"),
    ]
    (answer,) = ask("Who did Reed meet?", *readings)
    assert answer.text == "Şükrü Çavdar"
    assert len(answer.quotes) == 3


def test_different_people_of_one_surname_stay_apart(read: Read, ask: Ask) -> None:
    readings = [
        read("one", "Dahl met Amos Reed, and Reed was glad.", {"Amos Reed": 0.8}),
        read("two", "Dahl met Barbara Reed. Later she met Reed.", {"Barbara Reed": 0.7}),
        read("three", "Dahl met Reed.", {"Reed": 0.6}),
    ]
    found = ask("Who did Dahl meet?", *readings)
    assert texts(found) == ["Amos Reed", "Barbara Reed"]
    assert [[quote.article.id for quote in answer.quotes] for answer in found] == [
        ["one", "three"],
        ["two"],
    ]


def test_a_bare_surname_joins_the_name_told_in_its_article(read: Read, ask: Ask) -> None:
    text = "Dahl met Barbara Reed. Then Dahl spoke with Reed again."
    readings = [
        read("one", "Dahl met Amos Reed.", {"Amos Reed": 0.8}),
        read("two", text, {"Barbara Reed": 0.5}, sentences=slice(0, 1)),
        read("two", text, {"Reed again": 0.6}, sentences=slice(1, 2)),
    ]
    found = ask("Who did Dahl meet?", *readings)
    assert texts(found) == ["Amos Reed", "Barbara Reed"]
    assert found[1].probability == pytest.approx(0.6)
    assert len(found[1].quotes) == 2


def test_a_surname_of_two_people_in_its_article_is_not_guessed(read: Read, ask: Ask) -> None:
    text = "Amos Reed came with Barbara Reed. Dahl met Reed at noon."
    alone = read("two", text, {"Reed at": 0.6}, sentences=slice(1, 2))
    assert texts(ask("Who did Dahl meet?", alone)) == ["Reed"]


def test_a_doubtful_surname_joins_whom_its_article_answers_with(read: Read, ask: Ask) -> None:
    text = "Amos Reed stayed away. Dahl met Barbara Reed. Then she saw Reed again."
    readings = [
        read("one", "Dahl met Amos Reed.", {"Amos Reed": 0.8}),
        read("two", text, {"Barbara Reed": 0.5, "Reed again": 0.6}),
    ]
    found = ask("Who did Dahl meet?", *readings)
    assert texts(found) == ["Amos Reed", "Barbara Reed"]
    assert [answer.probability for answer in found] == pytest.approx([0.8, 0.6])


def test_two_names_in_one_span_are_two_answers(read: Read, ask: Ask) -> None:
    span = "Tomás Ferreira of Portugal and Estonian minister Maarja Tamm"
    reading = read("one", f"In Tarn, Dahl received {span}.", {span: 0.7})
    assert sorted(texts(ask("Who did Dahl receive?", reading))) == ["Maarja Tamm", "Tomás Ferreira"]


def test_overlapping_passages_count_a_place_once(read: Read, ask: Ask) -> None:
    first = read("one", MEETINGS, {"Maarja Tamm": 0.6}, sentences=slice(0, 2))
    second = read("one", MEETINGS, {"Estonian counterpart, Maarja Tamm": 0.4})
    (answer,) = ask("Who did Dahl meet?", first, second)
    assert answer.probability == pytest.approx(0.6)
    assert len(answer.quotes) == 1


def test_names_go_before_descriptions_and_pronouns_never_answer(read: Read, ask: Ask) -> None:
    text = "He met the minister. She met Maarja Tamm. Dahl met reporters."
    reading = read("one", text, {"He": 0.9, "the minister": 0.7, "Maarja Tamm": 0.5})
    assert texts(ask("Who did Dahl meet?", reading)) == ["Maarja Tamm"]
    unnamed = read("one", text, {"He": 0.9, "reporters": 0.7})
    assert texts(ask("Who did Dahl meet?", unnamed)) == ["reporters"]
    unsure = read("one", text, {"the minister": 0.62, "Maarja Tamm": 0.305})
    assert texts(ask("Who did Dahl meet?", unsure)) == ["the minister", "Maarja Tamm"]


def test_countries_and_bodies_answer_only_where_no_person_does(read: Read, ask: Ask) -> None:
    text = "Dahl met Maarja Tamm of Estonia. Portugal and the Tarn Council sent nobody."
    spans = {"Maarja Tamm": 0.7, "Portugal": 0.6, "Tarn Council": 0.5}
    assert texts(ask("Who did Dahl meet?", read("one", text, spans))) == ["Maarja Tamm"]
    won = read("one", "Portugal won the cup.", {"Portugal": 0.9})
    assert texts(ask("Who won the cup?", won)) == ["Portugal"]


def test_an_organisation_may_answer_who(read: Read, ask: Ask) -> None:
    reading = read("one", "The quay was bought by the Tarn Motors company.", {"Tarn Motors": 0.9})
    assert texts(ask("Who bought the quay?", reading)) == ["Tarn Motors"]


def test_a_country_list(read: Read, ask: Ask) -> None:
    text = "Ministers came from Norway, Estonia, and Bosnia and Herzegovina; Türkiye sent a letter."
    readings = [
        read("one", text, {"Norway, Estonia, and Bosnia and Herzegovina": 0.8}),
        read("two", "Turkey and Estonia signed.", {"Turkey and Estonia": 0.5}),
    ]
    found = ask("Which countries signed the treaty?", *readings)
    assert sorted(texts(found)) == ["Bosnia and Herzegovina", "Estonia", "Norway", "Turkey"]


def test_one_value_is_shown_alone(read: Read, ask: Ask) -> None:
    text = "The storm killed 12 people and hurt 30. On Tarn, 14 boats were lost."
    reading = read("one", text, {"12": 0.9, "30": 0.85, "14": 0.5})
    assert texts(ask("How many people were killed?", reading)) == ["12"]


def test_values_that_contradict_are_shown_when_about_as_sure(read: Read, ask: Ask) -> None:
    readings = [
        read("one", "The storm killed 12 people.", {"12": 0.9}),
        read("two", "At least twelve people died in the storm.", {"At least twelve": 0.8}),
        read("three", "The storm has killed 15.", {"15": 0.85}),
    ]
    found = ask("How many people were killed?", *readings)
    assert texts(found) == ["12", "15"]
    assert len(found[0].quotes) == 2


def test_dates_that_may_be_the_same_do_not_contradict(read: Read, ask: Ask) -> None:
    readings = [
        read("one", "The storm came on Feb. 24.", {"on Feb. 24.": 0.9}),
        read("two", "The storm of 24 February 2022 was long.", {"24 February 2022": 0.85}),
        read("three", "The storm came on Thursday.", {"Thursday": 0.88}),
        read("four", "The storm came on Feb. 26.", {"Feb. 26": 0.87}),
    ]
    found = ask("When did the storm come?", *readings)
    assert texts(found) == ["Feb. 24", "Feb. 26"]
    assert [quote.article.id for quote in found[0].quotes] == ["one", "two"]


def test_a_place_and_its_country_do_not_contradict(read: Read, ask: Ask) -> None:
    readings = [
        read("one", "Dahl met Tamm in Tarn, Norway.", {"in Tarn": 0.9}),
        read("two", "They met in Norway.", {"Norway": 0.88}),
        read("three", "The two met in Lund.", {"Lund": 0.87}),
        read("four", "Dahl met Tamm at Tarn, Norway.", {"Tarn, Norway": 0.5}),
    ]
    found = ask("Where did Dahl meet Tamm?", *readings)
    assert texts(found) == ["Tarn", "Lund"]


def test_a_place_without_a_name_contradicts_nothing(read: Read, ask: Ask) -> None:
    readings = [
        read("one", "Dahl met Tamm in Tarn.", {"Tarn": 0.9}),
        read("two", "They met at the hospital.", {"at the hospital": 0.89}),
    ]
    assert texts(ask("Where did Dahl meet Tamm?", *readings)) == ["Tarn"]


def test_more_than_three_values_are_confusion(read: Read, ask: Ask) -> None:
    readings = [
        read(str(number), f"The storm killed {number} people.", {str(number): 0.9})
        for number in range(11, 16)
    ]
    assert len(ask("How many people were killed?", *readings, threshold=0.1)) == 3


def test_the_wrong_kind_loses(read: Read, ask: Ask) -> None:
    reading = read("one", MEETINGS, {"Tarn": 0.9})
    assert ask("When did Dahl meet Ferreira?", reading) == ()
    assert ask("How many ministers did Dahl meet?", reading) == ()
    assert texts(ask("Where did Dahl meet Ferreira?", reading)) == ["Tarn"]


def test_words_of_the_question_are_no_answer(read: Read, ask: Ask) -> None:
    reading = read("one", "The storm hit Tarn. It was strong.", {"The storm": 0.9, "It": 0.8})
    assert ask("What did the storm hit?", reading) == ()


def test_a_statement_is_given_in_its_own_words(read: Read, ask: Ask) -> None:
    text = "Dahl said: “The quay is far too small.”"
    reading = read("one", text, {"“The quay is far too small.”": 0.9})
    (answer,) = ask("What did Dahl say about the quay?", reading)
    assert answer.kind == "quote"
    assert answer.text == answer.quotes[0].text == text
    assert answer.quotes[0].answer is None


def test_turkish(read: Read, ask: Ask) -> None:
    text = "Dışişleri Bakanı Şükrü Çavdar, Tarn'da Amos Reed ve İpek Işık'la görüştü."
    reading = read(
        "one", text, {"Amos Reed ve İpek Işık'la": 0.8, "Şükrü Çavdar": 0.7}, language="tr"
    )
    assert sorted(texts(ask("Çavdar kimlerle görüştü?", reading))) == ["Amos Reed", "İpek Işık"]
    where = read("one", text, {"Tarn'da": 0.8, "Amos Reed": 0.7}, language="tr")
    assert texts(ask("Çavdar nerede görüştü?", where)) == ["Tarn"]


def test_a_question_for_two_gets_two_at_most(read: Read, ask: Ask) -> None:
    text = "Estonia, Portugal and Norway were named."
    reading = read("one", text, {"Estonia": 0.9, "Portugal": 0.8, "Norway": 0.7})
    assert texts(ask("Which two countries were named?", reading)) == ["Estonia", "Portugal"]
    assert len(ask("Which countries were named?", reading)) == 3
