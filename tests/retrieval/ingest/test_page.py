"""What of a news page is its article: leads, lists and tables, and nothing of other articles."""

from __future__ import annotations

import pytest

from retrieval.ingest.html import read_html

LEAD = (
    "The ferry company Nordlinje raises its fares by nine per cent on May 1, director Ola Rud "
    "told the paper on Monday."
)
BODY = [
    "The company says that fuel costs more than a year ago, and that its ships need new engines.",
    "Travellers who bought a ticket for the year keep it, the company wrote to them on Sunday.",
    "The mayor of Rost, Tove Lind, called the step a blow to all who see doctors on the mainland.",
    "In a survey of the county two thirds of those who live on the islands said that they sail "
    "every week.",
] * 2
OTHER = (
    "A burglar took nine silver spoons from a house in Hamre, the police said on Sunday evening."
)


def lines(inside: str, before: str = "", after: str = "") -> list[str]:
    """The lines of the article of a page with something before, in or after its article."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in BODY)
    page = (
        f"<html lang=en><head><title>Ferry fares go up</title></head><body><nav><a href=/>Home</a>"
        f"</nav><main>{before}<article><h1>Ferry fares go up in May</h1>{inside}{body}{after}"
        f"</article></main><footer>Imprint</footer></body></html>"
    )
    return read_html(page.encode()).text.split("\n")


@pytest.mark.parametrize("name", ["teaser", "article-teaser", "Teaser__text", "lead", "standfirst"])
@pytest.mark.parametrize(
    "lead", ["<div class={}><p>{}</p></div>", "<p class={}>{}</p>", "<div class={}>{}</div>"]
)
def test_a_lead_however_it_is_marked(name: str, lead: str) -> None:
    assert lines(lead.format(name, LEAD))[1:3] == [LEAD, BODY[0]]


@pytest.mark.parametrize(
    "before",
    ["<header><h2>Sea</h2><p class=intro>{}</p></header>", "<div class=teaser><p>{}</p></div>"],
)
def test_a_lead_over_the_article(before: str) -> None:
    assert LEAD in lines("", before.format(LEAD))


@pytest.mark.parametrize(
    "card",
    [
        "<div class=teaser><h3><a href=/x>Spoons</a></h3><p>{}</p></div>",
        "<a href=/x class=teaser><p>{}</p></a>",
        "<div class=teaser><p>{}</p><a href=/x>More</a></div>",
        "<aside class=teaser><div class=teaser><p>{}</p></div></aside>",
        "<div class=cookie-consent><p>{}</p></div>",
    ],
)
def test_other_articles_and_notices_are_left_out(card: str) -> None:
    for found in (lines("", after=card.format(OTHER)), lines("", before=card.format(OTHER))):
        assert OTHER not in "\n".join(found)
        assert BODY[0] in found


def test_an_ordered_list_keeps_its_numbers() -> None:
    found = lines(
        "<ol start=3><li>Skarv</li><li><b>Rost</b>, at noon</li></ol><ul><li>Dogs</li></ul>"
    )
    assert found[1:4] == ["3. Skarv", "4. Rost, at noon", "- Dogs"]


def test_a_table_keeps_its_rows() -> None:
    found = lines(
        "<table><tr><th>Pier</th><th>Toll</th></tr><tr><td>Skarv</td><td>9</td></tr></table>"
    )
    assert [line.strip() for line in found[1:4]] == [
        "| Pier | Toll |",
        "|---|---|",
        "| Skarv | 9 |",
    ]
