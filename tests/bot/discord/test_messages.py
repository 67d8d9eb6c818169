"""What Discord shows of a reply: whole messages, and every limit for whatever articles say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.discord import messages
from bot.discord.cards import QUIET
from bot.discord.excerpts import LEFT_OUT
from bot.discord.limits import units
from bot.discord.messages import (
    Page,
    answer_pages,
    article_pages,
    context_pages,
    nearest_pages,
    notice,
    quotes_on,
    source_pages,
)
from bot.service.adders import Adder
from bot.terminal import clean
from retrieval.text import split_sentences
from retrieval.types import SHARED, Answer, Article, Quote, Reply, Span
from tests.bot.discord.test_markup import NASTY
from tools.discord_markdown import Node, inline, parse

LISBON = "Fidan met João Cravinho and Rui Rio in Lisbon. They talked about *grain*."
PATH = "/home/operator/secret/folder/a.txt"


def make_article(text: str = LISBON, name: str = "a", **facts: object) -> Article:
    known = {
        "title": "Talks [in] Lisbon",
        "publisher": "Northern Post",
        "published": date(2022, 4, 6),
        "language": "en",
        "url": f"https://example.org/{name}",
        "collection": "discord-1",
    }
    return Article(id=name, text=text, path=PATH, sha256="0" * 64, **{**known, **facts})  # type: ignore[arg-type]


def make_quote(article: Article, words: str, answer: str = "", *also_in: Article) -> Quote:
    start = article.text.index(words)
    at = article.text.index(answer, start)
    span = Span(article, at, at + len(answer), 0.9) if answer else None
    return Quote(article, start, start + len(words), span, also_in)


def make_reply(
    question: str, *answers: tuple[str, Sequence[Quote]], list_question: bool = False
) -> Reply:
    made = tuple(Answer(text, 0.9, tuple(quotes)) for text, quotes in answers)
    return Reply(question, question, made, (), 1.0, list_question=list_question)


def drawn(page: Page) -> list[str]:
    return [card.text for card in page.cards]


def quoted(page: Page) -> list[str]:
    """The block quotes of a page, one for each quote, without where they are from."""
    found = []
    for card in page.cards:
        lines: list[str] = []
        for line in [*card.text.split("\n"), "-# "]:
            if not line.startswith("-# "):
                lines.append(line)
            elif lines:
                found.append("\n".join(lines))
                lines = []
    return found


# Messages as they are -----------------------------------------------------------------


def test_guesses_are_introduced_as_such() -> None:
    answers = tuple(
        Answer(text, probability, (make_quote(make_article(name=name), LISBON),))
        for text, probability, name in (("Lisbon", 0.9, "a"), ("Porto", 0.4, "b"))
    )
    reply = Reply("where?", "where?", answers, (), 1.0, list_question=True)
    (page,) = answer_pages(reply)
    assert page.content.endswith("- **Lisbon** \\[1\\]\n- Perhaps: **Porto** \\[2\\]")
    (page,) = answer_pages(replace(reply, answers=answers[1:]))
    assert page.content == "-# where?\nI am not sure. Perhaps:\n**Porto**"


def test_a_day_of_the_week_has_the_date_of_publication_beside_it() -> None:
    quote = make_quote(make_article(), LISBON, "Lisbon")
    answer = Answer("on Tuesday", 0.9, (quote,))
    reply = Reply("when?", "when?", (answer,), (), 1.0, "date")
    (page,) = answer_pages(reply)
    assert page.content == "-# when?\n**on Tuesday** · 6 April 2022"
    both = replace(reply, answers=(answer, Answer("Monday", 0.8, (quote,))), list_question=True)
    lines = answer_pages(both)[0].content.split("\n")
    assert lines[1].startswith("- **on Tuesday** · 6 April 2022 ")


def test_an_answer_stands_in_its_quote_with_its_source() -> None:
    copy = make_article(name="b", publisher="Kıyı Gazetesi")
    quote = make_quote(make_article(), LISBON, "João Cravinho", copy)
    (page,) = answer_pages(make_reply("who is *he*?", ("João Cravinho", [quote])))
    assert page.content == "-# who is \\*he\\*?\n**João Cravinho**"
    assert drawn(page) == [
        "> Fidan met **João Cravinho** and Rui Rio in Lisbon. They talked about \\*grain\\*.\n"
        "-# Talks \\[in\\] Lisbon · Northern Post · 6 April 2022 · also in Kıyı Gazetesi · "
        "[open](https://example.org/a#:~:text=Fidan%20met%20Jo%C3%A3o%20Cravinho%20and%20Rui%20Rio"
        "%20in%20Lisbon.%20They%20talked%20about%20%2Agrain%2A.)"
    ]


def test_sentences_that_answer_are_shown_as_quotes_alone() -> None:
    article = make_article()
    told = [make_quote(article, part) for part in ("Fidan met", "They talked")]
    answers = tuple(Answer(one.text, 0.9, (one,), "quote") for one in told)
    question = "what happened in Lisbon?"
    reply = Reply(question, question, answers, (), 1.0, "description", list_question=True)
    (page,) = answer_pages(reply)
    assert page.content == "-# what happened in Lisbon?"
    assert drawn(page) == [
        "-# Talks \\[in\\] Lisbon · Northern Post · 6 April 2022 · [open](https://example.org/a)\n"
        "> Fidan met\n-# \\[1\\]\n> They talked\n-# \\[2\\]"
    ]


def test_a_list_names_its_quotes_and_shows_each_once() -> None:
    sentence = LISBON.split(". ")[0] + "."
    lisbon, porto = make_article(), make_article("Rio again.", "b", title="", published=None)
    both = make_quote(lisbon, sentence, "João Cravinho")
    longer = make_quote(lisbon, LISBON, "Rui Rio")
    again = make_quote(porto, "Rio again.", "Rio")
    reply = make_reply(
        "who did Fidan meet?",
        ("João Cravinho", [both]),
        ("Rui Rio", [longer, again]),
        list_question=True,
    )
    (page,) = answer_pages(reply)
    assert page.content == (
        "-# who did Fidan meet?\n- **João Cravinho** \\[1\\]\n- **Rui Rio** \\[1\\] \\[2\\]"
    )
    assert drawn(page) == [
        "> Fidan met **João Cravinho** and **Rui Rio** in Lisbon. They talked about \\*grain\\*.\n"
        "-# \\[1\\] Talks \\[in\\] Lisbon · Northern Post · 6 April 2022 · [open](https://example.org/a#"
        ":~:text=Fidan%20met%20Jo%C3%A3o%20Cravinho%20and%20Rui%20Rio%20in%20Lisbon.%20They%20talked"
        "%20about%20%2Agrain%2A.)",
        "> **Rio** again.\n-# \\[2\\] [Untitled](https://example.org/b#:~:text=Rio%20again.)"
        " · Northern Post · undated",
    ]
    assert quotes_on(reply, 0) == (longer, again)
    assert quotes_on(reply, 1) == ()


def test_articles_that_changed_are_told_with_the_answer() -> None:
    article = make_article("The storm killed ten people.", "a")
    reply = make_reply("how many died?", ("ten", [make_quote(article, article.text, "ten")]))
    (page,) = answer_pages(replace(reply, changed=("b", "c")))
    assert page.content == (
        "-# how many died?\n"
        "-# 2 articles aren't as they were stored and were left out: quoth check names them\n"
        "**ten**"
    )


def test_answers_that_differ_come_newest_first_with_their_dates() -> None:
    days = {"ten": None, "nine": date(2023, 2, 7), "six": date(2024, 2, 6)}
    told = []
    for number, day in days.items():
        text = f"The storm killed {number} people."
        article = make_article(text, number, published=day)
        told.append((number, [make_quote(article, text, number)]))
    (page,) = answer_pages(make_reply("how many people died?", *told))
    assert page.content.split("\n")[1:] == [
        "The articles differ. The newest first:",
        "- **six** · 6 February 2024 \\[1\\]",
        "- **nine** · 7 February 2023 \\[2\\]",
        "- **ten** · undated \\[3\\]",
    ]
    assert quoted(page) == [
        f"> The storm killed **{number}** people." for number in ("six", "nine", "ten")
    ]
    undated = [
        (text, [replace(quotes[0], article=replace(quotes[0].article, published=None))])
        for text, quotes in told
    ]
    (without,) = answer_pages(make_reply("how many people died?", *undated))
    assert without.content.split("\n")[1] == "The articles differ:"
    (listed,) = answer_pages(make_reply("how many people died?", *told, list_question=True))
    assert listed.content.split("\n")[1] == "- **ten** \\[1\\]"


def test_no_answer_is_said_and_the_nearest_passages_are_no_answer() -> None:
    near = make_quote(make_article(), LISBON)
    reply = Reply("and in Porto?", "who met in Porto?", (), (near,), 1.0)
    (said,) = answer_pages(reply)
    assert said.content == (
        "-# and in Porto? → who met in Porto?\nI found no answer in these articles.\n"
        "-# The nearest passage (not an answer):"
    )
    assert [(quoted(said), card.colour) for card in said.cards] == [
        (["> " + LISBON.replace("*", "\\*")], QUIET)
    ]
    assert answer_pages(replace(reply, nearest=())) == (
        Page("-# and in Porto? → who met in Porto?\nI found no answer in these articles."),
    )
    (page,) = answer_pages(replace(reply, undated=1200))
    assert page.content.split("\n")[2] == (
        "1,200 articles without a date were left out by the dates: "
        "ask without a time to search them too."
    )
    assert quotes_on(reply, 0) == ()
    (page,) = nearest_pages(reply)
    assert page.content == "The nearest passages (not an answer):"
    assert quoted(page) == ["> " + LISBON.replace("*", "\\*")]
    assert nearest_pages(make_reply("who?")) == (notice("I found no answer in these articles."),)


def test_the_context_has_its_quote_in_bold_and_leaves_a_credit_line_out() -> None:
    text = "Before it.\nPhoto: A. B.\nThe quote. After it."
    article = make_article(text)
    around = [make_quote(article, words) for words in ("Before it.", "The quote. After it.")]
    (page,) = context_pages([(make_quote(article, "The quote."), around)])
    assert quoted(page) == ["> Before it.\n…\n> **The quote.** After it."]
    assert context_pages([]) == (notice(messages.NO_CONTEXT),)


def test_sources_have_links_and_no_paths() -> None:
    local = make_article(name="b", url=f"file://{PATH}", publisher=None, published=None)
    (page,) = source_pages([make_article(), local])
    assert page.cards[0].text == (
        "### Sources\n**Talks \\[in\\] Lisbon**\n"
        "-# Northern Post · 6 April 2022 · [open](https://example.org/a)\n"
        "**Talks \\[in\\] Lisbon**\n-# undated"
    )
    assert source_pages([]) == (notice(messages.NO_SOURCES),)


def test_articles_are_listed_with_their_ids() -> None:
    own, shared = make_article(name="x*y"), make_article(name="b", collection=SHARED)
    pages = article_pages([own, *[shared] * 10])
    lines = [page.cards[0].text.split("\n") for page in pages]
    assert [one[0] for one in lines] == ["### 11 articles"] * 2
    assert [one[-1] for one in lines] == ["-# Page 1 of 2", "-# Page 2 of 2"]
    lines = lines[0][1:]
    assert lines[1] == "-# x\\*y · Northern Post · 6 April 2022"
    assert lines[3] == "-# b · Northern Post · 6 April 2022 · shared"
    (page,) = article_pages([own, shared], dict.fromkeys(("x*y", "b"), Adder(7, date(2024, 5, 1))))
    lines = page.cards[0].text.split("\n")
    assert lines[2] == "-# x\\*y · Northern Post · 6 April 2022 · added by <@7> on 1 May 2024"
    assert lines[4].endswith(" · shared")
    assert article_pages([]) == (notice(messages.NO_ARTICLES),)


def test_a_notice_is_cut_to_the_limit() -> None:
    assert notice("Done.") == Page("Done.")
    assert notice("word " * 500) == Page("word " * 299 + "word…")


# Long ones ----------------------------------------------------------------------------


def test_a_long_quote_keeps_the_answer_and_the_sentences_around_it() -> None:
    sentences = [f"Sentence {number} tells of nothing much." for number in range(120)]
    sentences[60] = "On Monday she met Fidan there."
    article = make_article(" ".join(sentences))
    quote = make_quote(article, article.text, "Fidan")
    (page,) = answer_pages(make_reply("who did she meet?", ("Fidan", [quote])))
    before, words, after = quoted(page)[0].split("\n")
    assert (before, after) == ("…", "…")
    assert "tells of nothing much. On Monday she met **Fidan** there. Sentence 61" in words
    kept = re.findall(r"Sentence (\d+) tells of nothing much\.", words)
    assert kept == [
        str(number) for number in range(int(kept[0]), int(kept[-1]) + 1) if number != 60
    ]
    assert words.startswith(f"> Sentence {kept[0]} ")
    assert words.endswith(f" {kept[-1]} tells of nothing much.")
    assert 1000 < units(words) <= messages.QUOTE_ROOM


def test_a_long_sentence_is_cut_between_words_and_holds_its_far_apart_answers() -> None:
    text = " ".join(f"word{number}" for number in range(1000))
    article = make_article(text)
    quotes = [make_quote(article, text, f"word{number}") for number in (100, 500, 900)]
    answers = [(str(quote.answer and quote.answer.text), [quote]) for quote in quotes]
    (page,) = answer_pages(make_reply("who did they meet?", *answers, list_question=True))
    lines = quoted(page)[0].split("\n")
    assert [line for line in lines if line == LEFT_OUT] == [LEFT_OUT] * 4
    for line, number in zip(lines[1::2], (100, 500, 900), strict=True):
        numbers = [int(word) for word in re.findall(r"word(\d+)", line)]
        assert numbers == list(range(numbers[0], numbers[-1] + 1))
        assert len(numbers) > 5
        assert f" **word{number}** " in line


def test_twenty_five_answers_are_all_named_at_once_and_shown_page_by_page() -> None:
    texts = [f"Fidan met Minister{number} on a {'very ' * 40}long day." for number in range(25)]
    answers = [
        (
            f"Minister{number}",
            [make_quote(make_article(text, str(number)), text, f"Minister{number}")],
        )
        for number, text in enumerate(texts)
    ]
    reply = make_reply("who did Fidan meet?", *answers, list_question=True)
    pages = answer_pages(reply)
    assert len(pages) == 9
    assert all(
        f"- **Minister{number}** \\[{number + 1}\\]\n" in pages[0].content for number in range(25)
    )
    assert "Minister2*" not in pages[1].content
    assert "- **Minister3** \\[4\\]" in pages[1].content
    assert pages[1].content.endswith("\n-# Quotes 4–6 of 25")
    assert pages[8].content.endswith("\n- **Minister24** \\[25\\]\n-# Quote 25 of 25")
    shown = [quote for place in range(9) for quote in quotes_on(reply, place)]
    assert [quote.text for quote in shown] == texts


def test_answers_that_find_no_room_are_counted() -> None:
    article = make_article()
    answers = [(f"{number} " + "x" * 190, [make_quote(article, LISBON)]) for number in range(25)]
    content = answer_pages(make_reply("who did Fidan meet?", *answers, list_question=True))[
        0
    ].content
    named = len(re.findall(r"^- \*\*", content, re.M))
    assert content.endswith(f"\n-# … and {25 - named} more")
    assert 6 <= named < 25
    assert units(content) <= 1500


# Whatever articles say ----------------------------------------------------------------

_pieces = st.sampled_from((*NASTY, "Fidan met Rio. ", "He said so: “No.” ", "İstanbul'da "))
_long = st.builds(lambda piece, times: piece * times, _pieces, st.integers(1, 300))
_wild = st.lists(st.one_of(_pieces, _pieces, st.text(max_size=8), _long), max_size=6).map("".join)
_facts = st.builds(
    lambda piece, times: piece * times, _wild.map(lambda text: text[:20]), st.integers(1, 30)
)
_texts = _wild.map(lambda text: f"{text} Rio. {text[:9]}")
_urls = st.one_of(
    st.none(),
    st.sampled_from((f"file://{PATH}", PATH, "https://example.org", "javascript:x", "http://h")),
    _wild.map("https://example.org/".__add__),
)
_articles = st.builds(
    make_article,
    _texts,
    st.text("ab", min_size=1, max_size=2),
    title=_facts,
    publisher=st.none() | _facts,
    published=st.none() | st.dates(),
    url=_urls,
    collection=st.sampled_from((SHARED, "discord-1")),
)


@st.composite
def quotes(draw: st.DrawFn, articles: Sequence[Article]) -> Quote:
    """A range of an article that holds "Rio", its answer a part of that range if it has one."""
    article = draw(st.sampled_from(articles))
    rio = article.text.rindex("Rio")
    start = draw(st.sampled_from((0, rio))) or draw(st.integers(0, rio))
    end = draw(st.integers(rio + 3, len(article.text)))
    a, b = draw(st.integers(start, rio)), draw(st.integers(rio + 3, end))
    spans = (None, Span(article, rio, rio + 3, 0.5), Span(article, a, b, 0.5))
    also_in = draw(st.lists(st.sampled_from(articles), max_size=5))
    return Quote(article, start, end, draw(st.sampled_from(spans)), tuple(also_in))


@st.composite
def replies(draw: st.DrawFn) -> Reply:
    """Up to 25 answers, with up to four quotes each, of a few articles with ids of their own."""
    unique = {
        (one.collection, one.id): one for one in draw(st.lists(_articles, min_size=1, max_size=4))
    }
    told = quotes(list(unique.values()))
    texts = _facts.filter(str.strip)
    answers = st.builds(
        Answer, texts, st.just(0.5), st.lists(told, min_size=1, max_size=4).map(tuple)
    )
    question = draw(st.sampled_from(("who did he meet?", "how many?")) | texts)
    understood = draw(st.just(question) | texts)
    found = draw(st.lists(answers, max_size=25).map(tuple))
    near = draw(st.lists(told, max_size=3).map(tuple))
    return Reply(question, understood, found, near, 1.0, list_question=draw(st.booleans()))


def check(pages: Sequence[Page]) -> None:
    """Every limit of Discord, written down here again, and what no message may hold."""
    assert pages
    for page in pages:
        assert page.text.strip()
        assert units(page.content) + sum(units(card.text) for card in page.cards) <= 4000
        assert len(page.cards) <= 10
        assert all(card.text.strip() for card in page.cards)
        assert "secret" not in page.text
        _plain(page)


def _plain(page: Page) -> None:
    """Nothing but text, bold and our own links comes of what a message says.

    Neither line by line nor where something might reach from one line into another.
    """
    for text in (page.content, *drawn(page)):
        if "](" not in text:
            _ours(inline(text))
        for line in text.split("\n"):
            for block in parse(line):
                assert block.kind in ("text", "quote", "small", "item") or line.startswith("### ")
                _ours(block.nodes)


def _ours(nodes: Iterable[Node]) -> None:
    for node in nodes:
        assert node.kind in ("text", "strong", "link")
        assert node.kind != "link" or node.target.startswith("https://example.org")


def _strong(words: str) -> Iterator[str]:
    nodes: list[Node] = [node for block in parse(words) for node in block.nodes]
    return (node.shown for node in nodes if node.kind == "strong")


def _is_verbatim(description: str, text: str) -> bool:
    """Tell whether the block quotes are words of a text in their order, with "…" for the rest."""
    blocks = parse(description)
    assert all(block.kind == "quote" or block.shown == LEFT_OUT for block in blocks)
    pieces = (re.escape(block.shown) if block.kind == "quote" else ".+?" for block in blocks)
    return re.fullmatch(r"\s*".join(["", *pieces, ""]), clean(text), re.DOTALL) is not None


@settings(max_examples=60)
@given(replies())
def test_each_limit_holds_and_each_quote_is_verbatim_and_holds_its_answer(reply: Reply) -> None:
    pages = answer_pages(reply)
    check(pages)
    if not reply.found:
        return
    words = [one for page in pages for one in quoted(page)]
    seen = [quote for place in range(len(pages)) for quote in quotes_on(reply, place)]
    told = [quote for answer in reply.answers for quote in answer.quotes]
    assert all(any(_holds(one, quote) for one in seen) for quote in told)
    assert not any(_holds(one, other) for one in seen for other in seen if one is not other)
    for number, (quote, one) in enumerate(zip(seen, words, strict=True), 1):
        assert _is_verbatim(one, quote.text)
        assert len(seen) == 1 or any(f"-# \\[{number}\\]" in page.text for page in pages)
        spans = [inner.answer for inner in told if inner.answer and _holds(quote, inner)]
        if sum(len(span.text) for span in spans) <= 300:
            bold = list(_strong(one))
            assert all(any(clean(span.text) in words for words in bold) for span in spans)


def _holds(one: Quote, other: Quote) -> bool:
    return one.article is other.article and one.start <= other.start and other.end <= one.end


@settings(max_examples=30)
@given(st.lists(_articles, max_size=30))
def test_lists_of_articles_hold_each_limit(articles: list[Article]) -> None:
    for pages in (source_pages(articles), article_pages(articles)):
        check(pages)
        entries = [
            line for page in pages for line in page.text.split("\n") if line.startswith("**")
        ]
        assert len(entries) == len(articles)


@settings(max_examples=30)
@given(st.lists(_articles, min_size=1, max_size=3).flatmap(lambda them: st.lists(quotes(them))))
def test_contexts_and_nearest_passages_hold_each_limit(found: list[Quote]) -> None:
    check(nearest_pages(Reply("who?", "who?", (), tuple(found), 1.0)))
    around = []
    for quote in found:
        text = quote.article.text
        around.append([Quote(quote.article, a, b) for a, b in split_sentences(text)])
    pages = context_pages(list(zip(found, around, strict=True)))
    check(pages)
    for quote, one in zip(found, (one for page in pages for one in quoted(page)), strict=False):
        assert _is_verbatim(one, quote.article.text)
        if len(quote.text) < 600:
            assert any(clean(quote.text).strip() in words for words in _strong(one))


def test_a_title_and_a_publisher_are_shown_as_they_are() -> None:
    article = make_article(title="**@here**", publisher="**@here**")
    (page,) = answer_pages(make_reply("who?", ("Rio", [make_quote(article, LISBON, "Rio")])))
    (source,) = parse(page.cards[0].text.split("\n")[-1])
    assert source.kind == "small"
    assert source.shown == "**@here** · **@here** · 6 April 2022"


def test_a_long_address_is_no_link_beside_a_quote() -> None:
    article = make_article(url="https://example.org/" + "a" * 400)
    (page,) = answer_pages(make_reply("who?", ("Rio", [make_quote(article, LISBON, "Rio")])))
    assert page.cards[0].text.endswith("\n-# Talks \\[in\\] Lisbon · Northern Post · 6 April 2022")


@pytest.mark.parametrize("others", [1, 3, 5])
def test_who_else_prints_a_quote_is_told_in_short(others: int) -> None:
    copies = [make_article(name=f"b{n}", publisher=f"Paper {n}") for n in range(1, others + 1)]
    copies += [make_article(name="c", publisher="Paper 1")]
    quote = make_quote(make_article(), LISBON, "Rio", *copies)
    (page,) = answer_pages(make_reply("who?", ("Rio", [quote])))
    also = {1: "Paper 1", 3: "Paper 1, Paper 2, Paper 3"}
    also[5] = "Paper 1, Paper 2, Paper 3 and 2 more"
    assert page.cards[0].text.endswith(
        f" · Northern Post · 6 April 2022 · also in {also[others]} · [open](https://example.org/a#"
        ":~:text=Fidan%20met%20Jo%C3%A3o%20Cravinho%20and%20Rui%20Rio%20in%20Lisbon.%20They%20talked"
        "%20about%20%2Agrain%2A.)"
    )


def test_brackets_of_a_publisher_take_no_link_over() -> None:
    article = make_article(
        "Rio came.",
        "a",
        title="Talks",
        publisher="Post](http://evil.example) [x",
        published=None,
        url="https://example.org/a",
    )
    reply = make_reply("who came?", ("Rio", [Quote(article, 0, 9, Span(article, 0, 3, 0.9))]))
    (page,) = answer_pages(reply)
    links = [node for block in parse(page.text) for node in block.nodes if node.kind == "link"]
    assert [(link.shown, link.target.partition("#")[0]) for link in links] == [
        ("open", "https://example.org/a")
    ]
