"""Text that tries to be markdown is shown word for word; addresses that aren't links are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord.limits import URL, units
from bot.discord.markup import escape, fitted, linked
from bot.terminal import clean
from tools.discord_markdown import Block, Node, inline, parse

NASTY = (
    *("@everyone", "@here", "<@123>", "<@!1>", "<@&5>", "<#1>", "</ask:1>", "<t:1>", "<t:1:R>"),
    *("<id:guide>", "<:a:1>", "<a:b:2>", ":smile:", "[x](http://evil.example)", "](http://a.b)"),
    *("https://evil.example", "http://a.b", "steam://run", "<https://evil>", "discord.gg/abc"),
    *("`", "```", "||", "|", "# ", "## ", "-# ", "> ", ">>> ", "1. ", "23. ", "- ", "+ ", "* "),
    *("_", "__", "*", "**", "***", "~~", "\\", "\\\\", "¯\\_(ツ)_/¯", ":", "::", "/", "(", ")"),
    *(
        "[",
        "]",
        "\u200b",
        "\u202e",
        "\ud800",
        "\t",
        "\n",
        " ",
        "  ",
        "😀",
        "👩‍👩‍👧",
        "Çavuşoğlu",
        "5.5",
    ),
)
words = st.one_of(st.sampled_from(NASTY), st.text(max_size=6), st.sampled_from(("Fidan ", "met ")))
texts = st.lists(words, max_size=12).map("".join)


def seen(nodes: tuple[Node, ...]) -> str:
    """What a reader sees, if it is nothing but text."""
    assert {node.kind for node in nodes} <= {"text"}
    return "".join(node.text for node in nodes)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *(("@everyone", "mention"), ("<@123>", "mention"), ("<#1>", "mention")),
        *(("</x:1>", "command"), ("<t:1>", "time"), (":smile:", "emoji"), ("<:a:1>", "emoji")),
        *(("[x](http://evil)", "link"), ("http://evil", "url"), ("<http://evil>", "autolink")),
        *(("discord.gg/abc", "invitation"), ("||x||", "spoiler"), ("~~x~~", "strike")),
        *(("`x`", "code"), ("_x_", "em"), ("*x*", "em"), ("__x__", "underline")),
    ],
)
def test_markup_is_markup_only_where_it_is_not_escaped(text: str, kind: str) -> None:
    assert [node.kind for node in inline(text)] == [kind]
    assert inline(escape(text)) == (Node("text", text),)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *(("> x", "quote"), (">>> x", "quote"), ("-# x", "small"), ("# x", "heading")),
        *(("### x", "heading"), ("- x", "item"), ("* x", "item"), ("12. x", "number")),
    ],
)
def test_a_line_that_would_be_a_block_is_text(text: str, kind: str) -> None:
    assert parse(text)[0].kind == kind
    assert parse(escape(text)) == [Block("text", (Node("text", text),))]
    assert parse("> " + escape(text)) == [Block("quote", (Node("text", text),))]


def test_what_needs_no_backslash_has_none() -> None:
    text = "“Why now?” asked Fidan (55), at 10.30 – it's 5% of $3; a war: Ankara's two-day talks!"
    assert escape(text) == text


@given(texts)
def test_a_reader_sees_the_very_characters(text: str) -> None:
    for line in (escape(text), "> " + escape(text)):
        (block,) = parse(line)
        assert block.kind == ("quote" if line.startswith("> ") else "text")
        assert seen(block.nodes) == clean(text)


@given(texts, texts.filter(str.strip), texts)
def test_runs_put_together_stay_what_they_are(before: str, bold: str, after: str) -> None:
    nodes = inline(f"{escape(before)}**{escape(bold)}**{escape(after)}")
    (strong,) = (node for node in nodes if node.kind == "strong")
    place = nodes.index(strong)
    assert seen(strong.children) == clean(bold)
    assert seen(nodes[:place]) == clean(before)
    assert seen(nodes[place + 1 :]) == clean(after)


@given(texts, st.integers(1, 30))
def test_what_is_fitted_fits_and_is_whole_if_it_can_be(text: str, most: int) -> None:
    shown = fitted(text, most)
    assert units(shown) <= most
    if units(escape(text)) <= most:
        assert shown == escape(text)
    else:
        assert seen(inline(shown)).endswith("…")


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("HTTP://Example.org:8080", "http://example.org:8080"),
        ("https://example.org/a b(c)'<\\>", "https://example.org/a%20b%28c%29%27%3C%5C%3E"),
        ("https://örnek.com.tr/ığ", "https://xn--rnek-4qa.com.tr/%C4%B1%C4%9F"),
        ("https://example.org//a%20b", "https://example.org//a%20b"),
        *((url, None) for url in ("", "file:///home/me/a.txt", "/home/me/a.txt", "C:\\a.txt")),
        *((url, None) for url in ("javascript:alert(1)", "https://", "https://localhost/x")),
        *((url, None) for url in ("https://me:word@example.org", "https://a..b", "http://a.b:x")),
        ("https://example.org/" + "a" * URL, None),
        (None, None),
    ],
)
def test_only_addresses_of_the_web_are_links(url: str | None, link: str | None) -> None:
    assert linked(url) == link


@given(texts)
def test_no_address_ends_its_link_early(text: str) -> None:
    link = linked(f"https://example.org/{text}")
    assert link is not None
    (node,) = inline(f"[open]({link})")
    assert (node.kind, node.target) == ("link", link)
