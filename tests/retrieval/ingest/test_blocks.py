from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from retrieval.ingest.blocks import HTML, text_of

WORDS = st.text("ab", min_size=1, max_size=5)
TREES = st.recursive(
    WORDS,
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{' '.join(parts)}</{tag}>",
        st.sampled_from(["p", "div", "b", "ul", "li", "table", "tr", "td", "h2", "br", "section"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=20,
)


def text(page: str) -> str:
    return text_of(html.document_fromstring(page), HTML)


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        ("<p>One <b>bold</b>\n word.<p>Two.", "One bold word.\n\nTwo."),
        ("<div>One.<div>Two.</div>Three.</div>", "One.\n\nTwo.\n\nThree."),
        ("<ul><li>one</li><li><p>two</p></li></ul>after", "- one\n- two\n\nafter"),
        ("<ol><li>one<li><p>two<li></ol>9.<p>x", "1. one\n2. two\n\n9.\n\nx"),
        ("<ul><li><li>one<li></ul>", "- one"),
        ("<ul><li>one<ul><li>within</li></ul></li></ul>", "- one\n\n- within"),
        ("one<!-- not --> word<script>x</script>, two<br>lines", "one word, two\nlines"),
        ("<table><tr><th>a<th>b<tr><td>1<td><p>2</table>c", "a | b\n1 | 2\n\nc"),
        ("<table><tr><td>a<td><ol><li>one<li>two</ol></table>", "a | one two"),
        ("<table><tr><td>1<td><td>3<tr><td><td></table>", "1 | | 3"),
        (
            "<table><tr><td><p>One.</p><table><tr><td>a</td><td>b</td></tr></table></td></tr></table>",
            "One.\n\na | b",
        ),
        ("<table><tr><td>" + "Long. " * 300 + "<td>b", "Long. " * 299 + "Long.\n\nb"),
    ],
)
def test_pages(page: str, lines: str) -> None:
    assert text(page) == lines


@given(TREES)
def test_every_word_stands_in_the_text_once_and_in_order(page: str) -> None:
    said = "".join(
        c for c in html.document_fromstring(f"<div>{page}</div>").text_content() if c in "ab"
    )
    assert "".join(c for c in text(f"<div>{page}</div>") if c in "ab") == said
