from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ingest.markup import is_markup, plain


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("<p>Rain&nbsp;fell.</p>\n<p>Snow &amp; hail, too.</p>", "Rain fell.\n\nSnow & hail, too."),
        ("It rained.<br>It snowed.<br/>It hailed.", "It rained.\nIt snowed.\nIt hailed."),
        ("<p>One <a href='/x'>two</a>,\n three.", "One two, three."),
        ("<p>Up</p><script>if (a < b) {}</script><style>p {}</style><p>down</p>", "Up\n\ndown"),
        ("<h2>Why?</h2><ul><li>Rain</li><li>Snow</li></ul>So.", "Why?\n\n- Rain\n- Snow\n\nSo."),
        ("First:<ol>\n<li>Rain</li>\n<li>Snow</li></ol>", "First:\n\n1. Rain\n2. Snow"),
        ("<table><tr><td>Rain</td><td>3 mm</td></tr></table>", "Rain | 3 mm"),
        ("<!-- wp:p --><p>Rain, 3 < 5 mm & <3 hail</p>", "Rain, 3 < 5 mm & <3 hail"),
        ("&lt;p&gt;Rain &amp;amp; snow&lt;/p&gt;", "Rain & snow"),
        ("It&#8217;s Ana&rsquo;s &quot;rain&quot; &#x2013; 5&deg;", 'It’s Ana’s "rain" – 5°'),
        ("caf<b>é</b>s<sup>2</sup>", "cafés2"),
    ],
)
def test_markup_becomes_text(words: str, text: str) -> None:
    assert plain(words) == text


@pytest.mark.parametrize(
    "words",
    [
        "3 < 5 & 7 > 2",
        "AT&T, R&D; Q&A; x&y",
        "write <b> for bold",
        "mail <ana@example.org>, see <https://example.org/p>",
        "&copy without its semicolon, &nosuchname;",
        "Two  spaces,\ttabs\r\nand line ends \n\n\n stay.",
        "<name> is a <blank> to </fill>",
    ],
)
def test_what_is_no_markup_stays(words: str) -> None:
    assert plain(words) == words
    assert not is_markup(words)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="<&")))
def test_text_without_a_tag_or_entity_stays(words: str) -> None:
    assert plain(words) == words


@given(st.lists(st.sampled_from(
    ("<p>", "</p>", "<", ">", "&", "&amp;", "<b>", "</b>", "<br>", "<li>", "x", " ", "\x00", "<!--")
)))  # fmt: skip
def test_whatever_is_read_is_text(pieces: list[str]) -> None:
    assert plain("".join(pieces)).count("x") <= pieces.count("x")
