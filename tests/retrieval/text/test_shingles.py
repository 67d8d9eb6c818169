from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.text import resemblance, shared_at_least, sketch

STORY = """
The foreign ministers of the two countries met on Tuesday in the old town hall to talk about the
ferry that has not crossed the strait since spring. After three hours they agreed that a first
boat would sail before the end of the month, with customs officers of both sides on board. The
fishermen of the northern port, who had blocked the pier for weeks, welcomed the news but asked
who would pay for their lost season. A commission of six, three from each side, is to answer that
question by autumn. Neither minister took questions afterwards. The harbour master said that the
dredgers were already at work, and that the channel would be deep enough in ten days. Shopkeepers
on the square hung out the flags of both countries; a school orchestra played, badly but long.
"""
OTHER = """
A ferry has lain idle in the northern port since spring, and nobody on the quay believes promises
any more. When ministers gathered this week, fishermen read about it in the newspaper, mended
their nets and shrugged. Their season is gone, they say, and with it a third of the year's income.
One of them, a grandfather of nine, has begun to sell honey instead. The town council discussed
compensation late into the night but broke up without a vote, since the treasurer was ill. Talks
on the crossing had failed twice before, over fees in March and over the flag in May.
"""


def test_the_same_story_under_another_headline() -> None:
    copy = "Ministers agree on ferry\nBy our correspondent\n" + STORY
    copy = copy.replace("on Tuesday", "yesterday").replace("badly but long", "with zeal")
    assert resemblance(sketch(STORY), sketch(copy)) > 0.7
    assert resemblance(sketch(STORY), sketch(STORY.upper().replace(" ", "\n"))) == 1.0


def test_another_story_on_the_same_subject() -> None:
    assert resemblance(sketch(STORY), sketch(OTHER)) < 0.1


def test_half_the_story() -> None:
    half = STORY[: len(STORY) // 2]
    assert 0.25 < resemblance(sketch(STORY), sketch(half)) < 0.75


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("", "", 0.0),
        ("", "some words", 0.0),
        ("?!", "…", 0.0),
        ("Fidan", "FİDAN", 1.0),
        ("Fidan", "Blinken", 0.0),
        ("one two three four", "one two three four five", 0.5),
    ],
)
def test_short_texts_are_compared_exactly(a: str, b: str, expected: float) -> None:
    assert resemblance(sketch(a), sketch(b)) == expected


def test_a_sketch_is_64_ascending_hashes_for_a_signed_column() -> None:
    hashes = sketch(STORY)
    assert len(hashes) == 64
    assert list(hashes) == sorted(set(hashes))
    assert all(0 <= value < 2**63 for value in hashes)


def test_a_sketch_is_the_same_in_another_process() -> None:
    code = (
        "from retrieval.text.shingles import sketch; print(sketch('Fidan met Blinken in Ankara'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == repr(sketch("Fidan met Blinken in Ankara"))


@given(
    st.sets(st.integers(0, 99), max_size=64),
    st.sets(st.integers(0, 99), max_size=64),
    st.sampled_from((0.1, 0.4, 0.5, 1.0)),
)
def test_sketches_that_resemble_share_enough(a: set[int], b: set[int], least: float) -> None:
    if resemblance(sorted(a), sorted(b)) >= least:
        assert len(a & b) >= shared_at_least(least, sorted(a))


@given(st.text(), st.text())
def test_resemblance_is_a_symmetric_share(a: str, b: str) -> None:
    there, back = resemblance(sketch(a), sketch(b)), resemblance(sketch(b), sketch(a))
    assert there == back
    assert 0 <= there <= 1
