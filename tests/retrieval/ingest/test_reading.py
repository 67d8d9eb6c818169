from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import IngestError
from retrieval.ingest import Record, read_file
from retrieval.types import Draft

PARAGRAPHS = [
    "Ministers from four states met in Ankara on Tuesday to talk about grain and gas.",
    "“Bütün taraflar masada,” dedi Dışişleri Bakanı; görüşmeler üç saat sürdü.",
    "They agreed to meet again in the spring, officials of the host said later that day.",
]


def draft(name: str, data: bytes | str) -> Draft:
    raw = data if isinstance(data, bytes) else data.encode()
    (record,) = read_file(Path(name), raw)
    assert record == Record("", record.draft, None, 1.0)
    assert record.draft is not None
    return record.draft


@pytest.mark.parametrize(
    "data", [b"", b" \r\n\t ", b"\xef\xbb\xbf\n", b"\x00\n", "\u200b".encode()]
)
def test_a_text_without_words_is_empty(data: bytes) -> None:
    with pytest.raises(IngestError, match="is empty"):
        list(read_file(Path("a.txt"), data))


@pytest.mark.parametrize(
    "text",
    [
        "mixed\r\nline\rends\n\n",
        "  spaces stay  \n",
        "مرحبا بالعالم ‏ and שלום 👩‍👩‍👧 🇹🇷",
        "e\u0301 is not é",
        "a zero\x00 byte",
        "x" * 100_000,
    ],
)
def test_a_plain_text_is_kept_as_it_is(text: str) -> None:
    assert draft("a.txt", text) == Draft(text)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_every_readable_plain_text_is_kept_as_it_is(text: str) -> None:
    whole = "An article in English words. " + text
    assert draft("a.txt", whole).text == whole


def test_a_long_text_fails_unless_allowed() -> None:
    with pytest.raises(
        IngestError, match="is 50,000,000 characters long and the most is 10,000,000"
    ):
        list(read_file(Path("a.txt"), b"long text " * 5_000_000))
    (record,) = read_file(Path("a.txt"), b"ab" * 9, max_chars=18)
    assert record.draft == Draft("ab" * 9)


def test_an_unknown_suffix_is_refused() -> None:
    with pytest.raises(IngestError, match="use one of"):
        list(read_file(Path("a.doc"), b"text"))


def test_markdown_with_front_matter() -> None:
    body = "# Heading\n\nBody with *stars*.\n"
    matter = (
        "---\ntitle: 'Talks: the day'\nsource: Wire\ndate: 2025-05-14\nlang: en_GB\nid: 12\n---\n\n"
    )
    assert draft("a.md", matter + body) == Draft(
        body, "12", "Talks: the day", "Wire", date(2025, 5, 14), "en"
    )


def test_markdown_without_front_matter() -> None:
    text = "```\n# no heading\n```\nIntro.\n\n# The Heading ##\n\nBody.\r\n"
    assert draft("a.markdown", text) == Draft(text, title="The Heading")


@pytest.mark.parametrize("text", ["---\n\nA rule first.\n", "---\njust words\n---\nBody.\n"])
def test_markdown_that_begins_with_a_rule(text: str) -> None:
    assert draft("a.md", text).text == text


@pytest.mark.parametrize("field", ["title: Fidan: a life", "date: 2022-13-45", "title: [a"])
def test_front_matter_that_is_not_yaml(field: str) -> None:
    with pytest.raises(IngestError, match="front matter that is not YAML"):
        list(read_file(Path("a.md"), f"---\n{field}\n---\nBody.".encode()))


def page(head: str = "", body: str | None = None) -> str:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    inner = f"<nav><a href='/'>Home</a></nav><article>{text}</article>" if body is None else body
    title = f"<head><title>Four states</title>{head}</head>"
    return f'<html lang="en-GB">{title}<body>{inner}</body></html>'


def test_html_gives_its_main_text_a_paragraph_a_line() -> None:
    found = draft("a.html", page('<meta property="og:site_name" content="The Wire">'))
    assert found == Draft(
        "\n".join(PARAGRAPHS), title="Four states", publisher="The Wire", language="en"
    )


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2025-05-14T21:00:00+03:00">',
        '<meta name="DC.date" content="14 Mayıs 2025">',
        '<script type="application/ld+json">{"@graph":[{"datePublished":"2025-05-14"}]}</script>',
    ],
)
def test_html_dates_come_from_its_metadata(head: str) -> None:
    assert draft("a.htm", page(head)).published == date(2025, 5, 14)


def test_html_dates_never_come_from_its_text() -> None:
    body = "<article>" + "".join(
        f"<p>On November 6, 2023, {paragraph}</p>" for paragraph in PARAGRAPHS
    ) + "</article><footer>Updated 3 May 2017</footer>"  # fmt: skip
    assert draft("a.html", page(body=body)).published is None


@pytest.mark.parametrize("charset", ["windows-1254", "iso-8859-9", "utf-8"])
def test_html_in_its_declared_encoding(charset: str) -> None:
    html = page(f'<meta charset="{charset}">').replace("“", '"').replace("”", '"')
    assert (
        "dedi Dışişleri Bakanı; görüşmeler üç saat sürdü"
        in draft("a.html", html.encode(charset)).text
    )


@pytest.mark.parametrize(
    "html",
    ["<html></html>", "<html><body></body></html>", "<html><head><title>x</title></head></html>",
     "<body><script>let a = 1</script></body>"],
)  # fmt: skip
def test_html_without_main_text(html: str) -> None:
    with pytest.raises(IngestError, match="no article text"):
        list(read_file(Path("a.html"), html.encode()))
