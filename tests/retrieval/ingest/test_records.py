from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

import pytest

from retrieval.errors import IngestError
from retrieval.ingest import Record, read_file
from retrieval.types import Draft


def read(name: str, content: object) -> list[Record]:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return list(read_file(Path(name), data))


def lines(*records: object) -> bytes:
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records).encode()


def test_all_fields() -> None:
    (record,) = read("a.json", {
        "id": 7, "title": "T", "text": "Fidan spoke.", "source": "Wire", "language": "tr-TR",
        "date": "2025-05-14T08:00:00Z", "url": "https://wire.example/7", "extra": {},
    })  # fmt: skip
    assert record == Record("", Draft(
        "Fidan spoke.", "7", "T", "Wire", date(2025, 5, 14), "tr", "https://wire.example/7"
    ), None, 1.0)  # fmt: skip


def test_other_names_of_fields() -> None:
    (first, second) = read("a.json", [
        {"content": "One.", "publisher": "P", "source": "S", "published": "3 Kasım 2022"},
        {"body": "Two.", "title": None, "date": "some day"},
    ])  # fmt: skip
    assert first.draft == Draft("One.", publisher="P", published=date(2022, 11, 3))
    assert second.draft == Draft(
        "Two.", notes=("'date' is “some day”, no date that can be read: write it like 2024-05-31",)
    )


def test_keys_count_from_one_and_consumed_reaches_the_end() -> None:
    records = read("a.json", {"articles": [{"text": "One."}, {"text": "Two."}]})
    assert [(record.key, record.consumed) for record in records] == [("1", 0.5), ("2", 1.0)]


@pytest.mark.parametrize(
    ("record", "failure"),
    [
        ({"text": [1]}, "'text' must be a string, not a list"),
        ({"text": 3}, "'text' must be a string, not a number"),
        ({"articleBody": {"b": 1}}, "'articleBody' must be a string, not an object"),
        ({"text": "a", "id": True}, "'id' must be a string or a whole number, not a boolean"),
        ({"text": "a", "id": [7, 8]}, "'id' must be a string or a whole number, not a list"),
        (
            {"title": "a", "words": "b"},
            "has no 'text' (nor 'content', 'body' or another name for it): "
            "its fields are 'title', 'words'",
        ),
        ({"text": None}, "has no 'text' (nor 'content', 'body' or another name for it)"),
        ({"text": " \n"}, "is empty: there is nothing to quote in it"),
        ("text", "must be an object with a 'text', not a string"),
        (None, "must be an object with a 'text', not null"),
    ],
)
def test_a_wrong_record_fails_and_the_others_go_on(record: object, failure: str) -> None:
    wrong, right = read("a.json", [record, {"text": "Right."}])
    assert wrong == Record("1", None, failure, 0.5)
    assert right.draft == Draft("Right.")


def test_lines() -> None:
    data = lines({"text": "Bir."}, {"text": "İki."}) + b'\n\n{"text": \n{"text": "Four."}\r\n'
    one, two, broken, four = read("a.jsonl", data)
    assert [record.key for record in (one, two, broken, four)] == ["1", "2", "4", "5"]
    assert two.draft == Draft("İki.")
    assert broken.draft is None
    assert "is not valid JSON" in str(broken.failure)
    assert four.draft == Draft("Four.")
    assert one.consumed < two.consumed < broken.consumed < four.consumed == 1.0


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1254"])
def test_lines_in_other_encodings(encoding: str) -> None:
    data = '{"text": "Çavuşoğlu konuştu, yağmur yağdı."}\n{"text": "Şişli."}\n'.encode(encoding)
    first, second = read("a.jsonl", data)
    assert first.draft == Draft("Çavuşoğlu konuştu, yağmur yağdı.")
    assert second.draft == Draft("Şişli.")


def test_packed_lines() -> None:
    records = read("a.jsonl.gz", gzip.compress(lines({"text": "One."}, {"text": "Two."})))
    assert [record.draft for record in records] == [Draft("One."), Draft("Two.")]
    assert records[-1].consumed == 1.0


def test_packed_data_that_breaks_off_keeps_what_was_read() -> None:
    whole = gzip.compress(lines(*({"text": f"Number {i * i * 7919}."} for i in range(50_000))))
    records = read_file(Path("a.jsonl.gz"), whole[: len(whole) // 2])
    assert next(records).draft == Draft("Number 0.")
    with pytest.raises(IngestError, match="is damaged"):
        list(records)


def test_a_decompression_bomb_is_refused() -> None:
    bomb = gzip.compress(b" " * (20 << 20), 9)
    with pytest.raises(IngestError, match="unpacks to more than"):
        read("a.jsonl.gz", bomb)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.json", b"[{]", "is not valid JSON"),
        ("a.json", b"", "is not valid JSON"),
        ("a.json", b"3", "must hold an object or a list of objects, not a number"),
        ("a.json", b"[]", "holds an empty list"),
        ("a.json", b'{"articles": []}', "holds an empty list"),
        ("a.json", b"[" * 100_000, "nested too deeply"),
        ("a.json", b"9" * 5000, "is not valid JSON"),
        ("a.jsonl", b"\n \n", "is empty"),
        ("a.jsonl.gz", b"plain", "is damaged"),
    ],
)
def test_files_that_cannot_be_read(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(IngestError, match=reason):
        read(name, data)


def test_a_lone_surrogate_is_replaced() -> None:
    (record,) = read("a.json", b'{"text": "a \\ud83d b \\ud83d\\ude00", "id": "\\udc00"}')
    assert record.draft == Draft("a \ufffd b 😀", id="\ufffd")


def test_an_article_that_is_too_long_fails_alone() -> None:
    data = lines({"text": "x" * 11}, {"text": "short"})
    long, short = read_file(Path("a.jsonl"), data, max_chars=10)
    assert long.failure == (
        "is 11 characters long and the most is 10: split it, or raise index.max_article_chars"
    )
    assert short.draft == Draft("short")
