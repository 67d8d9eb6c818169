"""Questions that ask for nothing but what is new: "What happened last week?"."""

from __future__ import annotations

from datetime import date

import pytest

from retrieval.types import NO_FILTERS, Filters, Question, Turn
from retrieval.understanding import Understood, understand

TODAY = date(2026, 12, 1)
WEEK = Filters(since=date(2026, 11, 23), until=date(2026, 11, 29))


def understood(question: str, *previous: Turn, filters: Filters = NO_FILTERS) -> Understood:
    return understand(Question(question, filters, previous, TODAY))


@pytest.mark.parametrize(
    "question",
    [
        "What happened last week?",
        "what has happened last week",
        "Last week, what happened?",
        "What was going on last week?",
        "What was in the news last week?",
        "What was last week's news?",
        "What were the most important events of last week?",
        "Tell me the news of last week.",
        "Geçen hafta ne oldu?",
        "Geçen hafta neler oldu?",
        "Was ist letzte Woche passiert?",
        "Was geschah letzte Woche?",
        "Que s'est-il passé la semaine dernière ?",
        "Qu’est-ce qui s’est passé la semaine dernière ?",
        "¿Qué pasó la semana pasada?",
        "¿Qué ocurrió la semana pasada?",
    ],
)
def test_a_time_alone_asks_for_its_news(question: str) -> None:
    found = understood(question)
    assert found.news == WEEK


def test_a_month_and_a_day_have_news() -> None:
    november = understood("What happened in November 2026?")
    assert november.news == Filters(since=date(2026, 11, 1), until=date(2026, 11, 30))
    day = understood("What happened on November 24, 2026?")
    assert day.news == Filters(since=date(2026, 11, 24), until=date(2026, 11, 24))
    yesterday = understood("Dün ne oldu?")
    assert yesterday.news == Filters(since=date(2026, 11, 30), until=date(2026, 11, 30))


@pytest.mark.parametrize(
    "question",
    [
        "What's new?",
        "What’s the news?",
        "What are the latest news?",
        "What is the latest news?",
        "Any news?",
        "latest news",
        "Is there any news?",
        "What are the top headlines?",
        "Was gibt es Neues?",
        "Was sind die neuesten Nachrichten?",
        "Quoi de neuf ?",
        "Quelles sont les dernières nouvelles ?",
        "¿Qué hay de nuevo?",
        "¿Cuáles son las últimas noticias?",
        "Son haberler neler?",
        "Yeni ne var?",
    ],
)
def test_news_need_no_time(question: str) -> None:
    assert understood(question).news == NO_FILTERS
    assert understood(question, filters=WEEK).news == WEEK


@pytest.mark.parametrize(
    "question",
    [
        "What happened in Tarnby last week?",
        "What happened to her last week?",
        "When did it happen?",
        "Why did it happen last week?",
        "Who was there last week?",
        "What's new in Tarnby?",
        "What did the mayor say last week?",
        "Any news of the lighthouse?",
        "What is News Corp?",
        "Was ist in Wismar passiert?",
        "Tarnby'de geçen hafta ne oldu?",
        "¿Qué pasó en Cudillero la semana pasada?",
    ],
)
def test_whoever_asks_for_more_is_not_told_the_news(question: str) -> None:
    assert not understood(question).news


def test_what_happened_in_a_conversation_is_what_was_talked_of() -> None:
    turn = Turn("Who put out the fire in Florø?", ("Ada Brandt",), ("florø",))
    assert not understood("What happened?", turn).news
    assert understood("What happened?").news
    assert understood("What happened last week?", turn).news
