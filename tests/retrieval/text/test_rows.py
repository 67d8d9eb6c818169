"""Rows of tables and lists: where they stand, what they stand under, how models see them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.text import Row, heads, row_view, rows, split_sentences, view_of
from retrieval.text.views import ADDED

FARES = """\
Nordlinje raises its fares on May 1.

| Route | Adult | Car |
|:------|------:|----:|
| Skarv. Bodo | 120 kr | 410 kr |
| Bodo–Rost | | 480 kr |

Dogs travel free.
"""

BOX = """\
Player         Min   Pts
Ida Moe         34    21
Runa Solberg    28    17
"""


def told(text: str, language: str | None = None) -> list[tuple[str, list[str], str]]:
    """Each row's words, its labels, and what it stands under."""
    return [
        (
            text[row.start : row.end],
            [text[a:b] for a, b in row.labels],
            text[slice(*row.head)] if row.head else "",
        )
        for row in rows(text, language).values()
    ]


def test_a_table_of_markdown() -> None:
    labels, head = ["Route", "Adult", "Car"], "| Route | Adult | Car |"
    assert told(FARES) == [
        ("| Skarv. Bodo | 120 kr | 410 kr |", labels, head),
        ("| Bodo–Rost | | 480 kr |", labels, head),
    ]
    assert [FARES[a:b] for a, b in heads(FARES)] == [head]


def test_a_table_that_spaces_keep_apart() -> None:
    labels, head = ["Player", "Min", "Pts"], "Player         Min   Pts"
    assert told(BOX) == [
        ("Ida Moe         34    21", labels, head),
        ("Runa Solberg    28    17", labels, head),
    ]


def test_a_table_without_a_line_for_its_columns() -> None:
    assert told("| Ann | 3 |\n| Bo | 4 |\n") == [("| Ann | 3 |", [], ""), ("| Bo | 4 |", [], "")]


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\n\n"])
@pytest.mark.parametrize(
    ("lead", "items"),
    [
        ("They want three things:", ["- more pay.", "- fewer hours", "- a canteen"]),
        ("Prizes", ["1. Ada Moe, 900 kroner", "2. Siv Lund, 250 kroner"]),
        ("Es fehlen:", ["• Brot", "• Salz"]),
    ],
)
def test_items_under_their_lead_in(line_break: str, lead: str, items: list[str]) -> None:
    text = line_break.join([f"It was Monday. {lead}" if lead[-1] == ":" else lead, *items, ""])
    assert told(text) == [(item, [], lead) for item in items]


def test_lines_alike_are_rows() -> None:
    text = (
        "Given for the bell\n\nAda Moe, 40 crowns\nSt. Olav School, 125 crowns\nSiv Lund, 9 crowns"
    )
    assert [row for row, _, _ in told(text)] == text.split("\n")[2:]
    assert "St. Olav School, 125 crowns" in [text[a:b] for a, b in split_sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "- It snowed on Monday. Nobody came.\n- It thawed on Friday. All came.",
        "Home | Sport | News\n\nIt snowed in Skarv on Monday.",
        "Moe: When did you come?\nLund: In 1961, by ship.\nMoe: Why?",
        "Ida Moe, 34, left\nand 12 others,\nwho had come by ship.",
        "one line",
        "",
    ],
)
def test_what_is_no_row(text: str) -> None:
    assert told(text) == []


def test_a_cell_is_seen_with_its_label_and_an_item_with_its_lead_in() -> None:
    first, second = rows(FARES).values()
    assert row_view(FARES, first).text == "Route: Skarv. Bodo; Adult: 120 kr; Car: 410 kr"
    assert row_view(FARES, second).text == "Route: Bodo–Rost; Car: 480 kr"
    text = "They want:\n1. more pay\n2. fewer hours"
    assert [row_view(text, row).text for row in rows(text).values()] == [
        "They want: more pay",
        "They want: fewer hours",
    ]
    assert row_view(text, rows(text)[11], "They want:").text == "more pay"


def test_a_label_is_seen_as_the_word_that_is_asked() -> None:
    row = next(iter(rows(BOX).values()))
    asked = ["How", "many", "points", "did", "Ida", "Moe", "score", "?"]
    assert row_view(BOX, row, asked=asked).text == "Player: Ida Moe; Min: 34; points: 21"
    assert row_view(BOX, row, asked=["pants"]).text == "Player: Ida Moe; Min: 34; pants: 21"
    assert row_view(BOX, row, asked=["parrot"]).text == "Player: Ida Moe; Min: 34; Pts: 21"


def test_a_word_broken_at_a_line_end_is_seen_whole() -> None:
    text = "x The light-\r\n  house of Aarhus-\nEast"
    view = view_of(text, 2, len(text))
    assert view.text == "The lighthouse of Aarhus-\nEast"
    start = view.text.index("lighthouse")
    assert text[slice(*view.span(start, start + 10))] == "light-\r\n  house"


LINES = st.sampled_from(
    [
        "| a | 1 |", "|---|---|", "|b||", "||", "|", "Ann, 3 euros", "Bo: 4", "x  y", "Pts\t7", "",
        "- one", "2. two", "They want:", "It snowed.", "light-", "house", "•", "a | b", "🎉",
    ]
)  # fmt: skip
TEXTS = st.lists(LINES, max_size=24).map("\n".join) | st.text(alphabet="|-:.a1 \n\t•,", max_size=80)


@given(TEXTS, st.sampled_from(["\n", "\r\n", "\r"]))
def test_rows_are_whole_sentences_and_views_lead_back(text: str, line_break: str) -> None:
    text = text.replace("\n", line_break)
    known = rows(text)
    found = [(row.start, row.end) for row in known.values()]
    assert found == sorted(found)
    assert all(end <= start for (_, end), (start, _) in pairwise(found))
    assert set(found) <= set(split_sentences(text))
    for row in known.values():
        check_view(text, row)


def check_view(text: str, row: Row) -> None:
    view = row_view(text, row, "A title", ["points"])
    assert len(view.places) == len(view.text)
    real = [(i, place) for i, place in enumerate(view.places) if place != ADDED]
    assert all(view.text[i] == text[place] for i, place in real)
    assert all(row.start <= place < row.end for _, place in real)
    stretches = view.stretches([(i, i + 1) for i in range(len(view.text))])
    assert [stretch == ADDED for stretch in stretches] == [place == ADDED for place in view.places]
    for start, end in row.cells:
        inside = {stretches[i] for i, place in real if start <= place < end}
        assert len(inside) <= 1  # a cell is one stretch, so that what is read in it can be quoted
