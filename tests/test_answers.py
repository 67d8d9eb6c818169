"""What a user is promised, asked as a user asks: over seeds/ and over the original articles."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.evaluation import UNANSWERABLE, is_right, read_questions
from retrieval import Library

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"

OFFLINE = """
import sys
def refuse(event, arguments):
    if event.startswith("socket.") and event != "socket.__new__":
        raise RuntimeError(f"the network was used: {event} {arguments}")
sys.addaudithook(refuse)
from bot.cli import cli
for arguments in (["index", "seeds"], ["ask", "who did Fidan meet?", "--json"]):
    try:
        cli([*arguments, "--data-dir", sys.argv[1]])
    except SystemExit as left:
        assert left.code == 0, left.code
print(sorted({"torch", "transformers", "sentence_transformers"} & set(sys.modules)))
"""


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("seeds")) as library:
        assert library.index([ROOT / "seeds"]).failed == ()
        yield library


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = SHARED / "articles"
    if not folder.is_dir():
        pytest.skip("the original articles are not part of this repository")
    with Library.open(tmp_path_factory.mktemp("originals")) as library:
        assert library.index([folder]).failed == ()
        yield library


def wrong_and_spoken(library: Library, folder: Path) -> tuple[list[str], list[str]]:
    """Give the questions answered wrongly, and those answered although nothing tells."""
    wrong = [one for one in read_questions(folder) if not is_right(one, library.ask(one.question))]
    spoken = [one.question for one in wrong if one.kind == UNANSWERABLE]
    return [one.question for one in wrong if one.kind != UNANSWERABLE], spoken


def test_the_original_articles_answer(originals: Library) -> None:
    assert wrong_and_spoken(originals, SHARED / "golden") == ([], [])


def test_who_did_fidan_meet(seeds: Library) -> None:
    found = {answer.text: answer for answer in seeds.ask("who did Fidan meet?").answers}
    assert {"Antony Blinken", "Jake Sullivan", "Volodymyr Zelenskyy", "Dmytro Kuleba"} <= set(found)
    assert not {"Hakan Fidan", "Liz Truss", "Urmas Reinsalu", "Joao Cravinho"} & set(found)
    for quote in found["Antony Blinken"].quotes:
        assert quote.answer is not None
        assert "Blinken" in quote.article.text[quote.answer.start : quote.answer.end]
        assert quote.start <= quote.answer.start < quote.answer.end <= quote.end


def test_agency_copy_is_quoted_once(seeds: Library) -> None:
    reply = seeds.ask("How many deputies voted for the bill?")
    quotes = [quote for answer in reply.answers for quote in answer.quotes]
    both = [quote for quote in quotes if quote.also_in]
    assert both
    for quote in both:
        names = {Path(article.path or "").name for article in (quote.article, *quote.also_in)}
        assert names >= {"2024-01-sweden-vote-agency.txt", "2024-01-sweden-vote-paper.md"}


@pytest.mark.slow
def test_every_quote_of_three_hundred_questions_is_verbatim(originals: Library) -> None:
    stored = [originals.article(item.id) for item in originals.articles()]
    texts = {(item.id, "text"): item.text for item in stored}
    words = sorted({word for text in texts.values() for word in re.findall(r"\w+", text)})
    texts |= {(item.id, "title"): item.title for item in stored}
    chance = random.Random(7)
    starts = ("who", "where did", "when was", "how many", "what did", "which")
    for _ in range(300):
        asked = " ".join((chance.choice(starts), *chance.sample(words, chance.randint(1, 6))))
        reply = originals.ask(asked + "?")
        found = [quote for answer in reply.answers for quote in answer.quotes]
        for quote in (*found, *reply.nearest):
            whole = texts[quote.article.id, quote.field]
            assert quote.text == whole[quote.start : quote.end]
            assert quote.text == quote.text.strip() != ""
            assert "Getty" not in quote.text


def test_index_and_ask_use_no_network_and_no_torch(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", OFFLINE, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    answer, imported = result.stdout.strip().splitlines()
    assert json.loads(answer)["found"]
    assert imported == "[]"
