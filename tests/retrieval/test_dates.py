from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.dates import DateRange, find_date_range, find_day, tells_of

TODAY = date(2026, 11, 22)  # a Sunday


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("who did Fidan meet in 2022?", "2022-01-01", "2022-12-31"),
        ("who did Fidan meet in May 2022?", "2022-05-01", "2022-05-31"),
        ("what happened during February 2024?", "2024-02-01", "2024-02-29"),
        ("who won the election of 2016?", "2016-01-01", "2016-12-31"),
        ("who was met since May?", "2026-05-01", None),
        ("who was met since December?", "2025-12-01", None),
        ("who was met since Nov. 6, 2023?", "2023-11-06", None),
        ("who came after 14 May 2025?", "2025-05-15", None),
        ("who came before 2020?", None, "2019-12-31"),
        ("who came until March 2021?", None, "2021-03-31"),
        ("who met between March 2022 and June 2022?", "2022-03-01", "2022-06-30"),
        ("who met from 2021 to 2023?", "2021-01-01", "2023-12-31"),
        ("what happened last week?", "2026-11-09", "2026-11-15"),
        ("what happened this week?", "2026-11-16", "2026-11-22"),
        ("what happened last month?", "2026-10-01", "2026-10-31"),
        ("what happened last year?", "2025-01-01", "2025-12-31"),
        ("what happened yesterday?", "2026-11-21", "2026-11-21"),
        ("what happened in the last 3 months?", "2026-08-22", "2026-11-22"),
        ("Fidan 2022'de kiminle görüştü?", "2022-01-01", "2022-12-31"),
        ("Fidan 2022 yılında kiminle görüştü?", "2022-01-01", "2022-12-31"),
        ("Fidan Mayıs 2022'de kiminle görüştü?", "2022-05-01", "2022-05-31"),
        ("Fidan 2022'den beri kiminle görüştü?", "2022-01-01", None),
        ("Fidan geçen hafta kiminle görüştü?", "2026-11-09", "2026-11-15"),
        ("Wen traf Baerbock seit Mai?", "2026-05-01", None),
        ("Was geschah im Mai 2022 in Kiew?", "2022-05-01", "2022-05-31"),
        ("Wer kam nach dem 1. Juli 2024?", "2024-07-02", None),
        ("Wer kam vor März 2021?", None, "2021-02-28"),
        ("Wer gewann im Jahr 2016?", "2016-01-01", "2016-12-31"),
        ("Wer traf sich in den letzten 3 Monaten?", "2026-08-22", "2026-11-22"),
        ("Wer gewann letzte Woche?", "2026-11-09", "2026-11-15"),
        ("Qui a gagné en 2022 ?", "2022-01-01", "2022-12-31"),
        ("Qui est venu après le 1er juillet 2024 ?", "2024-07-02", None),
        ("Que s'est-il passé la semaine dernière ?", "2026-11-09", "2026-11-15"),
        ("Que s'est-il passé entre mars 2020 et juin 2022 ?", "2020-03-01", "2022-06-30"),
        ("¿Quién vino desde mayo de 2024?", "2024-05-01", None),
        ("¿Quién vino antes del 3 de mayo de 2024?", None, "2024-05-02"),
        ("GEÇEN YIL KİM GELDİ?", "2025-01-01", "2025-12-31"),
        ("¿Qué pasó el mes pasado?", "2026-10-01", "2026-10-31"),
        ("¿Qué pasó en los últimos 3 meses?", "2026-08-22", "2026-11-22"),
    ],
)
def test_words_of_time_become_a_range(question: str, since: str | None, until: str | None) -> None:
    found = find_date_range(question, TODAY)
    assert found is not None
    assert found.since == (date.fromisoformat(since) if since else None)
    assert found.until == (date.fromisoformat(until) if until else None)
    assert found.words in question


@pytest.mark.parametrize(
    "question",
    [
        "who won the 2022 World Cup?",
        "who did Fidan meet on November 6?",
        "how many of the 2022 delegates came?",
        "what did Theresa May say?",
        "who may come second in March-Elm?",
        "how many fell in 20225?",
        "how many of 2000 workers lost their jobs?",
        "who freed a total of 1700 prisoners?",
        "what was found in 2000 schools?",
        "who landed before 1800 GMT?",
        "who left after 2000 people had come?",
        "what did USA Today report?",
        "Was war vor 2000 Jahren?",
        "Combien d'élèves en 2000 écoles ?",
        "who was met in the last weeks?",
        "who was it?",
    ],
)
def test_other_words_are_left_alone(question: str) -> None:
    assert find_date_range(question, TODAY) is None


def test_a_named_year_lets_passages_in_that_tell_of_it() -> None:
    in_2022 = find_date_range("who met in 2022?", TODAY)
    assert in_2022 is not None
    assert in_2022.years == (2022,)
    since = find_date_range("who met since 2024?", TODAY)
    assert since is not None
    assert since.years == (2024, 2025, 2026)
    after = find_date_range("who met after 2024?", TODAY)
    assert after is not None
    assert after.years == (2025, 2026)
    month = find_date_range("who met in May 2022?", TODAY)
    assert month is not None
    assert month.years == ()
    last_week = find_date_range("who met last week?", TODAY)
    assert last_week is not None
    assert last_week.years == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("It was opened in November 2023.", True),
        ("Opened Nov. 3, 2023, it closed.", True),
        ("Opened 3 November 2023.", True),
        ("Opened on 2023-11-30.", True),
        ("It was opened in 2023.", False),
        ("It was opened in November.", False),
        ("It was opened in October 2023 or November 2022.", False),
        ("November 31, 2023", False),
        ("12023-11-30", False),
    ],
)
def test_a_text_tells_of_the_time_itself(text: str, told: bool) -> None:
    assert tells_of(text, date(2023, 11, 1), date(2023, 11, 30), "en") is told


def test_a_text_tells_of_the_time_in_its_language() -> None:
    november = date(2023, 11, 1), date(2023, 11, 30)
    assert tells_of("Fuar 3 Kasım 2023 günü açıldı.", *november, "tr")
    assert tells_of("Geöffnet seit dem 3. November 2023.", *november, "de")
    assert tells_of("Åbnede i November 2023.", *november, "da")
    assert tells_of("Since May 2024.", date(2024, 1, 1), None, None)
    assert not tells_of("Until May 2024.", None, date(2024, 1, 1), None)


@given(st.text(max_size=200), st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 1, 1)))
def test_any_text_can_be_asked(question: str, today: date) -> None:
    found = find_date_range(question, today)
    if found and found.since and found.until:
        assert found.since <= found.until


@given(
    st.sampled_from(["in", "since", "before", "after", "until", "last", "between 2020 and"]),
    st.sampled_from(["May", "Feb. 30, 2021", "31 April", "week", "0000-00-00", "1600", "2099"]),
)
def test_impossible_dates_are_no_dates(word: str, day: str) -> None:
    find_date_range(f"who met {word} {day}?", TODAY)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Who came on June 27, 2022?", "on June 27, 2022"),
        ("Who came on Monday, 27 June 2022?", "on Monday, 27 June 2022"),
        ("Who came on 2022-06-27?", "on 2022-06-27"),
        ("Wer kam am 27. Juni 2022 nach Tarn?", "am 27. Juni 2022"),
        ("27 Haziran 2022'de kim geldi?", "27 Haziran 2022'de"),
        ("Qui est venu le 27 juin 2022 ?", "le 27 juin 2022"),
        ("¿Quién vino el 27 de junio de 2022?", "el 27 de junio de 2022"),
    ],
)
def test_a_whole_date_names_a_day(question: str, words: str) -> None:
    day = date(2022, 6, 27)
    assert find_day(question) == DateRange(words, day, day)


@pytest.mark.parametrize("question", ["Who came on June 27?", "Who came in June 2022?", "Who?"])
def test_less_than_a_whole_date_names_none(question: str) -> None:
    assert find_day(question) is None
