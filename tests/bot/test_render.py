"""What people see: golden screens, narrow ones, and text that tries to take over the terminal."""

from __future__ import annotations

import io
import re
import unicodedata
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console, RenderableType

from bot import render, view
from bot.terminal import clean, console, show
from retrieval.text import matches
from retrieval.types import (
    Answer,
    Article,
    Failure,
    Hit,
    IndexReport,
    Note,
    Passage,
    Quote,
    Reply,
    Scores,
    SearchResult,
    Span,
)

TEXT = "Mevlüt Çavuşoğlu met João Cravinho in Lisbon.\nThey talked about grain."
STEERING = re.compile(r"\x1b\[[0-9;]*m")


def make_article(text: str = TEXT, *, name: str = "a", title: str = "Talks in Lisbon") -> Article:
    return Article(
        id=name,
        text=text,
        title=title,
        publisher="Northern Post",
        published=date(2022, 4, 6),
        language="en",
        url=None,
        path=f"news/{name}.txt",
        sha256="0" * 64,
    )


def make_quote(text: str = TEXT, words: str = "", also_in: tuple[Article, ...] = ()) -> Quote:
    article = make_article(text)
    start = text.find(words) if words else 0
    span = Span(article, start, start + len(words), 0.9) if words else None
    return Quote(article, 0, len(text), span, also_in)


def make_reply(*quotes: Quote, found: bool = True, question: str = "who met in Lisbon?") -> Reply:
    answers = (Answer("João Cravinho", 0.97, quotes),) if found else ()
    return Reply(question, question, answers, () if found else quotes, 12.0)


def plain(renderable: RenderableType, width: int = 80) -> str:
    target = Console(file=io.StringIO(), width=width, highlight=False, markup=False, emoji=False)
    target.print(renderable)
    assert isinstance(target.file, io.StringIO)
    return target.file.getvalue()


def styled(renderable: RenderableType, width: int = 80) -> str:
    target = Console(file=io.StringIO(), width=width, force_terminal=True, color_system="standard")
    target.print(renderable)
    assert isinstance(target.file, io.StringIO)
    return target.file.getvalue()


def test_an_answer_with_its_quote_and_source() -> None:
    assert plain(render.reply(make_reply(make_quote(words="João Cravinho")))) == (
        "1. João Cravinho  (97%)\n"
        "[1] │ Mevlüt Çavuşoğlu met João Cravinho in Lisbon. They talked about grain.\n"
        "    Talks in Lisbon · Northern Post · 2022-04-06 · news/a.txt\n"
    )


def test_no_character_is_cut_off_where_joiners_stand_beside_marked_words() -> None:
    text = "日本語\u200dもそうです日本\U00031427もそうです日本語もそうです。"
    for width in range(20, 60):
        for start in range(len(text) - 1):
            quote = make_quote(text, text[start : start + 2])
            out = io.StringIO()
            show(Console(file=out, width=width), render.reply(make_reply(quote)))
            shown = out.getvalue().replace(render.BAR, "")
            assert text in "".join(shown.split())


def test_a_narrow_terminal_repeats_the_margin() -> None:
    assert plain(render.reply(make_reply(make_quote(words="João Cravinho"))), width=40) == (
        "1. João Cravinho  (97%)\n"
        "[1] │ Mevlüt Çavuşoğlu met João Cravinho\n"
        "    │ in Lisbon. They talked about\n"
        "    │ grain.\n"
        "    Talks in Lisbon · Northern Post ·\n"
        "    2022-04-06 · news/a.txt\n"
    )


def test_copies_are_named_after_the_source() -> None:
    other = make_article(name="b", title="Lisbon talks")
    lines = plain(render.reply(make_reply(make_quote(also_in=(other,))))).splitlines()
    assert lines[-1] == "    also in Lisbon talks · Northern Post · 2022-04-06 · news/b.txt"


def test_of_many_copies_the_first_are_named() -> None:
    others = tuple(make_article(name=name, title=f"Talks {name}") for name in "bcdef")
    told = " ".join(plain(render.reply(make_reply(make_quote(also_in=others)))).split())
    assert "also in Talks b · " in told
    assert told.endswith("Talks d · Northern Post · 2022-04-06 · news/d.txt and 2 more")


def test_an_answer_that_is_its_quote_is_not_said_twice() -> None:
    quote = make_quote("Grain was discussed.")
    answer = Answer("Grain was discussed.", 0.7, (quote,))
    shown = plain(render.reply(Reply("what?", "what?", (answer,), (), 1.0)))
    assert shown.count("Grain was discussed.") == 1
    assert shown.startswith("1. (70%)\n")


def test_a_day_of_the_week_has_the_date_of_publication_beside_it() -> None:
    answer = Answer("Tuesday", 0.7, (make_quote("They met on Tuesday."),))
    reply = Reply("when?", "when?", (answer,), (), 1.0, "date")
    assert plain(render.reply(reply)).startswith("1. Tuesday  (70%) · 2022-04-06\n")
    reply = Reply("who?", "who?", (answer,), (), 1.0, "person")
    assert plain(render.reply(reply)).startswith("1. Tuesday  (70%)\n")


def test_quotes_beyond_the_first_few_are_counted_and_keep_their_numbers() -> None:
    quotes = tuple(make_quote(f"Quote {number}.") for number in range(1, 6))
    second = Answer("Another", 0.4, (make_quote("The sixth."),))
    reply = Reply("q", "q", (Answer("First", 0.9, quotes), second), (), 1.0)
    shown = plain(render.reply(reply, more=":more shows them"))
    assert "… and 2 more (:more shows them)" in shown
    assert "Quote 4." not in shown
    assert "[6] │ The sixth." in shown
    assert [quote.text for quote in view.quotes_of(reply)][5] == "The sixth."
    assert "[4] │ Quote 4." in plain(render.reply(reply, shown=5))


def test_a_quote_that_holds_several_answers_is_shown_once() -> None:
    one = make_quote(words="Çavuşoğlu")
    answers = (Answer("Çavuşoğlu", 0.9, (one,)), Answer("João Cravinho", 0.8, (one,)))
    reply = Reply("who met?", "who met?", answers, (), 1.0, list_question=True)
    shown = plain(render.reply(reply))
    assert shown.count("met João Cravinho in Lisbon.") == 1
    assert "2. João Cravinho  (80%)\n[2] as [1]\n" in shown


def test_answers_that_differ_come_newest_first_with_their_dates() -> None:
    days = {"nine": date(2023, 2, 7), "six": date(2024, 2, 6)}
    answers = []
    for number, day in days.items():
        article = replace(make_article(f"{number} people died.", name=number), published=day)
        answers.append(Answer(number, 0.9, (Quote(article, 0, len(article.text)),)))
    shown = plain(render.reply(Reply("how many died?", "how many died?", tuple(answers), (), 1.0)))
    assert shown == (
        "The articles differ. The newest first:\n"
        "1. six  (90%) · 2024-02-06\n"
        "[1] │ six people died.\n"
        "    Talks in Lisbon · Northern Post · 2024-02-06 · news/six.txt\n"
        "\n"
        "2. nine  (90%) · 2023-02-07\n"
        "[2] │ nine people died.\n"
        "    Talks in Lisbon · Northern Post · 2023-02-07 · news/nine.txt\n"
    )


def test_a_guess_is_introduced_as_one() -> None:
    answer = Answer("Lisbon", view.SURE - 0.01, (make_quote(),))
    reply = Reply("where?", "where?", (answer,), (), 1.0)
    assert plain(render.reply(reply)).startswith("I am not sure. Perhaps:\n1. Lisbon  (49%)\n")
    sure = Reply("where?", "where?", (replace(answer, probability=view.SURE),), (), 1.0)
    assert plain(render.reply(sure)).startswith("1. Lisbon  (50%)\n")


def test_a_guess_among_surer_answers_says_so_itself() -> None:
    sentence = make_quote("Grain was discussed.")
    answers = (
        Answer("Lisbon", 0.9, (make_quote(),)),
        Answer("Porto", 0.4, (make_quote(),)),
        Answer(sentence.text, 0.3, (sentence,)),
    )
    shown = plain(render.reply(Reply("where?", "where?", answers, (), 1.0, list_question=True)))
    assert shown.startswith("1. Lisbon  (90%)\n")
    assert "\n2. Perhaps: Porto  (40%)\n" in shown
    assert "\n3. Perhaps (30%)\n" in shown


def test_a_source_on_the_web_is_a_link_to_the_quote() -> None:
    article = replace(make_article(), url="https://example.org/a")
    quote = Quote(article, 0, 45)
    shown = styled(render.reply(make_reply(quote)), width=120)
    link = "https://example.org/a#:~:text=Mevl%C3%BCt%20%C3%87avu%C5%9Fo%C4%9Flu%20met"
    assert re.search(rf"\x1b\]8;id=\d+;{re.escape(link)}[^;\s]*\x1b", shown)
    assert "mhttps://example.org/a\x1b" in shown  # the words shown are the address alone
    assert plain(render.reply(make_reply(quote)), width=120).endswith(" · https://example.org/a\n")
    evil = replace(article, url="file:///etc/passwd\x1b]0;x\x07")
    assert "\x1b]" not in styled(render.reply(make_reply(Quote(evil, 0, 45))))


def test_no_answer_says_so_and_calls_the_passages_no_answer() -> None:
    assert plain(render.reply(make_reply(make_quote("It rained."), found=False))) == (
        "I found no answer in these articles.\n"
        "The nearest passages (not an answer):\n"
        "[1] │ It rained.\n"
        "    Talks in Lisbon · Northern Post · 2022-04-06 · news/a.txt\n"
    )
    assert plain(render.reply(make_reply(found=False))) == "I found no answer in these articles.\n"


def test_a_question_understood_otherwise_is_shown() -> None:
    reply = Reply("who met in 2022?", "who met? (2022)", (), (), 1.0)
    assert plain(render.reply(reply)).startswith("→ who met? (2022)\n")
    assert "→" not in plain(render.reply(make_reply()))


def test_the_words_asked_for_and_the_answer_are_set_off() -> None:
    shown = styled(render.reply(make_reply(make_quote(words="João Cravinho"))))
    highlighted = "".join(re.findall(r"\x1b\[33m(.*?)\x1b\[0m", shown))
    assert "Lisbon" in highlighted
    assert "\x1b[1mJoão Cravinho\x1b[0m" in shown.split("│")[1]


def test_passages_show_each_score_with_its_kind() -> None:
    passage = Passage("a", 0, 45, 0, ((0, 45),))
    hit = Hit(make_article(), passage, 1, Scores(0.93, dense=0.5, lexical=12.25))
    shown = plain(render.search(SearchResult("Lisbon", "Lisbon", (hit,), 1.0)))
    assert "[1] │ Mevlüt Çavuşoğlu met João Cravinho in Lisbon.\n" in shown
    assert "    fused 0.930  dense 0.500  lexical 12.250\n" in shown
    assert "reader" not in shown
    nothing = plain(render.search(SearchResult("x", "x", (), 1.0)))
    assert nothing == "I found no passages in these articles.\n"


def test_an_article_keeps_its_lines() -> None:
    shown = plain(render.article(make_article("One line.\n\nAnother line.")))
    assert shown.startswith("Talks in Lisbon\nid: a\n")
    assert shown.endswith("\n\nOne line.\n\nAnother line.\n")


def test_articles_are_listed_with_id_and_origin() -> None:
    assert plain(render.articles([make_article()])) == (
        "a  Talks in Lisbon · Northern Post · 2022-04-06 · news/a.txt\n"
    )
    assert plain(render.articles([])) == "There are no articles in the index.\n"


def test_the_sentences_around_a_quote_come_with_it() -> None:
    around = Quote(make_article(), 0, len(TEXT))
    middle = Quote(make_article(), 46, len(TEXT))
    assert plain(render.context([around], middle)) == "│ " + TEXT.replace("\n", " ") + "\n"
    assert "\x1b[1mThey talked about grain.\x1b[0m" in styled(render.context([around], middle))


def test_a_report_names_what_failed() -> None:
    failed = (Failure("a/b.pdf", "no text layer"), Failure("evil\x1b[2J", "bad\nname"))
    notes = (Note("a/c.json, record 2", "no\ndate", 1200), Note("d.md", "no date"))
    report = IndexReport(7, 4, 1, 2, 0, 0, failed, 1.25, notes)
    assert plain(render.report(report), width=100) == (
        "7 files read in 1.2 s: 4 added, 1 updated, 2 unchanged, 0 duplicate, 0 removed, 2 failed\n"
        "  failed: a/b.pdf: no text layer\n"
        "  failed: evil�[2J: bad name\n"
        "  note: a/c.json, record 2: no date (and 1,200 more of this file)\n"
        "  note: d.md: no date\n"
    )


@pytest.mark.parametrize(
    ("files", "pages", "said"),
    [
        (1, 0, "1 file read"),
        (0, 0, "0 files read"),
        (0, 1, "1 page read"),
        (2, 3, "2 files and 3 pages read"),
    ],
)
def test_a_report_counts_files_and_pages(files: int, pages: int, said: str) -> None:
    report = IndexReport(files_read=files, pages_read=pages)
    assert plain(render.report(report), width=100).startswith(f"{said} in 0.0 s: 0 added")


def test_a_round_is_told_with_its_time() -> None:
    shown = plain(render.report(IndexReport(1), at=datetime(2024, 5, 3, 14, 2, 9)), width=120)
    assert shown.startswith("2024-05-03 14:02:09 1 file read")


def test_a_report_counts_what_was_not_read() -> None:
    report = IndexReport(1, 1, elapsed_s=0.1, skipped={".xlsx": 1200, "LICENSE": 1, ".a\x1b": 2})
    assert plain(render.report(report), width=100).endswith(
        ", 0 failed\n  not read: 1,203 files (1,200 .xlsx, LICENSE, 2 .a�)\n"
    )
    assert plain(render.report(IndexReport(skipped={".7z": 1}))).endswith(
        "not read: 1 file (.7z)\n"
    )


def test_piped_quotes_stay_on_one_line() -> None:
    text = "word " * 400 + "end."
    file = io.StringIO()
    console(file).print(render.reply(make_reply(make_quote(text))))
    assert f"│ {text}\n" in file.getvalue()
    assert "\x1b" not in file.getvalue()


@pytest.mark.parametrize(
    "evil",
    [
        "\x1b[2Jgone",
        "\x1b]0;title\x07x",
        "\x9b31mred",
        "[bold red]markup[/bold red] :smile:",
        "[/] [link=http://x]y",
        "back\x08\x08space\rover",
        "right\u202eto left\u2066",
        "\ud800 alone",
        "nul\x00 del\x7f",
    ],
)
def test_articles_cannot_steer_the_terminal(evil: str) -> None:
    article = make_article(f"Before {evil} after.", name=evil, title=evil)
    quote = Quote(article, 0, len(article.text), Span(article, 0, 6, 0.5), (article,))
    reply = make_reply(quote, question=f"before {evil}?")
    for shown in (render.reply(reply), render.article(article), render.articles([article])):
        text = STEERING.sub("", styled(shown))
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
        assert clean(evil).strip() in " ".join(text.replace("│", "").split())
        text.encode("utf-8")


def squeezed(text: str) -> str:
    return "".join(text.replace("│", "").split())


@given(st.text(st.characters(), max_size=300), st.text(max_size=40), st.integers(12, 90))
def test_any_text_is_shown_whole_and_harmless(text: str, question: str, width: int) -> None:
    quote = make_quote(text)
    for shown in (
        render.reply(make_reply(quote, question=question)),
        render.reply(make_reply(quote, found=False, question=question)),
        render.context([quote], quote),
    ):
        out = STEERING.sub("", styled(shown, width))
        assert squeezed(clean(text)) in squeezed(out)
        kinds = {unicodedata.category(char) for char in out if char != "\n"}
        assert not kinds & {"Cc", "Cs", "Zl", "Zp"}


@given(st.text(st.characters(), max_size=200))
def test_cleaning_keeps_every_offset(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned) == len(text)
    assert clean(cleaned) == cleaned
    for before, after in zip(text, cleaned, strict=True):
        assert before == after or after in " \ufffd"


@given(st.text(st.characters(), max_size=100), st.text(st.characters(), max_size=100))
def test_highlights_lie_within_the_text(question: str, text: str) -> None:
    for start, end in matches(question, text):
        assert 0 <= start < end <= len(text)


def test_a_path_is_told_from_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    below = replace(make_article(), path=str(tmp_path / "news" / "a.txt"))
    beside = replace(make_article(), path=str(tmp_path.parent / "b" / "a.txt"))
    elsewhere = replace(make_article(), path="/elsewhere/a.txt")
    for article, shown in (
        (below, " · news/a.txt"),
        (beside, " · ../b/a.txt"),
        (elsewhere, " · /elsewhere/a.txt"),
    ):
        reply = make_reply(Quote(article, 0, len(TEXT)))
        assert shown in plain(render.reply(reply), width=200)
