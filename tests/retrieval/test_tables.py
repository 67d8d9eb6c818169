"""What tables and lists answer: label and value of one row, its head never in a quote."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from retrieval import Library
from retrieval.encoder import load_encoder
from retrieval.passages import cut_passages, make_recipe
from retrieval.reader.parts import MOST, nearest, parts_of
from retrieval.text import heads

Write = Callable[[Mapping[str, str | bytes]], Path]

FARES = """\
# Ferry fares go up

The ferry company Nordlinje raises its fares on May 1.

| Route | Adult | Child | Car 2023 | Car 2024 |
|:------|------:|------:|---------:|---------:|
| Skarv–Bodo | 120 kr | 60 kr | 390 kr | 410 kr |
| Skarv–Rost | 95 kr | 40 kr | 310 kr | 330 kr |
| Bodo–Rost | 150 kr | 75 kr | 460 kr | 480 kr |

Dogs travel free.
"""

BOX = """\
Vik Vipers beat Os Owls 71-64

The Vipers won the last match of the season in front of 812 spectators on Saturday.

Player            Min   Pts   Reb
Ida Moe            34    21     7
Runa Solberg       28    17     4
Ada Falk           31     9    11
Eli Dahl           12     2     3

The Owls go down to the second league.
"""

BELL = """\
All who gave money for the bell

Ada Moe, 40 crowns
Knut Vang, 125 crowns
Siv Lund, 60 crowns
Olav Lie, 300 crowns
Berit Aas, 15 crowns
"""

BRANCHES = """\
Library closes three branches

The library of Tarn will save 2.4 million kroner. These branches will be closed:

- Hamre, on 31 January
- Old Mill, on 28 February
- Westbrook, on 30 June
"""


@pytest.mark.parametrize(
    ("text", "question", "answer", "quote"),
    [
        (
            FARES,
            "How much does a car cost from Skarv to Rost in 2024?",
            "330 kr",
            "| Skarv–Rost | 95 kr | 40 kr | 310 kr | 330 kr |",
        ),
        (
            FARES,
            "How much does an adult pay on the Skarv–Bodo route?",
            "120 kr",
            "| Skarv–Bodo | 120 kr | 60 kr | 390 kr | 410 kr |",
        ),
        (BOX, "How many points did Runa Solberg score?", "17", "Runa Solberg       28    17     4"),
        (BOX, "How many rebounds did Ada Falk get?", "11", "Ada Falk           31     9    11"),
        (
            BOX,
            "How many spectators were there?",
            "812",
            "The Vipers won the last match of the season in front of 812 spectators on Saturday.",
        ),
        (BELL, "How much did Knut Vang give?", "125 crowns", "Knut Vang, 125 crowns"),
        (BELL, "Who gave 300 crowns?", "Olav Lie", "Olav Lie, 300 crowns"),
        (BRANCHES, "When will Old Mill be closed?", "28 February", "- Old Mill, on 28 February"),
    ],
)
def test_label_and_value_are_of_one_row(
    library: Library, write: Write, text: str, question: str, answer: str, quote: str
) -> None:
    library.index([write({"a.md" if text[0] == "#" else "a.txt": text})])
    found = library.ask(question).answers
    assert [(one.text, one.quotes[0].text) for one in found[:1]] == [(answer, quote)]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (BOX, "How many points did Siv Lund score?"),
        (BELL, "How much did Tone Rud give?"),
        (FARES, "How much does a car cost from Oslo to Kiel?"),
    ],
)
def test_what_stands_in_no_row_is_not_answered(
    library: Library, write: Write, text: str, question: str
) -> None:
    library.index([write({"a.txt": text})])
    assert library.ask(question).answers == ()


def test_every_item_of_a_list_answers(library: Library, write: Write) -> None:
    library.index([write({"a.txt": BRANCHES})])
    answers = {one.text for one in library.ask("Which branches will be closed?").answers}
    assert {"Hamre", "Old Mill", "Westbrook"} <= answers


def test_no_quote_and_no_passage_holds_a_tables_head(library: Library, write: Write) -> None:
    library.index([write({"a.md": FARES})])
    ((start, end),) = heads(FARES)
    for question in ("What do adult, child and car cost?", "Route, adult, child?", "Who sang?"):
        reply = library.ask(question)
        quotes = [quote for one in reply.answers for quote in one.quotes] + list(reply.nearest)
        assert quotes
        assert all(quote.end <= start or end <= quote.start for quote in quotes)
        hits = library.search(question).hits
        assert all(hit.passage.end <= start or end <= hit.passage.start for hit in hits)


def test_a_row_is_found_by_what_stands_over_it(library: Library, write: Write) -> None:
    rows = "".join(f"| Skarv {n} | {n} kr |\n" for n in range(200))
    library.index([write({"a.md": f"# Fares\n\n| Pier | Toll |\n|---|---|\n{rows}"})])
    hits = library.search("toll", k=40).hits
    assert len(hits) > 5
    assert all(hit.scores.lexical for hit in hits)


def test_a_row_is_never_cut_and_passages_of_a_table_hold_nothing_else() -> None:
    encoder = load_encoder("bundled")
    long = "| Skarv | " + "cod and haddock and herring " * 30 + "|\n"
    text = f"It snowed.\n\n| Pier | Catch |\n|---|---|\n{long}| Rost | cod |\n\nIt thawed.\n"
    passages = cut_passages("a", text, heads(text), encoder, make_recipe(encoder, "m", 128, 1))
    held = [[text[a:b] for a, b in passage.sentences] for passage in passages]
    assert ["It snowed."] in held
    assert any(sentences[0] == long.strip() for sentences in held)
    assert held[-1] == ["It thawed."]
    assert [sentences for sentences in held if "| Rost | cod |" in sentences] != []
    assert not any("It thawed." in sentences and len(sentences) > 1 for sentences in held)


def test_of_many_rows_those_that_share_words_with_the_question_are_read(
    library: Library, write: Write
) -> None:
    gifts = "\n".join(f"Giver {name(n)} of Tarn, {n} crowns" for n in range(1, 301))
    library.index([write({"gifts.txt": f"Gifts for the new bell\n\n{gifts}\n"})])
    question = f"How much did {name(163)} give?"
    hits = library.search(question, 25).hits
    every = [(number, part) for number, hit in enumerate(hits) for part in parts_of(hit)]
    read = nearest(every, question)
    assert len(every) > MOST + len(hits) >= len(read) >= MOST
    assert {number for number, _ in read} == set(range(len(hits)))
    assert any(name(163) in part.text for _, part in read)
    row = f"Giver {name(163)} of Tarn, 163 crowns"
    reply = library.ask(question)
    assert [quote.text for answer in reply.answers for quote in answer.quotes] in ([], [row])
    assert reply.found or reply.nearest[0].text == row


def name(number: int) -> str:
    """Give a name that no other number has."""
    letters = "abcdefghij"
    return "B" + "".join(letters[int(digit)] for digit in f"{number:03}") + "son"
