"""Dialogues: what was asked and answered, what is asked next, and how it is understood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.types import Turn
from retrieval.understanding import stand_alone

MET = Turn("who did Lindqvist meet?", ("Tomás Ferreira", "Elin Dahl", "Jonas Okafor"))
MET_ONE = Turn("who did Lindqvist meet?", ("Tomás Ferreira",))
MET_IN_OSLO = Turn("who did Lindqvist meet in Oslo in 2022?", ("Tomás Ferreira",))
SIGNED = Turn("who signed the harbour treaty?", ("Tomás Ferreira",))
SIGNED_BY_SOME = Turn("who signed the harbour treaty?", ("Tomás Ferreira", "Elin Dahl"))
SAID = Turn("what did Lindqvist say about the harbour treaty?", ("“It will last.”",))
DIED = Turn("how many people died in the storm?", ("212",))
MINISTER = Turn("who is the Danish shipping minister?", ("Elin Dahl",))
ARRIVED = Turn("when did Sweden join the alliance?", ("March 7, 2024",))
BOUGHT = Turn("which radar system did Norway buy from Kongsfell?", ("the SR-12",))
LOWER = Turn("who did lindqvist meet", ())
SUCCEEDED = Turn("Who did Elin Dahl succeed?", ("Jonas Okafor",), typed="Who did she succeed?")
SENTENCE = Turn("who did Lindqvist meet?", ("Lindqvist met Elin Dahl in Oslo on Friday.",))
GÖRÜŞTÜ = Turn("Lindqvist kiminle görüştü?", ("Elin Dahl",))
GÖRÜŞTÜLER = Turn("Lindqvist Oslo'da kiminle görüştü?", ("Elin Dahl", "Jonas Okafor"))
İMZALADI = Turn("Anlaşmayı kim imzaladı?", ("Elin Dahl",))


def check(turns: Turn | list[Turn], question: str, expected: str) -> None:
    assert stand_alone(question, turns if isinstance(turns, list) else [turns]) == expected


@pytest.mark.parametrize(
    ("turns", "question", "expected"),
    [
        # A place, a time, or both come in or take another's place.
        (MET, "and in Bucharest?", "who did Lindqvist meet in Bucharest?"),
        (MET, "And in Bucharest?", "Who did Lindqvist meet in Bucharest?"),
        (MET, "in Bucharest?", "who did Lindqvist meet in Bucharest?"),
        (MET, "and Bucharest?", "who did Lindqvist meet in Bucharest?"),
        (MET, "what about Bucharest?", "who did Lindqvist meet in Bucharest?"),
        (MET_IN_OSLO, "and in Riga?", "who did Lindqvist meet in Riga in 2022?"),
        (MET_IN_OSLO, "and Riga?", "who did Lindqvist meet in Riga in 2022?"),
        (
            MET_IN_OSLO,
            "ok, and at the summit?",
            "who did Lindqvist meet in Oslo at the summit in 2022?",
        ),
        (MET_IN_OSLO, "and in 2023?", "who did Lindqvist meet in Oslo in 2023?"),
        (MET_IN_OSLO, "and 2023?", "who did Lindqvist meet in Oslo in 2023?"),
        (MET_IN_OSLO, "last week?", "who did Lindqvist meet in Oslo last week?"),
        (MET_IN_OSLO, "and in Riga in 2023?", "who did Lindqvist meet in Riga in 2023?"),
        (MET, "and in 2022?", "who did Lindqvist meet in 2022?"),
        (MET, "and since May?", "who did Lindqvist meet since May?"),
        (MET, "and on November 6?", "who did Lindqvist meet on November 6?"),
        (MET, "and November 6?", "who did Lindqvist meet on November 6?"),
        (LOWER, "and in bucharest", "who did lindqvist meet in bucharest?"),
        (LOWER, "and in veldmark", "who did lindqvist meet in veldmark?"),
        (Turn("who won the 2022 Harbour Cup?"), "and in 2018?", "who won the 2018 Harbour Cup?"),
        (DIED, "and in Riga?", "how many people died in the storm in Riga?"),
        (DIED, "and in the flood?", "how many people died in the flood?"),
        (ARRIVED, "and Finland?", "when did Finland join the alliance?"),
        (
            Turn("what is the capital of Norway?"),
            "and of Sweden?",
            "what is the capital of Sweden?",
        ),
        (Turn("what is the capital of Norway?"), "and Sweden?", "what is the capital of Sweden?"),
        # A person takes another's place.
        (MET, "and Okafor?", "who did Okafor meet?"),
        (MET, "what about Marta Okafor?", "who did Marta Okafor meet?"),
        (MET, "how about the Danish minister?", "who did the Danish minister meet?"),
        (MET_IN_OSLO, "and Okafor in 2023?", "who did Okafor meet in Oslo in 2023?"),
        (LOWER, "and okafor?", "who did okafor meet?"),
        (SAID, "and Okafor?", "what did Okafor say about the harbour treaty?"),
        (Turn("when was Elin Dahl born?"), "and Okafor?", "when was Okafor born?"),
        (Turn("where did Lindqvist meet Dahl?"), "and Okafor?", "where did Lindqvist meet Okafor?"),
        # What it is about.
        (SAID, "and about Syria?", "what did Lindqvist say about Syria?"),
        (SAID, "and the ferry strike?", "what did Lindqvist say about the ferry strike?"),
        (SAID, "what about fishing?", "what did Lindqvist say about fishing?"),
        (
            Turn("what did Dahl say?"),
            "what about the treaty?",
            "what did Dahl say about the treaty?",
        ),
        (Turn("what did Dahl say?"), "and Syria?", "what did Dahl say about Syria?"),
        (SIGNED, "what about the fishing treaty?", "who signed the fishing treaty?"),
        (SAID, "and his deputy?", "what did Lindqvist's deputy say about the harbour treaty?"),
        (Turn("did Dahl meet Okafor?"), "and Ferreira?", "did Dahl meet Ferreira?"),
        (
            Turn("how many members does the EU have?"),
            "and NATO?",
            "how many members does NATO have?",
        ),
    ],
)
def test_half_questions_change_the_previous_one(
    turns: Turn | list[Turn], question: str, expected: str
) -> None:
    check(turns, question, expected)


@pytest.mark.parametrize(
    ("turns", "question", "expected"),
    [
        (MET_ONE, "where?", "where did Lindqvist meet Tomás Ferreira?"),
        (MET, "where?", "where did Lindqvist meet?"),
        (SENTENCE, "where?", "where did Lindqvist meet?"),
        (MET_IN_OSLO, "when?", "when did Lindqvist meet Tomás Ferreira in Oslo in 2022?"),
        (Turn("who did Dahl meet in 2022?"), "where?", "where did Dahl meet in 2022?"),
        (MET_ONE, "and when was that?", "when did Lindqvist meet Tomás Ferreira?"),
        (MET_ONE, "Why did that happen?", "Why did Lindqvist meet Tomás Ferreira?"),
        (MET_ONE, "in what year?", "in what year did Lindqvist meet Tomás Ferreira?"),
        (MET_ONE, "on which day?", "on which day did Lindqvist meet Tomás Ferreira?"),
        (LOWER, "where", "where did lindqvist meet?"),
        (Turn("who did Dahl talk to in Oslo?"), "when?", "when did Dahl talk to someone in Oslo?"),
        (
            Turn("who did Dahl talk to?", ("Jonas Okafor",)),
            "when?",
            "when did Dahl talk to Jonas Okafor?",
        ),
        (Turn("how strong was the storm?"), "where?", "where was the storm?"),
        (MET, "who else?", "who else did Lindqvist meet?"),
        (MET, "anyone else?", "who else did Lindqvist meet?"),
        (SIGNED, "when?", "when did Tomás Ferreira sign the harbour treaty?"),
        (SIGNED_BY_SOME, "when?", "when did someone sign the harbour treaty?"),
        (SIGNED_BY_SOME, "but why?", "why did someone sign the harbour treaty?"),
        (
            Turn("who wrote the letters to Dahl?"),
            "when?",
            "when did someone write the letters to Dahl?",
        ),
        (
            Turn("who stopped the ferry?", ("Elin Dahl",)),
            "why?",
            "why did Elin Dahl stop the ferry?",
        ),
        (Turn("when was the treaty signed?"), "where?", "where was the treaty signed?"),
        (Turn("when was the treaty signed?"), "by whom?", "who signed the treaty?"),
        (Turn("where did Dahl meet in May?"), "who?", "who did Dahl meet in May?"),
        (Turn("did Dahl visit Riga?"), "when?", "when did Dahl visit Riga?"),
        (Turn("Did Dahl visit Riga?"), "when?", "when did Dahl visit Riga?"),
        (Turn("is Norway a member?"), "since when?", "since when is Norway a member?"),
        (MINISTER, "since when?", "since when is Elin Dahl the Danish shipping minister?"),
        (DIED, "when?", "when did people die in the storm?"),
        (DIED, "who?", "who died in the storm?"),
        (BOUGHT, "when?", "when did Norway buy the SR-12 from Kongsfell?"),
        (
            Turn("what did Dahl discuss in Riga?"),
            "with whom?",
            "with whom did Dahl discuss something in Riga?",
        ),
    ],
)
def test_a_question_word_alone_asks_about_the_previous_question(
    turns: Turn | list[Turn], question: str, expected: str
) -> None:
    check(turns, question, expected)


@pytest.mark.parametrize(
    ("turns", "question", "expected"),
    [
        # He and she: the subject, unless the question asked for it.
        (MET, "what did he say about Syria?", "what did Lindqvist say about Syria?"),
        (MET_ONE, "what did he say about Syria?", "what did Lindqvist say about Syria?"),
        (MET_IN_OSLO, "And what did she say?", "What did Lindqvist say?"),
        (LOWER, "what did he say about syria", "what did lindqvist say about syria?"),
        (SIGNED, "where was he born?", "where was Tomás Ferreira born?"),
        (MINISTER, "did she visit Ankara?", "did Elin Dahl visit Ankara?"),
        (MINISTER, "how old is she?", "how old is Elin Dahl?"),
        (
            Turn("who succeeded Dahl?", ("Jonas Okafor",)),
            "when did he resign?",
            "when did Jonas Okafor resign?",
        ),
        (
            Turn("which minister came to Riga?", ("Jonas Okafor",)),
            "is he Danish?",
            "is Jonas Okafor Danish?",
        ),
        (MET_ONE, "who is he?", "who is Tomás Ferreira?"),
        (MET_ONE, "what did Lindqvist tell him?", "what did Lindqvist tell Tomás Ferreira?"),
        (MET_ONE, "who appointed him?", "who appointed Tomás Ferreira?"),
        (MET, "who appointed him?", "who appointed Lindqvist?"),
        (MINISTER, "who met her in May?", "who met Elin Dahl in May?"),
        (MINISTER, "what is her plan?", "what is Elin Dahl's plan?"),
        (MET, "what's his position on fishing?", "what is Lindqvist's position on fishing?"),
        (
            Turn("when did president Dahl resign?"),
            "why did she resign?",
            "why did president Dahl resign?",
        ),
        ([MET, DIED], "what did she say?", "what did Lindqvist say?"),
        ([MET, Turn("how many officers came?", ("40",))], "where is he?", "where is Lindqvist?"),
        ([MINISTER, ARRIVED], "did she sign the treaty?", "did Elin Dahl sign the treaty?"),
        # They.
        (MET_ONE, "where did they meet?", "where did Lindqvist and Tomás Ferreira meet?"),
        (SIGNED_BY_SOME, "where did they meet?", "where did Tomás Ferreira and Elin Dahl meet?"),
        (
            Turn("when did Dahl and Okafor talk?"),
            "what did they say?",
            "what did Dahl and Okafor say?",
        ),
        (
            Turn("which ministers came to Riga?"),
            "why did they come?",
            "why did the ministers come?",
        ),
        (ARRIVED, "why did they join?", "why did Sweden join?"),
        (SAID, "why didn't he sign it?", "why didn't Lindqvist sign the harbour treaty?"),
        (Turn("what did Dahl say about Okafor?"), "did they meet?", "did Dahl and Okafor meet?"),
        # It and that.
        (SIGNED, "when does it expire?", "when does the harbour treaty expire?"),
        (SIGNED, "what did Dahl say about it?", "what did Dahl say about the harbour treaty?"),
        (
            SIGNED,
            "what did the minister say about it?",
            "what did the minister say about the harbour treaty?",
        ),
        (SIGNED, "where was it signed?", "where was the harbour treaty signed?"),
        (Turn("who died in the storm?"), "how strong was it?", "how strong was the storm?"),
        (BOUGHT, "how much did it cost?", "how much did the SR-12 cost?"),
        (
            Turn("which radar did Norway buy?"),
            "how much did it cost?",
            "how much did the radar cost?",
        ),
        (SAID, "what did Okafor say about that?", "what did Okafor say about the harbour treaty?"),
        (
            Turn("what did Dahl say about Syria?"),
            "what did Okafor say about that?",
            "what did Okafor say about Syria?",
        ),
        # There.
        (MET_IN_OSLO, "what else did she do there?", "what else did Lindqvist do in Oslo?"),
        (MET_IN_OSLO, "who else was there?", "who else was in Oslo?"),
        (MET_IN_OSLO, "when did Okafor fly there?", "when did Okafor fly to Oslo?"),
        (Turn("where did Dahl meet Okafor?", ("Riga",)), "who lives there?", "who lives in Riga?"),
    ],
)
def test_pronouns_mean_what_was_asked_about(
    turns: Turn | list[Turn], question: str, expected: str
) -> None:
    check(turns, question, expected)


@pytest.mark.parametrize(
    ("turns", "question", "expected"),
    [
        (
            Turn("Who is the mayor of Halden?", ("Ingrid Moe",)),
            "And of Malmö?",
            "Who is the mayor of Malmö?",
        ),
        (
            Turn("Why did the ferry crews strike?", ("because of unpaid overtime",)),
            "for how long?",
            "for how long did the ferry crews strike?",
        ),
        (
            Turn("Why did the ferry crews strike?", ("because of unpaid overtime",)),
            "how long did it last?",
            "how long did it last?",
        ),
        (
            Turn("Why did the ferry crews strike?", ("because of unpaid overtime",)),
            "when did they start?",
            "when did the ferry crews start?",
        ),
        (
            Turn("How many people died in the Tarnow warehouse fire?", ("14",)),
            "and injured?",
            "How many people were injured in the Tarnow warehouse fire?",
        ),
        (
            Turn("Who won the Harbour Marathon?", ("Lucia Ferraro",)),
            "in what time?",
            "in what time did Lucia Ferraro win the Harbour Marathon?",
        ),
        (
            Turn("Who won the Harbour Marathon?", ("Lucia Ferraro",)),
            "with what time?",
            "with what time did Lucia Ferraro win the Harbour Marathon?",
        ),
        (
            Turn("Who won the Harbour Marathon in 2021?", ("Lucia Ferraro",)),
            "by how much?",
            "by how much did Lucia Ferraro win the Harbour Marathon in 2021?",
        ),
        (
            Turn("Who won the Harbour Marathon in 2021?", ("Lucia Ferraro",)),
            "no, in 2020",
            "Who won the Harbour Marathon in 2020?",
        ),
        (
            Turn("Who won the Harbour Marathon in 2021?", ("Lucia Ferraro",)),
            "No, I meant the Lake Marathon",
            "Who won the Lake Marathon in 2021?",
        ),
        (
            Turn("Who won the Harbour Marathon in 2021?", ("Lucia Ferraro",)),
            "I meant 2019",
            "Who won the Harbour Marathon in 2019?",
        ),
        (
            Turn("Who won the Harbour Marathon in 2021?", ("Lucia Ferraro",)),
            "no, who came last?",
            "who came last?",
        ),
        (
            Turn("Who won the Harbour Marathon in 2021?", ("Lucia Ferraro",)),
            "No, I meant how many people ran",
            "How many people ran?",
        ),
        (
            Turn("Who won the Harbour Marathon in 2021?", ("Lucia Ferraro",)),
            "sorry, I meant in 2019",
            "Who won the Harbour Marathon in 2019?",
        ),
        (
            Turn("How many shops did Larssen Foods close?", ("41",)),
            "Where is it based?",
            "Where is Larssen Foods based?",
        ),
        (
            Turn("How many shops did Larssen Foods close?", ("41",)),
            "who runs it?",
            "who runs Larssen Foods?",
        ),
        (
            Turn("How many shops did Larssen Foods close?", ("41",)),
            "How many employees does it have?",
            "How many employees does Larssen Foods have?",
        ),
        (
            Turn("How many shops did Larssen Foods close?", ("41",)),
            "how many in Norway?",
            "How many shops did Larssen Foods close in Norway?",
        ),
        (
            Turn("When did Larssen Foods file for bankruptcy?", ("in March 2020",)),
            "where is it based?",
            "where is Larssen Foods based?",
        ),
        (
            Turn("When did Larssen Foods file for bankruptcy?", ("in March 2020",)),
            "how much does it owe?",
            "how much does Larssen Foods owe?",
        ),
        (
            Turn("What is the name of Pavel Dusek's new novel?", ("The Salt Road",)),
            "how old is he?",
            "how old is Pavel Dusek?",
        ),
        (
            Turn("What is the name of Pavel Dusek's new novel?", ("The Salt Road",)),
            "where was he born?",
            "where was Pavel Dusek born?",
        ),
        (
            Turn("Which film won the Golden Swan?", ("Quiet Harbour",)),
            "against which films?",
            "against which films did Quiet Harbour win the Golden Swan?",
        ),
        (
            Turn("Who did Ingrid Moe meet in Oslo?", ("Tomás Ferreira", "Elin Dahl")),
            "when did they meet?",
            "when did Ingrid Moe, Tomás Ferreira and Elin Dahl meet?",
        ),
        (
            Turn("Which horse won the Aldby Cup?", ("Silver Maren",)),
            "who rode him?",
            "who rode Silver Maren?",
        ),
        (
            Turn("Which horse won the Aldby Cup?", ("Silver Maren",)),
            "how old is he?",
            "how old is Silver Maren?",
        ),
        (
            Turn("Which horse won the Aldby Cup?", ("Silver Maren",)),
            "With which jockey?",
            "With which jockey did Silver Maren win the Aldby Cup?",
        ),
        (
            Turn("Who beat Marta Kovac in the final?", ("Jana Sill",)),
            "by what score?",
            "by what score did Jana Sill beat Marta Kovac in the final?",
        ),
        (
            Turn("What caused the blackout in Halden?", ("a burnt cable",)),
            "how long did it last?",
            "how long did the blackout last?",
        ),
        (
            Turn("Who discovered the comet?", ("Mika Aalto",)),
            "with which telescope?",
            "with which telescope did Mika Aalto discover the comet?",
        ),
        (
            Turn("Who attacked the museum?", ("two masked men",)),
            "were they caught?",
            "were two masked men caught?",
        ),
        (
            Turn("Who attacked the museum?", ("two masked men",)),
            "what did they take?",
            "what did two masked men take?",
        ),
        (
            Turn("What was Halden's slogan of the year for 2020?", ("Calm seas",)),
            "And Malmö's in 2018?",
            "What was Malmö's slogan of the year for 2018?",
        ),
        (
            Turn("What is Larssen's share price?", ("31 crowns",)),
            "and Nordlys's?",
            "What is Nordlys's share price?",
        ),
        (
            Turn("Who won the women's Lake Open?", ("Ada Moe",)),
            "And the men's?",
            "Who won the men's Lake Open?",
        ),
        (
            Turn("When was Anders Holm arrested?", ("May 4",)),
            "and released?",
            "When was Anders Holm released?",
        ),
        (Turn("Is Larssen's plant closed?", ()), "and Nordlys's?", "Is Nordlys's plant closed?"),
        (
            Turn("Tell me about the Halden bridge", ()),
            "who built it?",
            "who built the Halden bridge?",
        ),
        (Turn("Halden bridge", ()), "who built it?", "who built Halden bridge?"),
    ],
)
def test_follow_ups_as_people_type_them(turns: Turn, question: str, expected: str) -> None:
    check(turns, question, expected)


@pytest.mark.parametrize(
    ("turns", "question", "expected"),
    [
        (GÖRÜŞTÜ, "peki ya Bükreş'te?", "Lindqvist Bükreş'te kiminle görüştü?"),
        (GÖRÜŞTÜ, "Peki ya Bükreş?", "Lindqvist Bükreş'te kiminle görüştü?"),
        (GÖRÜŞTÜ, "peki ya bükreşte?", "Lindqvist bükreşte kiminle görüştü?"),
        (GÖRÜŞTÜLER, "peki ya Riga'da?", "Lindqvist Riga'da kiminle görüştü?"),
        (GÖRÜŞTÜ, "peki ya Okafor?", "Okafor kiminle görüştü?"),
        (GÖRÜŞTÜ, "peki 2023'te?", "Lindqvist 2023'te kiminle görüştü?"),
        (
            Turn("Lindqvist 2022'de kiminle görüştü?"),
            "peki ya 2023 yılında?",
            "Lindqvist 2023 yılında kiminle görüştü?",
        ),
        (GÖRÜŞTÜ, "nerede?", "Lindqvist Elin Dahl'la nerede görüştü?"),
        (GÖRÜŞTÜLER, "ne zaman?", "Lindqvist Oslo'da ne zaman görüştü?"),
        (GÖRÜŞTÜLER, "orada ne dedi?", "Lindqvist Oslo'da ne dedi?"),
        (GÖRÜŞTÜLER, "oraya ne zaman gitti?", "Lindqvist Oslo'ya ne zaman gitti?"),
        (GÖRÜŞTÜ, "o ne dedi?", "Lindqvist ne dedi?"),
        (GÖRÜŞTÜ, "Suriye hakkında ne dedi?", "Lindqvist Suriye hakkında ne dedi?"),
        (GÖRÜŞTÜ, "Lindqvist ona ne dedi?", "Lindqvist Elin Dahl'a ne dedi?"),
        (İMZALADI, "nerede doğdu?", "Elin Dahl nerede doğdu?"),
        (İMZALADI, "onun görevi ne?", "Elin Dahl'ın görevi ne?"),
        (
            Turn("İsveç ittifaka ne zaman katıldı?"),
            "peki ya Finlandiya?",
            "Finlandiya ittifaka ne zaman katıldı?",
        ),
        (
            Turn("Dahl Suriye hakkında ne dedi?"),
            "peki ya Libya hakkında?",
            "Dahl Libya hakkında ne dedi?",
        ),
    ],
)
def test_turkish(turns: Turn | list[Turn], question: str, expected: str) -> None:
    check(turns, question, expected)


@pytest.mark.parametrize(
    ("turns", "question"),
    [
        (MET, "who won the World Cup?"),
        (MET, "who did Dahl meet in Riga?"),
        (MET, "what did Dahl say about his trip?"),
        (LOWER, "what did dahl say about his trip?"),
        (MET_ONE, "which country changed its constitution?"),
        (MET_ONE, "who won his seat back?"),
        (MET_ONE, "why did Okafor resign after he met Dahl?"),
        (SIGNED, "which airline said it will cut its fares?"),
        (SIGNED, "is it true that ferries sink?"),
        (SIGNED, "how long does it take to reach Riga?"),
        (SIGNED, "what time is it?"),
        (MET_IN_OSLO, "is there a bridge in Edirne?"),
        (MET_IN_OSLO, "how many islands are there?"),
        (MET_IN_OSLO, "who said that?"),
        (MET_IN_OSLO, "how many ships left that port?"),
        (MET, "And who signed the treaty?"),
        (MET, "fishing treaty"),
        (MET, "Riga"),
        (MET, "what about the grain deal?"),
        (MET, "and if it rains?"),
        (MET, "in the same year?"),
        (MET_IN_OSLO, "where is that?"),
        (MET, "and with whom?"),
        (MET, "and?"),
        (MET, "what?"),
        (MET, "thanks"),
        (DIED, "what did he say?"),
        (ARRIVED, "who?"),
        (Turn("when did Sweden join NATO?"), "what did Dahl say about it?"),
        (SIGNED_BY_SOME, "what did he say?"),
        (Turn("when did Sweden join the alliance?"), "and he?"),
        (Turn("harbour treaty"), "and in Riga?"),
        (Turn("who is Dahl?"), "and in Riga?"),
        (MET, "Queen Ada abdicated on Monday. When was she crowned?"),
        (GÖRÜŞTÜ, "Başbakan kabinesini ne zaman açıkladı?"),
        (GÖRÜŞTÜ, "Ankara'da ne oldu?"),
        (GÖRÜŞTÜ, "Fırtınada kaç kişi öldü?"),
        (GÖRÜŞTÜ, "o gün ne oldu?"),
        (GÖRÜŞTÜ, "who won the World Cup?"),
        (MET, "peki ya Bükreş'te?"),
    ],
)
def test_what_stands_alone_or_is_in_doubt_stays(turns: Turn, question: str) -> None:
    check(turns, question, question)


def test_a_chain_of_follow_ups() -> None:
    turns = [Turn("who did Cavusoglu meet?", ("Liz Truss", "Luigi Di Maio"))]
    understood = []
    for question in (
        "and in Bucharest?",
        "and in 2022?",
        "what did he say about Syria?",
        "and Libya?",
        "when was that?",
        "who won the World Cup?",
    ):
        understood.append(stand_alone(question, turns))
        turns.append(Turn(understood[-1]))
    assert understood == [
        "who did Cavusoglu meet in Bucharest?",
        "who did Cavusoglu meet in Bucharest in 2022?",
        "what did Cavusoglu say about Syria?",
        "what did Cavusoglu say about Libya?",
        "when did Cavusoglu say something about Libya?",
        "who won the World Cup?",
    ]


WORDS = st.sampled_from(
    [
        *("and", "what", "about", "who", "where", "when", "did", "is", "was", "he", "his", "it"),
        *("that", "there", "they", "Lindqvist", "Oslo", "in", "of", "the", "treaty", "sign", "to"),
        *("2022", "May", "met", "peki", "ya", "nerede", "o", "Oslo'da", "kim", "görüştü", "didn't"),
        *("?", ",", ".", "'", "“", "'s"),
    ]
)
TEXTS = st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=12).map(" ".join))
TURNS = st.lists(st.builds(Turn, TEXTS, st.lists(TEXTS, max_size=3).map(tuple)), max_size=5)


@pytest.mark.parametrize("before", ["", "?", "tell me about"])
def test_a_turn_without_words_tells_nobody(before: str) -> None:
    assert stand_alone("did they sign it?", [Turn(before, ())]) == "did they sign it?"


@given(TEXTS, TURNS)
def test_any_text_can_follow_any_turns(question: str, turns: list[Turn]) -> None:
    understood = stand_alone(question, turns)
    if understood != question:
        assert understood.endswith("?")
        assert any(character.isalnum() for character in understood)


@given(TEXTS)
def test_without_turns_nothing_changes(question: str) -> None:
    assert stand_alone(question, []) == question


@pytest.mark.parametrize(
    ("turns", "question", "expected"),
    [
        ([MINISTER, SUCCEEDED], "And how old is he?", "How old is Jonas Okafor?"),
        ([MINISTER, SUCCEEDED], "Who is he?", "Who is Jonas Okafor?"),
        ([MINISTER, SUCCEEDED], "What is his plan?", "What is Jonas Okafor's plan?"),
        ([MINISTER, SUCCEEDED], "And who appointed him?", "Who appointed Jonas Okafor?"),
        ([MINISTER, SUCCEEDED], "How old is she?", "How old is Elin Dahl?"),
        (
            [
                MINISTER,
                SUCCEEDED,
                Turn("How old is Jonas Okafor?", ("67",), typed="And how old is he?"),
            ],
            "And she?",
            "And she?",
        ),
        (
            [
                MINISTER,
                SUCCEEDED,
                Turn("How old is Jonas Okafor?", ("67",), typed="And how old is he?"),
            ],
            "Where was she born?",
            "Where was Elin Dahl born?",
        ),
        (
            [MINISTER, Turn("Who is Elin Dahl's husband?", typed="Who is her husband?")],
            "How old is he?",
            "How old is Elin Dahl's husband?",
        ),
    ],
)
def test_whom_a_turn_called_she_is_not_meant_by_he(
    turns: list[Turn], question: str, expected: str
) -> None:
    check(turns, question, expected)
