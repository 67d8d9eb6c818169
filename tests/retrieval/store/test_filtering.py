"""How a publisher's name finds what it is called otherwise."""

from __future__ import annotations

import pytest

from retrieval.store import publisher_key
from retrieval.store.filtering import nearest_publishers, spelled
from retrieval.types import Filters

PAPERS = ("usatoday.com", "USA Today", "www.cnn.com", "CNN", "bbc.co.uk", "BBC News",
          "The Guardian", "theguardian.com", "Kıyı Gazetesi", "U.S. News", "!!!")  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("usatoday", ["usatoday.com", "USA Today"]),
        ("USA-Today", ["usatoday.com", "USA Today"]),
        ("https://www.usatoday.com/", ["usatoday.com", "USA Today"]),
        ("cnn", ["www.cnn.com", "CNN"]),
        ("cnn.com", ["www.cnn.com", "CNN"]),
        ("bbc", ["bbc.co.uk"]),
        ("bbcnews", ["BBC News"]),
        ("guardian", ["The Guardian", "theguardian.com"]),
        ("kiyigazetesi.com.tr", ["Kıyı Gazetesi"]),
        ("us news", ["U.S. News"]),
        ("!!!", ["!!!"]),
        ("news", []),
        ("...", []),
        (".com", []),
    ],
)
def test_a_publisher_is_found_however_it_is_spelled(asked: str, found: list[str]) -> None:
    told = spelled(Filters(publisher=asked), PAPERS)
    keys = {publisher_key(name): name for name in PAPERS}
    assert {keys[key] for key in told.spellings} == set(found)


def test_the_likest_publishers_come_first() -> None:
    assert nearest_publishers("BBC Nws", PAPERS)[:2] == ("BBC News", "bbc.co.uk")
    assert nearest_publishers("usa tody", PAPERS)[0] == "usatoday.com"
    assert nearest_publishers("x", ()) == ()
