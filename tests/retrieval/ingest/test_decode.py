from __future__ import annotations

import codecs
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import IngestError
from retrieval.ingest.decode import decode

TURKISH = (
    "Dışişleri Bakanı Hakan Fidan, İstanbul’da Ukraynalı mevkidaşıyla görüştü; "
    "çay içildi, ağır yağmur yağdı."
)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (TURKISH, "utf-8"),
        (TURKISH, "cp1254"),
        ("Çavuşoğlu görüştü", "cp1254"),
        ("Le ministre français était à Ankara, où l’été s’achève. Ça va, dit-il.", "cp1252"),
        ("Der Außenminister reiste nach Köln und sagte: „Über Öl reden wir später.“", "cp1252"),
        ("El ministro español llegó mañana y habló con su homólogo.", "cp1252"),
        ("The minister’s “plan” – it’s still open.", "cp1252"),
        ("Minister spraw zagranicznych przyjechał do Łodzi, żeby podjąć rozmowę.", "cp1250"),
        ("Są kłopoty z mostem: „nie wiemy” – mówi wójt Świętochłowic.", "cp1250"),
        ("Są kłopoty z mostem, mówi wójt Świętochłowic.", "iso8859_2"),
        ("Źródło: wójt przyznał, że ścieżka jest zamknięta.", "iso8859_2"),
        ("Starostka řekla, že ťukání v mostě už ustalo.", "iso8859_2"),
        ("Ľudia žiadajú, aby šport mal späť svoju halu.", "iso8859_2"),
        ("A híd ősszel készül el, közölte Szűcs György, a bíróság szóvivője.", "iso8859_2"),
        ("A híd ősszel készül el, közölte Szűcs György, a bíróság szóvivője.", "cp1250"),
        ("Škola će biti zatvorena, rekao je župan Đurić.", "iso8859_2"),
        ("Le chœur a ouvert l'œuvre : 5 € l'entrée, où qu'on aille.", "iso8859_15"),
        ("Tiltas bus uždarytas iki rudens, pranešė merė Rūta Šukienė.", "cp1257"),
        ("Tilts būs slēgts līdz rudenim, paziņoja mērs Jānis Ķezbers.", "cp1257"),
        ("The café’s owner took 5 µg, 3 m² and ½ of £4 – “±2 °C”, ©Reuters.", "cp1252"),
        ("São João paga 5€ por ª ação à mãe.", "cp1252"),
        ("Министр встретился с коллегой в Анкаре.", "cp1251"),
        ("Ο υπουργός συναντήθηκε με τον ομόλογό του στην Άγκυρα.", "cp1253"),
        ("التقى الوزير بنظيره في أنقرة يوم الاثنين.", "cp1256"),
    ],
)
def test_encodings_without_a_mark(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [TURKISH + "\r\n", "Министры встретились в Анкаре.\n" * 3])
def test_utf16_without_a_mark(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_the_byte_order_mark_is_not_part_of_the_text(encoding: str) -> None:
    assert decode(TURKISH.encode(encoding)) == TURKISH


def test_big_endian_mark() -> None:
    assert decode(codecs.BOM_UTF16_BE + TURKISH.encode("utf-16-be")) == TURKISH


def test_a_few_bad_bytes_in_utf8_become_replacement_characters() -> None:
    broken = TURKISH.encode() + b" \xc3 end \xff."
    assert decode(broken) == TURKISH + " \ufffd end \ufffd."


def test_a_bad_byte_that_stands_alone_in_ascii_is_no_letter() -> None:
    assert decode(b"Fidan met \xff\xfe Blinken.") == "Fidan met \ufffd\ufffd Blinken."


def test_a_stray_zero_byte_stays() -> None:
    assert decode(b"One stray\x00 zero byte in a line.") == "One stray\x00 zero byte in a line."


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n1 0 obj",
        b"PK\x03\x04\x14\x00\x06\x00word/document.xml",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        bytes(range(256)) * 8,
        b"\x00" * 100,
        random.Random(7).randbytes(5000),
    ],
)
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(IngestError, match="binary data"):
        decode(data)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_utf8_comes_back_exactly(text: str) -> None:
    whole = f"Mixed\r\nline\rends\n{text}"
    assert decode(whole.encode()) == whole


@given(st.binary())
def test_any_bytes_give_text_or_an_ingest_error(data: bytes) -> None:
    try:
        text = decode(data)
    except IngestError:
        return
    assert text.encode("utf-8").decode("utf-8") == text
