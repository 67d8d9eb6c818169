from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ingest import Description, describe
from retrieval.types import Draft

BODY = "Hakan Fidan met his guest in Ankara on Tuesday, and the two spoke about grain for an hour."
NEXT = "They will meet again on November 6, a spokesman said in the capital after the talks."


def told(text: str, **given: str | date) -> Description:
    return describe(Draft(text, **given), None)  # type: ignore[arg-type]


def boilerplate(text: str, **given: str) -> list[str]:
    return [text[start:end] for start, end in told(text, **given).boilerplate]


def around(line: str) -> list[str]:
    """The boilerplate of an article with the line in its midst."""
    return boilerplate(f"{BODY}\n\n{line}\n\n{NEXT}\n\n{BODY}\n", title="Known")


def test_metadata_wins() -> None:
    text = f"Another line\n\nANKARA, May 1, 2020 (Reuters) - {BODY}"
    found = told(
        text, title=" A \n title", publisher="P", published=date(2021, 2, 3), language="TR-tr"
    )
    assert found.title == "A title"
    assert (found.publisher, found.published, found.language) == ("P", date(2021, 2, 3), "tr")


def test_a_headline_stands_over_a_body() -> None:
    found = told(f"Fidan and his guest talk grain\n\n{BODY}\n")
    assert found.title == "Fidan and his guest talk grain"
    assert found.boilerplate == ((0, 30),)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\n\n", "\r\n\r\n"])
def test_a_headline_said_twice(newline: str) -> None:
    text = newline.join(["Fidan talks grain", "Fidan talks grain", "ANKARA", BODY])
    assert boilerplate(text) == ["Fidan talks grain", "Fidan talks grain", "ANKARA"]


def test_a_first_sentence_is_no_headline() -> None:
    found = told(f"{BODY}\n{NEXT}")
    assert found.title == (
        "Hakan Fidan met his guest in Ankara on Tuesday, and the two spoke about grain…"
    )
    assert found.boilerplate == ()


def test_a_wrapped_line_is_no_headline() -> None:
    text = (
        "Hakan Fidan met his guest in the city of\n"
        "Ankara on Tuesday, and the two spoke\nof grain and ships.\n"
    )
    assert boilerplate(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Fidan met his guest",
        "one\ntwo\nthree",
        "Fidan met his guest\nin Ankara, and they spoke of grain.",
        "Fidan met his guest\n\nin Ankara, and they\n\nspoke of grain.",
        "Those who met the guest:\n\nFidan spoke first.",
        "- Fidan and his guest\n\nThey spoke of grain.",
    ],
)
def test_a_line_that_stands_over_no_body_is_no_headline(text: str) -> None:
    assert boilerplate(text) == []


@pytest.mark.parametrize("empty", ["\n\n", "\r\n\r\n", "\n  \n", "\n\n\n"])
@pytest.mark.parametrize(
    "below",
    [
        "It snowed.",
        "Lamp oil, 3 crowns\nRope, 12 crowns",
        "keeper 1 spoke, and keeper 2 spoke, and then they all went home.",
        "Skippers from the harbour of Veldmark will sail again this winter, for\n"
        "the first time in ten years.",
    ],
)
def test_the_first_line_over_an_empty_one_is_the_title(empty: str, below: str) -> None:
    found = told(f"What the keepers bought{empty}{below}\n")
    assert found.title == "What the keepers bought"
    assert found.boilerplate == ((0, 23),)


@pytest.mark.parametrize(
    "title", ["Who sank the Rosa?", "Ship sinks. Crew is safe", "Snow at last!"]
)
def test_a_title_may_ask_or_shout(title: str) -> None:
    assert told(f"{title}\n\nIt snowed.").title == title


def test_a_headline_over_wrapped_lines() -> None:
    text = (
        "The last keeper leaves the island of Skarv\n"
        "Runa Solberg, who kept the lighthouse of Skarv for thirty-one years, leaves the\n"
        "island on Friday. Her lamp will be lit by a machine from then on, which the\n"
        "harbour office runs.\n"
    )
    assert boilerplate(text) == ["The last keeper leaves the island of Skarv"]


def test_a_short_first_sentence_is_the_title() -> None:
    assert told(f"It rained in Ankara on Sept. 3 all day. {BODY}").title == (
        "It rained in Ankara on Sept. 3 all day."
    )


def test_a_title_is_never_empty() -> None:
    assert describe(Draft("***\n"), Path("talks-in-may.txt")).title == "talks-in-may"
    assert describe(Draft("\x00"), None).title == "Untitled"


@pytest.mark.parametrize(
    "line", ["Grain talks", "# Grain talks", "GRAIN TALKS", "Grain  talks | CNN"]
)
def test_a_line_that_repeats_the_title(line: str) -> None:
    given = "Grain talks | CNN" if "|" in line else "Grain talks"
    assert boilerplate(f"{line}\n\n{BODY}", title=given) == [line]


def test_titles_and_publishers_have_an_end() -> None:
    told = describe(Draft("The gate is open.", title="1" * 200_000, publisher="Orm " * 900), None)
    assert (told.title, told.publisher) == ("1" * 500, ("Orm " * 125).strip())


def test_a_title_that_is_cut_off() -> None:
    line = "Ministers from four states meet to talk about grain"
    assert boilerplate(f"{line}\n\n{BODY}", title="Ministers from four states meet to ...") == [
        line
    ]


@pytest.mark.parametrize(
    ("line", "prefix", "publisher", "published"),
    [
        ("CNN — ", "CNN — ", "CNN", None),
        ("(CNN) -- ", "(CNN) -- ", "CNN", None),
        ("(CNN) ", "(CNN) ", "CNN", None),
        ("Sao Paulo (CNN) ", "Sao Paulo (CNN) ", "CNN", None),
        ("Seoul, South Korea CNN — ", "Seoul, South Korea CNN — ", "CNN", None),
        ("WASHINGTON (AP) — ", "WASHINGTON (AP) — ", "AP", None),
        ("ANKARA, Nov. 3 (REUTERS) - ", "ANKARA, Nov. 3 (REUTERS) - ", "Reuters", None),
        ("PARIS, May 3, 2022 (AFP) - ", "PARIS, May 3, 2022 (AFP) - ", "AFP", date(2022, 5, 3)),
        ("İSTANBUL (AA) - ", "İSTANBUL (AA) - ", "AA", None),
        ("ANKARA (Own Wire) — ", "ANKARA (Own Wire) — ", "Own Wire", None),
        ("WILMINGTON, Del. -- ", "WILMINGTON, Del. -- ", None, None),
        ("ISTANBUL, June 3, 2025 — ", "ISTANBUL, June 3, 2025 — ", None, date(2025, 6, 3)),
        ("Skarvik, 14 November 2026 - ", "Skarvik, 14 November 2026 - ", None, date(2026, 11, 14)),
        ("Muğla, 18 Kasım 2026 – ", "Muğla, 18 Kasım 2026 – ", None, date(2026, 11, 18)),
        ("Dover, Del., May 3, 2022 — ", "Dover, Del., May 3, 2022 — ", None, date(2022, 5, 3)),
        (" date 2025-05-14 ", " date 2025-05-14 ", None, date(2025, 5, 14)),
    ],
)  # fmt: skip
def test_datelines_before_a_paragraph(
    line: str, prefix: str, publisher: str | None, published: date | None
) -> None:
    found = told(line + BODY)
    assert boilerplate(line + BODY) == [prefix]
    assert (found.publisher, found.published) == (publisher, published)
    assert found.title.startswith("Hakan Fidan met")


@pytest.mark.parametrize(
    ("line", "publisher"),
    [("CNN —", "CNN"), ("New York CNN Business —", "CNN Business"), ("ANKARA", None),
     ("ANKARA, Türkiye", None), ("Reuters", "Reuters"), ("PARIS (AFP)", "AFP")],
)  # fmt: skip
def test_datelines_on_their_own_line(line: str, publisher: str | None) -> None:
    text = f"Fidan talks grain again\n\n{line}\n\n{BODY}"
    assert boilerplate(text) == ["Fidan talks grain again", line]
    assert told(text).publisher == publisher


@pytest.mark.parametrize(
    "line",
    [
        "NATO — The alliance said that it would grow to the east after a vote in May.",
        "ANKARA - ISTANBUL trains carried three million passengers in 2022, the state said.",
        "COVID-19 - The illness took a hundred lives in the capital on Tuesday alone.",
        "The Environmental Protection Agency (EPA) said that emissions fell in the spring.",
        "Turkish Anadolu Agency (AA) Director Roe said that the agency would grow.",
        "Update, May 3, 2022 — The ministers have left the capital and will meet again on Monday.",
        "Correction, May 3, 2022 — The ministers met in Ankara, not in Istanbul as we wrote.",
        "Tuesday, June 9, 2020 – Hong Kong was about to change, as it plunged into protests.",
        "On Tuesday, June 9, 2020 – Election Day – the voters of Tarn chose a new council.",
        "Jo Tarn, 14 May 1904 – 3 June 1989, was a miller and wrote songs that are still sung.",
        "Jo Tarn, May 14, 1904 – June 3, 1989, was a miller and wrote songs that are still sung.",
        "In Rome, 14 May 1904 – she wrote it down – was the day on which the mill burned down.",
        "Born in Rome, May 14, 1904 — Tarn was a miller and wrote songs that are still sung now.",
        "President Roe told CNN — and he meant it — that he would go to Ankara.",
    ],
)
def test_sentences_that_look_like_datelines(line: str) -> None:
    assert boilerplate(f"{line}\n\n{NEXT}", title="Known") == []


def test_a_place_and_a_day_are_a_dateline_in_the_first_paragraph_only() -> None:
    text = f"{BODY}\n\nSkarvik, 14 November 2026 - The ferry sank at noon with nobody on board."
    assert boilerplate(text, title="Known") == []


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("Updated 5:12 PM EST, Wed November 30, 2022", date(2022, 11, 30)),
        ("Updated June 9, 2025, 3:42 p.m. ET", date(2025, 6, 9)),
        ("Feb. 17, 2025 Updated Feb. 18, 2025, 4:23 p.m. ET", date(2025, 2, 17)),
        ("Published: 14 May 2025", date(2025, 5, 14)),
        ("Updated 5:12 PM EST", None),
    ],
)
def test_time_stamps(line: str, published: date | None) -> None:
    text = f"Fidan talks grain again\n\nBy Jane Roe, CNN\n\n{line}\n\n{BODY}"
    assert boilerplate(text) == ["Fidan talks grain again", "By Jane Roe, CNN", line]
    assert told(text).published == published


@pytest.mark.parametrize(
    "text",
    [
        f"On November 6, 2023, Fidan met his guest. {NEXT}",
        f"Ministers line up in Bucharest, Romania, Nov. 29, 2022.\n\n{BODY}",
        f"Published in 2019, the book of May 3, 2018 sold well.\n\n{BODY}",
        f"Updated guidance came out on June 1, 2022.\n\n{BODY}",
        f"{BODY}\n\nMay 14, 2025, was a Wednesday.",
    ],
)
def test_a_date_told_in_a_sentence_is_not_the_date_of_publication(text: str) -> None:
    assert told(text).published is None
    assert boilerplate(text) == []


@pytest.mark.parametrize(
    "line",
    [
        "By Jane Roe",
        "BY JANE ROE AND JOHN DOE",
        "By Jane van der Roe, CNN",
        "Contributing: Jane Roe, John Doe",
        "Jane Roe contributed to this report.",
        "(Reporting by Jane Roe; Editing by John Doe)",
    ],
)
def test_bylines(line: str) -> None:
    assert around(line) == [line]


@pytest.mark.parametrize(
    ("caption", "credit"),
    [
        ("Ministers pose in Bucharest, Nov. 29, 2022. ", "(REUTERS Photo)"),
        ("Ministers pose in Bucharest, Nov. 29, 2022. ", "(Daily Example Photo)"),
        ("Ministers pose in Bucharest. ", "(Photo by Jane Roe / AFP)"),
        ("Ministers pose in Bucharest ", "(Image credit: Jane Roe/AFP via Getty Images)"),
        ("Ministers pose in Bucharest. ", "(AP Photo/Jane Roe, File)"),
        ("Ministers pose in Bucharest. ", "(Jane Roe/Reuters)"),
        ("Ministers pose in Bucharest. ", "Jane Roe/AFP/Getty Images"),
        ("Ministers pose in Bucharest. ", "REUTERS/Jane Roe"),
        ("Ministers pose in Bucharest. ", "(AFP)"),
        ("", "Jane Roe | AFP | Getty Images"),
        ("", "Photo: Jane Roe"),
        ("", "Image credit: Jane Roe/AFP via Getty Images"),
        ("", "AFP/Getty Images"),
    ],
)
def test_credits_are_boilerplate_and_captions_are_not(caption: str, credit: str) -> None:
    assert around(caption + credit) == [credit]
    assert told(f"{BODY}\n\n{caption}{credit}\n\n{NEXT}").publisher is None


@pytest.mark.parametrize(
    "line",
    [
        "Photo: Fidan greets his guest at the airport of Ankara on Tuesday.",
        "The agency (EPA) closed the mine, and players (NWSLPA) went home.",
        "He was seen (via a window) and photographed (by chance) on Tuesday.",
        "The score was 3/4, said Ruud de Roe/AP",
    ],
)
def test_sentences_that_look_like_credits(line: str) -> None:
    assert around(line) == []


@pytest.mark.parametrize(
    ("end", "signature", "publisher"),
    [
        (" /ibna", "/ibna", "ibna"),
        (" (Reuters)", "(Reuters)", "Reuters"),
        (" —AFP", "—AFP", "AFP"),
        ("\n\n– Reuters\n", "– Reuters", "Reuters"),
    ],
)
def test_signatures(end: str, signature: str, publisher: str) -> None:
    text = f"{BODY}\n\n{NEXT}{end}"
    assert boilerplate(text) == [signature]
    assert told(text).publisher == publisher


@pytest.mark.parametrize(
    "end", [" at 50 km/h", " and/or", " (BBC)", " in 2011–AP", " he said /Roe", ". (Roe)"]
)
def test_ends_that_are_no_signatures(end: str) -> None:
    text = f"{BODY}\n\nThe minister spoke about it{end}"
    assert boilerplate(text) == []
    assert told(text).publisher is None


@pytest.mark.parametrize(
    "line",
    [
        "Related Example Global - Ministers to meet in Antalya on May 14",
        "RELATED: Ministers to meet in Antalya",
        "Related stories",
        "Read more: Ministers to meet in Antalya.",
        "Also read: Ministers to meet in Antalya",
        "More:Ministers to meet in Antalya",
        "Read more about grain here.",
        "Read More",
        "İlgili Haber: Bakanlar Antalya'da",
        "Advertisement",
        "ADVERTISEMENT - Article continues below",
        "Sign up for our newsletter",
        "Sign up for Example’s free newsletter. Explore the world with us.",
        "Subscribe to our newsletter today!",
        "Follow us on Facebook! Like our page.",
        "Follow Jane Roe on Twitter: @janeroe.",
        "Contact Jane Roe at jroe@example.org or 555-0100.",
        "Watch the video »",
        "***",
        "---",
        "* * *",
        "## What comes next",
        "![A picture](https://example.org/a.png)",
    ],
)
def test_boilerplate(line: str) -> None:
    assert around(line) == [line]


@pytest.mark.parametrize(
    "line",
    [
        "Related companies were fined 3 million.",
        "Related deaths: 41 in the province",
        "Related events also ran in Izmir, with films and a fair.",
        "More than 300 people came.",
        "More: the minister said that he would go.",
        "Read more books, doctors told the children.",
        "Advertisement spending rose by a third.",
        "Follow the money on Facebook, he said, and you will find them.",
        "Follow the leaders on X as they meet, the ministry said.",
        "Contact between Fidan and his guest on Twitter began in May.",
        "Get vaccinated for free, the minister said.",
        "Sign up for the army rose by a third.",
        "Like many, she wrote on Facebook that twelve people had died.",
        "By Monday, all the ministers had left.",
        "By NATO enlargement, Fidan meant Sweden.",
        "Watch companies sold 3 percent more.",
        "# 1 song of the year was a Turkish one",
        "Week of diplomacy",
        "TURKEY WINS THE CUP",
        "«Bonjour», dit le ministre. »Guten Tag«, sagte er.",
    ],
)
def test_facts_that_look_like_boilerplate_stay(line: str) -> None:
    assert around(line) == []


@pytest.mark.parametrize(
    ("line", "marked"),
    [
        (
            "CORRECTION: An earlier version said that 900 people sailed. It is 90.",
            ["CORRECTION: An earlier version said that 900 people sailed."],
        ),
        (
            "A previous version of this story misstated the year. It was 1961, not 1916.",
            [
                "A previous version of this story misstated the year.",
                "It was 1961, not 1916.",
            ],
        ),
        ("Correction (May 3): The ship is called Rosa, not Rose.", "whole"),
        ("Editor’s note: This article originally gave the wrong pier.", "whole"),
        ("Berichtigung: In einer früheren Version hieß es, 900 Menschen seien gefahren.", "whole"),
        ("Düzeltme: Haberin önceki halinde sayı yanlışlıkla 900 olarak verilmiştir.", "whole"),
        ("The earlier version of the ship sank in 1916, and nobody wept for it.", []),
        ("Correction officers said that they came by ship, not by train.", []),
        ("The court ruled that she was wrongly held for nine days on the ship.", []),
    ],
)
def test_what_a_correction_takes_back_is_never_quoted(line: str, marked: list[str] | str) -> None:
    assert around(line) == ([line] if marked == "whole" else marked)


def test_a_call_within_a_paragraph() -> None:
    assert around(f"{BODY}  Watch how the ship left » {NEXT}") == ["Watch how the ship left »"]
    assert around(f"{BODY} Sign up for our newsletter here.") == [
        "Sign up for our newsletter here."
    ]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Dışişleri Bakanı dün Ankara'da mevkidaşıyla görüştü ve basına konuştu.", "tr"),
        (BODY, "en"),
        ("Der Minister traf seinen Gast am Dienstag in Ankara und sprach über Getreide.", "de"),
        ("Ankara.", None),
        ("12 34 56 " * 20, None),
    ],
)
def test_languages(text: str, language: str | None) -> None:
    assert told(text).language == language


PIECES = st.sampled_from(
    [
        "CNN —", "(CNN) -- ", " date 2025-05-14 ", "ANKARA", "ANKARA (AA) - ", BODY, "\n", "\r\n",
        "\n\n", " ", "(REUTERS Photo)", "Watch it »", "»", "Sign up for our newsletter", "/ibna",
        "Related: x", "***", "#", "\x00", "İ", "👩‍👩‍👧", "(", ")", "By Jane Roe",
        "Updated May 3, 2022",
    ]
)  # fmt: skip


@given(st.lists(st.one_of(PIECES, st.text(max_size=12))).map("".join), st.none() | st.text())
def test_boilerplate_is_sorted_disjoint_and_within_the_text(text: str, title: str | None) -> None:
    found = describe(Draft(text, title=title, language="en"), None)
    edges = [offset for piece in found.boilerplate for offset in piece]
    assert edges == sorted(edges)
    assert all(start < end for start, end in found.boilerplate)
    assert not edges or (edges[0] >= 0 and edges[-1] <= len(text))
    assert found.title.strip()
    assert "\n" not in found.title


@pytest.mark.parametrize(
    "piece", ["a", "A ", "(a", "(Photo by A ", "A/", "A | ", "» ", "— A", "- ", "AB\n"]
)
def test_a_very_long_text_is_described(piece: str) -> None:
    text = f"{BODY}\n\n" + piece * (300_000 // len(piece))
    found = describe(Draft(text), None)
    assert found.title.startswith("Hakan Fidan")
    assert all(start >= len(BODY) for start, _ in found.boilerplate)
