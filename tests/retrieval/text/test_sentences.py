from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.text import split_sentences
from retrieval.types import Offsets

ARTICLES = Path(__file__).parents[3] / ".." / "shared" / "articles"


def split(
    text: str, boilerplate: tuple[Offsets, ...] = (), language: str | None = None
) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text, boilerplate, language)]


# "|" marks where one sentence ends and the next begins; the text itself has a space there.
ENGLISH = """
It began on Feb. 24 in the east.|Nobody expected it.
They met in Rome on Nov. 29, 2022.|Next came Oslo.
The treaty was signed in Dec. 1987.|It came in Jan.|The snow stayed.
He left the U.S.|The talks went on.
The U.S. Foreign Minister wrote to U.S. Sen. Ann Lee of the U.K. Labour Party.
Dr. Lee, Mr. and Mrs. Oak, Gov. Elm and Lt. Col. Ash came.|Prof. Ivy did not.
J. R. R. Tolkien and Antony J. Blinken never met.|George W. Bush did.
Prices rose 3.5 million to $4.75.|They fell again.
It starts at 9 a.m. Friday and ends at 6 p.m. ET.|It ended at 7 p.m.|Police closed the road.
At 9 p.m. (1800 GMT) it was over.|He slept.
No. 10 said no.|Nos. 3 and 4 agreed; see p. 7 and Fig. 2.
Fruit, e.g. Bramley apples, i.e. Sour ones, sold well.|Plums did not.
Acme Inc. Chief Ann Lee sold Bolt Co. and Nut Corp. to Warner Bros. Studios.|It was late.
She works for Acme Inc.|He doesn't.
It was Smith vs. Jones.|Jones won.
Prof. Dr. med. K. Oak e.V. spoke at 7 p.m.|Mr. St. Ives left early.
St. Petersburg is far from Main St.|They walked.
The mayor, D-Fla., went to Mesa, Ariz. Senator Oak stayed in Mesa, Ariz.|The mayor left.
He said it was over.|“Why now?”|She knew.
“Why now?” he said.|“Go!” Mark Rutte shouted.|“No!”|Then he left.
He called her "a friend of the colleagues."|She smiled.
“First one thing.|Then another,” he said.
He left (by the back door.) and ran.|(He had keys.)|Then he slept.
I was … but no ... yes.|Well...|Maybe?!|No!!|Oh.
See https://example.org/a.b?c=D.E or write to j.doe@example.org.|Thanks.
It was World War II.|Peace followed.|He and I. M. Oak took vitamin C.|They came.
Wikipedia says so.[12][3]|Others do not.
The iPhone sold well.|iPhone sales rose.
Kyiv fell silent.|— Then it spoke.
Great!|🎉 Next one.
"""

TURKISH = """
Dr. Ayşe Kaya ile Prof. Dr. Ali Öz geldi.|Toplantı 14.00'te başladı.
Elma, armut vb. aldı.|Sonra çıktı.|Kalem, defter vb.|Bunlar pahalıydı.
Türkiye 2. Dünya Savaşı'na katılmadı.|Savaş 1945'te bitti.
Sultan II. Murad ile IV. Mehmed aynı şehirde yaşadı.|Ancak tanışmadılar.
T.C. Dışişleri Bakanlığı açıkladı.|M.Ö. 300 yılında şehir kuruldu.
Yazar (d. 1901, İzmir - ö. 1980, Ankara) çok okundu.|Sayısı 2022.|Yeni yıl başladı.
"""

OTHERS = """
ماذا قال؟|لا شيء.|انتهى الأمر.
¿Qué pasó?|¡Nada!|¿Y tú?|Sí.
« Oui. »|Puis il part.
„Nein.“|Er ging.
"""


GERMAN = """
Sie trafen sich am 1. Juli in Bonn.|Danach flogen sie ab.
Der Vertrag wurde am 24. Dez. 2021 und am 3. März 2022 unterschrieben.|Er gilt noch.
Der 2. Weltkrieg endete 1945.|König Friedrich II. starb 1786.|Sein Neffe folgte ihm.
Dr. Weber, Prof. Dr. Klein und Hr. Maier kamen.|Fr. Lang nicht.
Dr. med. Ada Lang und Prof. Dr. phil. Max Klein kamen.|Dr. h. c. Maier nicht.
Obst, z. B. Äpfel, d. h. Kernobst, war u. a. Thema.|Die Birnen fehlten.
Obst, z.B. Die Birne, ist ggf. Schalen inkl. Kern gesund.|Nüsse auch.
Das kostet 5 Mio. Euro bzw. Dollar.|Der Rest ist offen usw.|Die Zeit drängt.
Siehe Nr. 7, Abs. 2 und S. 14.|Er sagte nein.|Niemand ging.
„Warum jetzt?“ fragte Ada Lang.|„Nein.“|Er ging.
Im Jahr 44 v. Chr. Geburt starb Cäsar.|Es war März.
"""

FRENCH = """
M. Macron et Mme Le Pen se sont vus.|M. Le Maire aussi.|Elle est partie.
Il est né le 3 janv. 1950.|Puis il est parti.
Le Dr Roux et Me Blanc sont venus.|Voir p. 7 et art. 12.|L'ONU a dit non.
« Oui. »|Puis il part.|« Pourquoi ? » demande Ada Roux.|Elle rit.
César est mort en 44 av. J.-C. à Rome.|Il avait 55 ans.
"""

SPANISH = """
La Sra. García y el Dr. Pérez llegaron.|El Sr. De la Rosa no.
El presidente viajó a EE. UU. y a México.|Los EE.UU. Ganaron.|Nadie lo vio.
Véase la pág. 7 y el núm. 3.|Nació en el año 44 a.C. en Roma.
¿Qué pasó?|¡Nada!|¿Y tú?|Sí.|D. Luis y Dña. Ana rieron.
"""


@pytest.mark.parametrize("marked", f"{ENGLISH}{TURKISH}{OTHERS}".split("\n"))
def test_sentences_of_a_paragraph(marked: str) -> None:
    assert "|".join(split(marked.replace("|", " "))) == marked


@pytest.mark.parametrize(
    ("language", "marked"),
    [
        (language, marked)
        for language, lines in {
            "en": ENGLISH,
            "tr": TURKISH,
            "de": GERMAN,
            "fr": FRENCH,
            "es": SPANISH,
            "ru": OTHERS,
        }.items()
        for marked in lines.split("\n")
    ],
)
def test_sentences_of_a_paragraph_in_a_known_language(language: str, marked: str) -> None:
    assert "|".join(split(marked.replace("|", " "), language=language)) == marked


def test_no_spaces_between_sentences() -> None:
    assert split("他走了。她来了！「好。」然后") == ["他走了。", "她来了！", "「好。」", "然后"]
    lost = 'A space was lost.Then it went on in 2022.And "so on."But not at www.Example.org.'
    assert split(lost) == [
        "A space was lost.",
        "Then it went on in 2022.",
        'And "so on."',
        "But not at www.Example.org.",
    ]


@pytest.mark.parametrize("text", ["", "   ", "\n\r\n \t\u2028\f"])
def test_nothing_to_split(text: str) -> None:
    assert split_sentences(text) == []


@pytest.mark.parametrize(
    "line_break", ["\n", "\r\n", "\r", "\u2028", "\u2029", "\f", "\n\n", "\r\n\r\n"]
)
def test_a_line_break_ends_a_sentence(line_break: str) -> None:
    text = f"  Ministers meet{line_break}They met in Rome. It rained {line_break}- one\t"
    assert split(text) == ["Ministers meet", "They met in Rome.", "It rained", "- one"]


def test_bullets_and_numbers_begin_their_lines() -> None:
    text = "- one thing\n• Another. And more.\n1. First of all.\na) last"
    assert split(text) == ["- one thing", "• Another.", "And more.", "1. First of all.", "a) last"]


WRAPPED = """\
Ministers of seven countries meet in Rome

The foreign ministers of seven countries met in Rome on Tuesday with
the aim of opening the strait before winter. They were joined by Dr.
Ayşe Kaya, who had led the first round of talks, and by U.S. Senator
Ann Lee. No one expected an agreement, but there was one.

Boats will sail again from the first of next month, the ministers of
Italy and Malta said, "whatever the weather."
"""


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_wrapped_lines_go_on(line_break: str) -> None:
    found = split(WRAPPED.replace("\n", line_break))
    assert [" ".join(sentence.split()) for sentence in found] == [
        "Ministers of seven countries meet in Rome",
        "The foreign ministers of seven countries met in Rome on Tuesday with the aim of opening "
        "the strait before winter.",
        "They were joined by Dr. Ayşe Kaya, who had led the first round of talks, and by U.S. "
        "Senator Ann Lee.",
        "No one expected an agreement, but there was one.",
        "Boats will sail again from the first of next month, the ministers of Italy and Malta "
        'said, "whatever the weather."',
    ]


BROKEN = """\
VELDMARK (Harbour Wire) -- Runa Solberg, who kept the light of Skarv for
thirty-one years, goes ashore on Friday. Her lamp is lit by a ma-
chine from then on, which the harbour office and the firm of Olsen-
Berg in Aarhus look after.
"""


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_wrapped_lines_go_on_after_a_dateline_and_within_words(line_break: str) -> None:
    assert split(BROKEN.replace("\n", line_break), ((0, 27),)) == [
        f"Runa Solberg, who kept the light of Skarv for{line_break}"
        "thirty-one years, goes ashore on Friday.",
        f"Her lamp is lit by a ma-{line_break}"
        f"chine from then on, which the harbour office and the firm of Olsen-{line_break}"
        "Berg in Aarhus look after.",
    ]


def test_a_narrow_column_is_one_paragraph() -> None:
    text = (
        "The harbour office of Skarv\ntook the licences of eleven\nskippers on Monday. They had\n"
        "sold cod for haddock, said\ninspector Ada Moe."
    )
    assert [" ".join(sentence.split()) for sentence in split(text)] == [
        "The harbour office of Skarv took the licences of eleven skippers on Monday.",
        "They had sold cod for haddock, said inspector Ada Moe.",
    ]


def test_a_headline_is_not_glued_to_a_wrapped_body() -> None:
    text = WRAPPED.replace("Rome\n\n", "Rome\n")
    assert split(text)[0] == "Ministers of seven countries meet in Rome"
    assert split(text)[1].startswith("The foreign ministers")


def test_a_wrapped_list_stays_a_list() -> None:
    items = [
        "- the boats that sail from the northern port to the island and back",
        "- the boats that sail from the southern port, which are smaller ones",
        "- the rafts",
    ]
    assert split("\n".join(items)) == items


def test_one_paragraph_a_line_is_not_wrapped() -> None:
    lines = [
        "Ministers of seven countries meet in Rome to talk about the boats",
        "Talks on the strait are to go on in Oslo next week, envoys say",
        "Snow closes the pass; trains and buses stop for a second day now",
        "Shares fall",
    ]
    assert split("\n".join(lines)) == lines


def test_boilerplate_is_left_out_and_breaks_sentences() -> None:
    text = "ROME (AP) They met. He and (PHOTO) she left."
    boilerplate = tuple(
        (text.index(part), text.index(part) + len(part)) for part in ("(PHOTO)", "ROME (AP)")
    )
    assert split(text, boilerplate) == ["They met.", "He and", "she left."]


PIECES = st.sampled_from(
    [
        *"aİ.!?…\"'“”’)(\n\r。؟ ",
        "Dr. ",
        "U.S. ",
        "The ",
        " he",
        "2. ",
        "Savaşı",
        "...",
        "\n\n",
        "🎉",
        "- ",
    ]
)
TEXTS = st.text() | st.lists(PIECES, max_size=60).map("".join)


@given(TEXTS, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=3))
def test_sentences_hold_all_but_space_and_boilerplate(text: str, ranges: list[Offsets]) -> None:
    boilerplate = [(min(pair), min(max(pair), len(text))) for pair in ranges]
    hidden = {i for start, end in boilerplate for i in range(start, end)}
    sentences = split_sentences(text, boilerplate)
    held = [i for start, end in sentences for i in range(start, end)]
    assert held == sorted(set(held))
    assert hidden.isdisjoint(held)
    assert all(c.isspace() or i in hidden for i, c in enumerate(text) if i not in set(held))
    assert all(text[a:b] == text[a:b].strip() != "" for a, b in sentences)


@pytest.mark.parametrize(
    "text",
    [
        "x" * 100_000,
        "word " * 20_000,
        "." * 200_000 + "x",
        '."' * 100_000,
        ". " * 50_000,
        "(" * 200_000,
        ". " + " " * 200_000 + "x",
        "\n" * 200_000,
    ],
)
def test_strange_long_lines_are_split_in_reasonable_time(text: str) -> None:
    sentences = split_sentences(text)
    assert sum(end - start for start, end in sentences) >= len(text.replace(" ", "").strip())


def article(name: str) -> tuple[str, list[str]]:
    found = sorted(ARTICLES.glob(f"{name}_*.txt"))
    if not found:
        pytest.skip("the sample articles are not beside the repository")
    text = found[0].read_bytes().decode("utf-8")
    return text, split(text)


@pytest.mark.parametrize(
    ("name", "count"), [("000", 16), ("001", 15), ("002", 19), ("003", 15), ("004", 16)]
)
def test_articles_have_so_many_sentences(name: str, count: int) -> None:
    assert len(article(name)[1]) == count


def test_every_sentence_of_a_caption_and_its_article() -> None:
    text, sentences = article("002")
    starts = 'NATO|NATO|(REUTERS|The|"We|The|"NATO|We|The|The|"We|NATO|The|Meanwhile,|"NATO'
    starts += '|Estonia|Later|"We|By'
    assert [sentence.split()[0] for sentence in sentences] == starts.split("|")
    ends = (
        "terrorism|2022.|Photo)|Türkiye.|Bucharest.|approach.|times.|statement.|injured.|attacks."
    )
    ends += "|said.|Bucharest.|security.|Bucharest.|Twitter.|population.|Bucharest.|post.|alliance."
    assert [sentence.split()[-1] for sentence in sentences] == ends.split("|")
    photo = text.index("(REUTERS Photo)")
    without_photo = split(text, ((photo, photo + 15),))
    assert without_photo == [s for s in sentences if s != "(REUTERS Photo)"]


def test_every_sentence_of_an_article_of_quotations() -> None:
    _, sentences = article("004")
    starts = "date|“I|Under|And|On|This|He|“For|They|This|The|It|Related|Week|This|The"
    assert [sentence.split()[0] for sentence in sentences] == starts.split("|")
    ends = 'colleagues."|place.|government.|talks.|another.|alliance.”|alliance.”|ammunition.'
    ends += "|Türkiye.|examples.”|Fidan.|said.|14–15|diplomacy|Istanbul.|Ukraine."
    assert [sentence.split()[-1] for sentence in sentences] == ends.split("|")


def test_abbreviations_and_codes_of_the_articles_end_no_sentence() -> None:
    everything = [s for name in ("000", "001", "002", "003", "004") for s in article(name)[1]]
    for inside in (
        "Feb. 24, has",
        "Antony J. Blinken",
        "Turkish and U.S. officials",
        "Nov. 29, 2022.",
    ):
        assert sum(inside in sentence for sentence in everything) == 1
    assert sum("U.S. Foreign Minister Antony" in sentence for sentence in everything) == 1
