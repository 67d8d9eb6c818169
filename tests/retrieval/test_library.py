from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from retrieval import (
    Filters,
    Library,
    LibraryConfig,
    LibraryDamaged,
    LibraryMismatch,
    LibraryMissing,
    LibraryUnwritable,
    NotFound,
    Question,
    QuestionError,
    Reply,
    SettingsError,
)
from retrieval.asking import Asking
from retrieval.engines import LocalIndex
from retrieval.engines.base import NEVER
from retrieval.errors import Stopped
from retrieval.types import Progress, Scope

Write = Callable[[Mapping[str, str | bytes]], Path]
AGENCY = (
    "The two ministers agreed on Monday to open the border crossing at Tarn before the winter. "
    "Minister Ada Brandt met with her colleague Pavel Novotny in the town hall for three hours. "
    "Both sides will send 40 customs officers, and trucks may cross from the first of December. "
    "The crossing was closed six years ago after a flood swept the bridge away."
)


def first_quotes(reply: Reply, most: int = 3) -> str:
    return " / ".join(quote.text for answer in reply.answers[:most] for quote in answer.quotes)


def assert_verbatim(library: Library, reply: Reply) -> None:
    quotes = [quote for answer in reply.answers for quote in answer.quotes]
    for quote in (*quotes, *reply.nearest):
        stored = library.article(quote.article.id).text
        assert stored[quote.start : quote.end] == quote.text
        assert quote.text.strip() == quote.text != ""


def test_an_answer_is_a_name_in_a_sentence_of_an_article(filled: Library) -> None:
    reply = filled.ask("who did Marta Lindqvist meet in Lisbon?")
    assert reply.answers[0].text == "Tomás Ferreira"
    quote = reply.answers[0].quotes[0]
    assert quote.text == (
        "Council head Marta Lindqvist met with shipping minister Tomás Ferreira in Lisbon."
    )
    assert quote.answer is not None
    assert quote.answer.text == "Tomás Ferreira"
    assert quote.article.title == "Harbour council votes for a new quay"
    assert_verbatim(filled, reply)


def test_names_match_however_they_are_spelled(filled: Library) -> None:
    for spelled in ("Cavusoglu", "ÇAVUŞOĞLU", "çavuşoğlu", "Çavusoğlu"):
        assert "Elin Dahl" in first_quotes(filled.ask(f"who did {spelled} meet?"), 1)


@pytest.mark.parametrize(
    "question",
    [
        "Who won the chess championship?",
        "How many aircraft carriers does Portugal own?",
        "When was Elin Dahl born?",
    ],
)
def test_silence_where_the_articles_are_silent(filled: Library, question: str) -> None:
    reply = filled.ask(question)
    assert not reply.found
    assert reply.nearest
    assert_verbatim(filled, reply)


def test_boilerplate_is_never_shown(filled: Library) -> None:
    reply = filled.ask("which photo of Elin Dahl is from Getty Images or AP in Ankara?")
    shown = " ".join(hit.text for hit in filled.search("Getty Images AP ANKARA", 20).hits)
    shown += first_quotes(reply, 10) + " ".join(quote.text for quote in reply.nearest)
    assert "Getty" not in shown
    assert "ANKARA" not in shown


def test_the_second_run_embeds_only_what_changed(
    filled: Library, write: Write, articles: Mapping[str, str]
) -> None:
    passages = filled.status().passages
    changed = articles["storm.txt"].replace("212 houses", "213 houses")
    report = filled.index([write({"storm.txt": changed})])
    assert (report.added, report.updated, report.unchanged) == (0, 1, 2)
    assert filled.status().passages == passages
    quotes = first_quotes(filled.ask("How many houses did storm Ylva damage?"))
    assert "213 houses" in quotes
    assert "212" not in quotes


def test_a_changed_headline_is_an_update(
    filled: Library, write: Write, articles: Mapping[str, str]
) -> None:
    changed = articles["market.md"].replace("Fish market moves", "Stalls move to customs house")
    report = filled.index([write({"market.md": changed})])
    assert (report.updated, report.unchanged) == (1, 2)
    titles = {article.title for article in filled.articles()}
    assert "Stalls move to customs house" in titles
    assert "Fish market moves" not in titles


def test_prune_forgets_files_that_are_gone(filled: Library, write: Write) -> None:
    folder = write({})
    (folder / "storm.txt").unlink()
    assert filled.index([folder]).removed == 0
    assert "212 houses" in first_quotes(filled.ask("How many houses did storm Ylva damage?"))
    assert filled.index([folder], prune=True).removed == 1
    assert not filled.ask("How many houses did storm Ylva damage?").found


def test_prune_spares_what_lies_elsewhere(filled: Library, write: Write, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "note.txt").write_text("The lighthouse keeper of Skarv is called Runa Berg.\n")
    filled.index([other])
    shutil.rmtree(other)
    assert filled.index([write({})], prune=True).removed == 0
    assert filled.index([other], prune=True).removed == 1


def test_the_same_text_is_stored_once(
    filled: Library, write: Write, articles: Mapping[str, str]
) -> None:
    report = filled.index([write({"copy.txt": articles["storm.txt"]})])
    assert (report.added, report.duplicate) == (0, 1)
    reply = filled.ask("How many houses did storm Ylva damage?")
    quote = reply.answers[0].quotes[0]
    paths = [Path(article.path or "").name for article in (quote.article, *quote.also_in)]
    assert sorted(paths) == ["copy.txt", "storm.txt"]
    (write({}) / "storm.txt").unlink()
    filled.index([write({})], prune=True)
    assert "212 houses" in first_quotes(filled.ask("How many houses did storm Ylva damage?"))


def test_near_duplicates_make_one_quote(library: Library, write: Write) -> None:
    second = AGENCY.replace("agreed on Monday", "agreed late on Monday")
    folder = write(
        {"a.txt": "Border opens\n\n" + AGENCY, "b.txt": "Tarn: a road again\n\n" + second}
    )
    library.index([folder])
    reply = library.ask("How many customs officers will both sides send?")
    (answer,) = reply.answers
    assert "40" in answer.text
    (quote,) = [quote for quote in answer.quotes if "40 customs officers" in quote.text]
    names = {Path(article.path or "").name for article in (quote.article, *quote.also_in)}
    assert names == {"a.txt", "b.txt"}


def test_near_duplicates_with_other_figures_stay_apart(library: Library, write: Write) -> None:
    second = AGENCY.replace("40 customs officers", "60 customs officers")
    library.index([write({"a.txt": AGENCY, "b.txt": second})])
    texts = first_quotes(library.ask("How many customs officers will both sides send?"))
    assert "40 customs officers" in texts
    assert "60 customs officers" in texts


def test_no_query_crosses_collections(
    tmp_path: Path, write: Write, articles: Mapping[str, str]
) -> None:
    data, folder = tmp_path / "data", write(articles)
    with (
        Library.open(data, collection="red") as red,
        Library.open(data, collection="blue") as blue,
        Library.open(data) as shared,
    ):
        red.index([folder / "storm.txt"])
        blue.index([folder / "market.md"])
        shared.index([folder / "harbour.txt"])
        storm, market = "How many houses did storm Ylva damage?", "Where does the fish market move?"
        assert "212" in first_quotes(red.ask(storm))
        assert not blue.ask(storm).found
        assert not shared.ask(storm).found
        assert "customs house" in first_quotes(blue.ask(market))
        assert "customs house" not in str(red.ask(market))
        for library in (red, blue, shared):
            assert "48 million" in first_quotes(library.ask("How much will the quay cost?"))
        assert {hit.article.path for hit in blue.search("storm houses Nordøy", 50).hits} == {
            str(folder / "market.md"),
            str(folder / "harbour.txt"),
        }
        with pytest.raises(NotFound):
            blue.article(red.articles()[-1].id)
        with pytest.raises(NotFound):
            red.remove([shared.articles()[0].id])


def test_views_of_one_library_share_its_indexes_and_see_their_own_articles(
    tmp_path: Path, write: Write
) -> None:
    told = {
        "shared": ("harbour", "The harbour of Anra opened in 1911."),
        "red": ("mayor", "Mayor Lotte Brandvold opened the tunnel of Anra."),
        "blue": ("bishop", "Bishop Aurel Pintea opened the tunnel of Anra."),
    }
    with Library.open(tmp_path / "data") as library:
        for collection, (name, text) in told.items():
            library.view(collection).index([write({f"{name}.txt": text}) / f"{name}.txt"])
        red, blue = library.view("red"), library.view("blue", caution="eager")
        indexes = {id(each.session().searcher.index) for each in (library, red, blue)}
        assert len(indexes) == 1
        question = "Who opened the tunnel of Anra?"
        assert [answer.text for answer in red.ask(question).answers] == ["Lotte Brandvold"]
        assert [answer.text for answer in blue.ask(question).answers] == ["Aurel Pintea"]
        assert {hit.article.collection for hit in library.search(question).hits} == {"shared"}
        (theirs,) = (item for item in red.articles() if item.collection == "red")
        with pytest.raises(NotFound):
            blue.article(theirs.id)
        with pytest.raises(NotFound):
            blue.remove([theirs.id])
        with red:
            pass
        assert library.ask("When did the harbour of Anra open?").answers[0].text == "1911"


def test_copies_in_another_collection_are_not_told(tmp_path: Path, write: Write) -> None:
    data, folder = tmp_path / "data", write({"a.txt": AGENCY, "b.txt": "New\n\n" + AGENCY})
    with Library.open(data, collection="red") as red, Library.open(data, collection="blue") as blue:
        red.index([folder / "a.txt"])
        blue.index([folder / "b.txt"])
        reply = red.ask("How many customs officers will both sides send?")
        assert reply.answers[0].quotes[0].also_in == ()


def test_filters_are_exact(filled: Library) -> None:
    question = "what did Marta Lindqvist say or do?"
    dated = filled.search(question, 50, filters=Filters(since=date(2024, 1, 1)))
    assert {hit.article.title for hit in dated.hits} == {"Fish market moves"}
    with_undated = Filters(since=date(2024, 1, 1), undated=True)
    assert (
        len({hit.article.id for hit in filled.search(question, 50, filters=with_undated).hits}) == 3
    )
    assert filled.search(question, 50, filters=Filters(until=date(2024, 3, 4))).hits == ()
    for publisher in ("Coast Desk", "COAST DESK", "coast desk"):
        found = filled.search(question, 50, filters=Filters(publisher=publisher)).hits
        assert {hit.article.publisher for hit in found} == {"Coast Desk"}
    for path in ("harbour.txt", "*/harb*.txt", "articles/harbour"):
        found = filled.search(question, 50, filters=Filters(path=path)).hits
        assert {hit.article.title for hit in found} == {"Harbour council votes for a new quay"}


@pytest.mark.slow
def test_one_passage_in_a_thousand_is_found(library: Library, write: Write) -> None:
    # Each is told in other words: a thousand copies of one text would be linked pair by pair.
    lines = [
        f'{{"id": "n{n}", "text": "Harbour works: {hashlib.sha256(str(n).encode()).hexdigest()}.",'
        f' "publisher": "{"Rare" if n == 517 else "Common"}"}}'
        for n in range(1000)
    ]
    library.index([write({"many.jsonl": "\n".join(lines)})])
    hits = library.search("harbour works", 10, filters=Filters(publisher="rare")).hits
    assert [hit.article.id for hit in hits] == ["n517"]


def test_a_date_in_the_question_is_understood_and_can_be_refused(filled: Library) -> None:
    question = "who did Marta Lindqvist meet in 2024?"
    reply = filled.ask(question)
    assert reply.understood_as == f"{question} (2024-01-01 to 2024-12-31)"
    shown = " / ".join([first_quotes(reply, 10), *(quote.text for quote in reply.nearest)])
    assert "Okafor" in shown
    assert "Ferreira" not in shown
    refused = filled.search(Question(question, any_date=True))
    assert refused.understood_as == question
    assert any("Ferreira" in hit.text for hit in refused.hits)


def test_an_archive_that_ends_earlier_is_asked_without_this_week(filled: Library) -> None:
    question = "who did Marta Lindqvist meet in Lisbon this week?"
    reply = filled.ask(question, today=date(2030, 1, 9))
    assert reply.understood_as == f"{question} (any date)"
    assert reply.answers[0].text == "Tomás Ferreira"


def test_this_week_limits_an_archive_that_reaches_it(filled: Library) -> None:
    reply = filled.ask("who did Marta Lindqvist meet this week?", today=date(2024, 3, 6))
    assert "(2024-03-04 to 2024-03-06)" in reply.understood_as
    assert [answer.text for answer in reply.answers] == ["Jonas Okafor"]


def test_a_passage_that_tells_of_a_year_passes_for_it(filled: Library) -> None:
    reply = filled.view("shared", caution="eager").ask("What will open in 2027?")
    assert [answer.text for answer in reply.answers] == ["The quay"]
    assert not filled.view("shared", caution="eager").ask("What will open in 2026?").found


def test_a_copy_is_named_for_a_quote_only_if_it_prints_all_of_it(
    library: Library, write: Write
) -> None:
    rest = "The session had begun at nine in the morning and ended long after midnight. " * 3
    lead = "Prime Minister Elin Dahl spoke for two hours about the new harbour in Veldmark."
    told = "She then met Jonas Okafor of the fishermen's union in the old customs house."
    papers = {
        "one.txt": f"{lead} {told} {rest}",
        "two.txt": f"{lead} {told} {rest} Rain fell.",
        "three.txt": f"{lead.replace('two hours', 'three hours')} {told} {rest}",
    }
    library.index([write(papers)])
    (answer,) = library.ask("Who did Elin Dahl meet?").answers
    printed = {
        quote.article.path: [Path(other.path or "").name for other in quote.also_in]
        for quote in answer.quotes
    }
    assert any("Elin Dahl spoke" in quote.text for quote in answer.quotes)
    for path, others in printed.items():
        three = Path(path or "").name == "three.txt"
        assert ("three.txt" in others) is False
        assert not (three and others)


def test_a_publisher_is_found_without_its_article(library: Library, write: Write) -> None:
    text = '{"text": "The ferry to Anra sinks every spring.", "publisher": "The Anra Gazette"}'
    library.index([write({"gazette.jsonl": text})])
    for name in ("anra gazette", "The ANRA Gazette"):
        assert library.search("ferry", filters=Filters(publisher=name)).hits
    assert not library.search("ferry", filters=Filters(publisher="Gazette")).hits


def test_a_site_is_asked_by_its_name(library: Library, write: Write) -> None:
    lines = [
        {"text": f"The ferry to Anra sinks every {month}.", "publisher": publisher}
        for month, publisher in (("May", "usatoday.com"), ("June", "cnn.com"))
    ]
    library.index([write({"gazette.jsonl": "\n".join(map(json.dumps, lines))})])
    narrow = Filters(publisher="USA Today")
    (hit,) = library.search("ferry", filters=narrow).hits
    assert hit.article.publisher == "usatoday.com"
    assert library.articles(narrow) == [replace(hit.article, text="")]
    reply = library.ask("When does the ferry to Anra sink?", filters=Filters(publisher="cnm"))
    assert (reply.found, reply.none_passed, reply.publishers[0]) == (False, True, "cnn.com")
    late = Filters(publisher="cnn", since=date(2024, 1, 1))
    reply = library.ask("When does the ferry to Anra sink?", filters=late)
    assert (reply.none_passed, reply.publishers, reply.undated) == (True, (), 1)
    assert not library.ask("Who was Bram Tolle?", filters=Filters(publisher="cnn")).none_passed


def test_only_those_who_met_are_told_not_who_else_is_named(library: Library, write: Write) -> None:
    text = (
        "Fisheries Minister Elin Dahl held talks with her counterpart Tomás Ferreira in Lisbon. "
        "She also discussed the new quota with Jonas Okafor. "
        "Marta Lindqvist, who heads the harbour council, stayed in Veldmark."
    )
    library.index([write({"talks.txt": text})])
    told = {answer.text for answer in library.ask("Who did Dahl meet?").answers}
    assert told == {"Tomás Ferreira", "Jonas Okafor"}
    assert not library.ask("Who did Lindqvist meet?").found


def test_ids_that_are_given_are_kept(library: Library, write: Write) -> None:
    record = '{"id": "wire/7", "text": "The tower of Brim is 61 metres high."}'
    library.index([write({"wire.jsonl": record})])
    assert library.article("wire/7").text == "The tower of Brim is 61 metres high."


def test_two_texts_with_one_id_are_told(library: Library, write: Write) -> None:
    one = '{"id": "7", "text": "The tower of Brim is 61 metres high."}'
    other = '{"id": "7", "text": "The well of Brim is 18 metres deep."}'
    report = library.index([write({"a.jsonl": one, "b.jsonl": other})])
    assert report.added == 1
    assert "'7'" in report.failed[0].reason
    assert "a.jsonl" in report.failed[0].reason
    assert "61 metres" in library.article("7").text


def test_a_date_that_is_not_read_is_told_once_a_file(library: Library, write: Write) -> None:
    record = '{"text": "The tower of Brim is %d metres high.", "date": "05/06/2024"}'
    lines = "\n".join(record % height for height in (61, 62, 63))
    report = library.index([write({"a.jsonl": lines, "b.txt": "The well of Brim is deep."})])
    assert (report.added, report.failed) == (4, ())
    (note,) = report.notes
    assert (note.path.endswith("a.jsonl, record 1"), note.more) == (True, 2)
    assert "'date' is “05/06/2024”" in note.text


FAIRS = {
    "fair.txt": "The fair of Brim was opened by Ada Brandt in November 2023.",
    "market.txt": "The market of Brim was opened by Pavel Novotny in March 2023.",
    "shop.md": "---\ndate: 2023-11-05\n---\nThe shop of Brim was opened by Lena Ohm.",
}


def test_an_undated_article_that_tells_of_the_month_asked_for_is_found(
    library: Library, write: Write
) -> None:
    library.index([write(FAIRS)])
    reply = library.ask("Who opened the fair of Brim in November 2023?")
    assert reply.answers[0].text == "Ada Brandt"
    assert reply.undated == 2
    for day in ("in November 2022", "in October 2023"):
        assert not library.ask(f"Who opened the fair of Brim {day}?").found
    hits = library.search("who opened what of Brim in November 2023?").hits
    assert [hit.rank for hit in hits] == [1, 2]
    assert {hit.text.split(" was")[0] for hit in hits} == {"The fair of Brim", "The shop of Brim"}


def test_dates_that_are_given_leave_undated_articles_out_and_they_are_counted(
    library: Library, write: Write
) -> None:
    library.index([write(FAIRS)])
    november = Filters(since=date(2023, 11, 1), until=date(2023, 11, 30))
    reply = library.ask("Who opened the fair of Brim?", filters=november)
    assert reply.undated == 2
    assert "Ada Brandt" not in {answer.text for answer in reply.answers}
    market = replace(november, path="market")
    assert library.ask("Who opened the fair of Brim?", filters=market).undated == 1
    reply = library.ask("Who opened the fair of Brim?", filters=replace(november, undated=True))
    assert (reply.answers[0].text, reply.undated) == ("Ada Brandt", 0)
    assert library.ask("Who opened the fair of Brim?").undated == 0


def test_one_id_twice_in_a_file_is_told(library: Library, write: Write) -> None:
    one = '{"id": "7", "text": "The tower of Brim is 61 metres high."}'
    other = '{"id": "7", "text": "The well of Brim is 18 metres deep."}'
    report = library.index([write({"a.jsonl": f"{one}\n{other}"})])
    assert report.added == 1
    assert "stands twice" in report.failed[0].reason
    assert "61 metres" in library.article("7").text


def test_a_record_that_left_its_file_is_forgotten(library: Library, write: Write) -> None:
    first = '{"id": "a", "text": "The tower of Brim is 61 metres high."}'
    second = '{"id": "b", "text": "The well of Brim is 18 metres deep."}'
    library.index([write({"w.jsonl": f"{first}\n{second}"})])
    report = library.index([write({"w.jsonl": first})])
    assert (report.unchanged, report.removed) == (1, 1)
    with pytest.raises(NotFound):
        library.article("b")


def test_a_failing_article_never_stops_the_others(
    library: Library, write: Write, articles: Mapping[str, str]
) -> None:
    folder = write({"a.pdf": b"not a pdf", "b.json": "{broken", "empty.txt": "", **articles})
    report = library.index([folder])
    assert report.added == 3
    assert {Path(failure.path).name for failure in report.failed} == {
        "a.pdf",
        "b.json",
        "empty.txt",
    }
    assert all(failure.reason for failure in report.failed)


def test_removed_articles_are_not_answered_from(filled: Library) -> None:
    storm = next(item for item in filled.articles() if "storm" in str(item.path))
    with pytest.raises(NotFound):
        filled.remove([storm.id, "nothing"])
    assert filled.article(storm.id)
    assert filled.remove([storm.id]) == 1
    assert not filled.ask("How many houses did storm Ylva damage?").found


def test_another_library_object_sees_new_articles(filled: Library, write: Write) -> None:
    with Library.open(filled.data_dir) as reader:
        question = "How high is the tower of Brim?"
        assert not reader.ask(question).found
        filled.index([write({"brim.txt": "The tower of Brim is 61 metres high.\n"})])
        assert "61 metres" in first_quotes(reader.ask(question))


def test_other_settings_are_a_mismatch_that_rebuild_mends(filled: Library) -> None:
    config = LibraryConfig(passage_tokens=60, overlap=0)
    with Library.open(filled.data_dir, config=config) as other:
        with pytest.raises(LibraryMismatch, match="quoth index --rebuild"):
            other.ask("How much will the quay cost?")
        with pytest.raises(LibraryMismatch, match="passage_tokens 128"):
            other.index([])
        assert "48 million" in first_quotes(filled.ask("How much will the quay cost?"))
        other.index([], rebuild=True)
        assert "48 million" in first_quotes(other.ask("How much will the quay cost?"))
        assert other.check() == ()
    with pytest.raises(LibraryMismatch):
        filled.ask("How much will the quay cost?")


def test_the_old_build_answers_until_the_new_one_is_complete(filled: Library) -> None:
    config = LibraryConfig(passage_tokens=60, overlap=0)
    with Library.open(filled.data_dir, config=config) as other:
        session = filled.session()
        filled._store.begin_build(replace(session.recipe, passage_tokens=60, overlap=0))
        for asking in (filled, other):
            assert "48 million" in first_quotes(asking.ask("How much will the quay cost?"))


def test_damaged_and_missing_caches_are_made_again(filled: Library) -> None:
    filled.close()
    vectors = next(filled.data_dir.glob("vectors-*.faiss"))
    vectors.write_bytes(vectors.read_bytes()[:100])
    shutil.rmtree(next(path for path in filled.data_dir.glob("lexical-*") if path.is_dir()))
    with Library.open(filled.data_dir) as again:
        assert "48 million" in first_quotes(again.ask("How much will the quay cost?"))


def test_a_damaged_database_says_what_to_do(filled: Library) -> None:
    filled.close()
    path = filled.data_dir / "quoth.db"
    data = bytearray(path.read_bytes())
    for offset in range(4096, len(data), 4096):
        data[offset : offset + 64] = b"\xff" * 64
    path.write_bytes(data)
    with (
        Library.open(filled.data_dir) as again,
        pytest.raises(LibraryDamaged, match="quoth index PATH"),
    ):
        again.ask("How much will the quay cost?")


def test_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    (tmp_path / "quoth.db").write_bytes(b"hello" * 1000)
    with Library.open(tmp_path) as library, pytest.raises(LibraryDamaged):
        library.ask("who met whom?")


def test_a_newer_schema_is_refused(filled: Library) -> None:
    filled.close()
    connection = sqlite3.connect(filled.data_dir / "quoth.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with Library.open(filled.data_dir) as again, pytest.raises(LibraryMismatch, match="newer"):
        again.ask("who met whom?")


def test_without_an_index_there_is_a_clear_error(library: Library) -> None:
    assert not library.exists()
    with pytest.raises(LibraryMissing, match="quoth index"):
        library.ask("who met whom?")
    assert not library.data_dir.exists()


def test_an_empty_index_finds_nothing(library: Library, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    library.index([tmp_path / "none"])
    assert library.exists()
    assert not library.ask("who met whom?").found


@pytest.mark.parametrize("question", ["", "   \n", "?!…", "x" * 10_000])
def test_what_cannot_be_asked_is_an_error(filled: Library, question: str) -> None:
    with pytest.raises(QuestionError):
        filled.ask(question)


@pytest.mark.parametrize(
    "question",
    ['"NEAR(quay', "*", "quay AND", "-quay", 'quay" OR 1=1 --', "quay:*", "((("],
)
def test_query_syntax_is_only_text(filled: Library, question: str) -> None:
    if any(letter.isalnum() for letter in question):
        assert_verbatim(filled, filled.ask(question))


def test_context_never_crosses_boilerplate(filled: Library) -> None:
    reply = filled.ask("How many houses did storm Ylva damage?")
    around = filled.context(reply.answers[0].quotes[0], 5)
    assert [quote.text.split(".")[-2].strip() for quote in around] == [
        "Rescue chief Şükrü Çavuşoğlu met with mayor Elin Dahl on Friday",
        "Nobody was killed, the mayor said",
    ]


def test_status_and_names(filled: Library) -> None:
    status = filled.status()
    assert status.articles == 3
    assert status.passages >= 4
    assert any("Lindqvist" in name for name in filled.names())
    assert filled.publishers() == ("Coast Desk",)
    assert filled.check() == ()


def test_names_that_are_not_utf8_are_read(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / os.fsdecode(b"caf\xe9.txt")).write_text("The tower of Brim is 61 metres high.\n")
    assert library.index([folder]).added == 1
    assert library.index([folder]).unchanged == 1
    assert "61 metres" in first_quotes(library.ask("How high is the tower of Brim?"))


def test_the_data_folder_is_never_read(library: Library, write: Write, tmp_path: Path) -> None:
    write({"brim.txt": "The tower of Brim is 61 metres high.\n"})
    assert library.index([tmp_path]).added == 1
    report = library.index([tmp_path])
    assert (report.unchanged, report.failed) == (1, ())


def test_a_database_made_anew_is_not_asked_with_old_indexes(
    filled: Library, write: Write, tmp_path: Path
) -> None:
    filled.close()
    for path in filled.data_dir.glob("quoth.db*"):
        path.unlink()
    other = tmp_path / "other"
    other.mkdir()
    (other / "brim.txt").write_text("The tower of Brim is 61 metres high.\n")
    with Library.open(filled.data_dir) as again:
        again.index([other])
        assert "61 metres" in first_quotes(again.ask("How high is the tower of Brim?"))
        assert len(again.search("Marta Lindqvist quay", 50).hits) == 1


def test_an_article_that_is_too_long_is_told(tmp_path: Path, write: Write) -> None:
    config = LibraryConfig(max_article_chars=1000)
    with Library.open(tmp_path / "data", config=config) as library:
        report = library.index([write({"long.txt": "word " * 300, "short.txt": "It is short.\n"})])
        assert report.added == 1
        assert "1,500 characters" in report.failed[0].reason
        assert "max_article_chars" in report.failed[0].reason


TOWER = "The tower of Brim is 61 metres high."
WELL = "The well of Brim is 18 metres deep."


def lines(**texts: str) -> str:
    return "\n".join(json.dumps({"id": id, "text": text}) for id, text in texts.items())


def stored_texts(library: Library) -> dict[str, str]:
    return {item.id: library.article(item.id).text for item in library.articles()}


def test_ids_may_change_places(library: Library, write: Write) -> None:
    library.index([write({"w.jsonl": lines(a=TOWER, b=WELL)})])
    report = library.index([write({"w.jsonl": lines(a=WELL, b=TOWER)})])
    assert report.failed == ()
    assert stored_texts(library) == {"a": WELL, "b": TOWER}
    assert library.check() == ()


def test_a_changed_id_is_the_new_id(library: Library, write: Write) -> None:
    library.index([write({"w.jsonl": lines(a=TOWER)})])
    library.index([write({"w.jsonl": lines(b=TOWER)})])
    assert stored_texts(library) == {"b": TOWER}
    assert library.remove(["b"]) == 1
    library.index([write({"note.md": f"---\nid: one\n---\n{WELL}\n"})])
    library.index([write({"note.md": f"---\nid: two\n---\n{WELL}\n"})])
    assert set(stored_texts(library)) == {"b", "two"}


def test_two_papers_with_the_same_text_are_both_told(library: Library, write: Write) -> None:
    records = [
        {"id": "one", "text": TOWER, "publisher": "Morning"},
        {"id": "two", "text": TOWER, "publisher": "Evening"},
    ]
    library.index([write({"w.jsonl": "\n".join(map(json.dumps, records))})])
    quote = library.ask("How high is the tower of Brim?").answers[0].quotes[0]
    both = (quote.article, *quote.also_in)
    assert sorted((item.id, item.publisher) for item in both) == [
        ("one", "Morning"),
        ("two", "Evening"),
    ]
    found = library.search("tower", 5, filters=Filters(publisher="Evening")).hits
    assert [hit.article.id for hit in found] == ["two"]


def test_a_copy_elsewhere_does_not_hold_an_article_back(library: Library, write: Write) -> None:
    library.index([write({"a.jsonl": lines(x=TOWER), "b.txt": TOWER})])
    report = library.index([write({"a.jsonl": lines(x=WELL)})])
    assert report.failed == ()
    assert stored_texts(library)["x"] == WELL


def test_an_id_moves_from_a_vanished_file_alone(library: Library, write: Write) -> None:
    folder = write({"b.jsonl": lines(x=TOWER, y=WELL)})
    library.index([folder])
    (folder / "b.jsonl").unlink()
    library.index([write({"c.jsonl": lines(x="The bridge of Brim is 90 metres long.")})])
    assert "bridge" in library.article("x").text
    assert library.article("y").text == WELL


def test_names_that_differ_in_one_byte_are_two_files(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    for name, text in ((b"caf\xe9.txt", TOWER), (b"caf\xe8.txt", WELL)):
        (folder / os.fsdecode(name)).write_text(text)
    assert library.index([folder]).added == 2
    report = library.index([folder], prune=True)
    assert (report.unchanged, report.removed) == (2, 0)
    (folder / os.fsdecode(b"caf\xe9.txt")).unlink()
    assert library.index([folder], prune=True).removed == 1


def test_an_article_added_elsewhere_meanwhile_is_not_leaked(
    tmp_path: Path, write: Write, articles: Mapping[str, str]
) -> None:
    data, folder = tmp_path / "data", write(articles)
    with Library.open(data) as shared, Library.open(data, collection="secret") as secret:
        shared.index([folder / "harbour.txt"])
        secret.index([folder / "storm.txt"])
        searcher = shared.session().searcher
        searcher.catch_up()
        everything = searcher.rank("storm houses Nordøy", Scope(("shared", "secret")))
        hits = searcher.hits(everything)
        assert len(hits) < len(everything)
        assert {hit.article.collection for hit in hits} == {"shared"}


def test_more_than_a_hundred_passages_can_be_asked_for(library: Library, write: Write) -> None:
    many = {f"n{n}": f"Report {n} tells of harbour works and the quay." for n in range(250)}
    library.index([write({"many.jsonl": lines(**many)})])
    assert len(library.search("harbour quay", 240).hits) == 240


def test_a_folder_filter_is_that_folder_only(library: Library, write: Write) -> None:
    folder = write({"news/a.txt": TOWER, "news-old/b.txt": WELL})
    library.index([folder])
    found = library.search("Brim", 9, filters=Filters(path=str(folder / "news"))).hits
    assert [hit.text for hit in found] == [TOWER]


def test_a_new_headline_lasts_through_a_rebuild(library: Library, write: Write) -> None:
    body = "Old quay to close\n\nThe quay of Brim closes in May. Boats move to the new basin.\n"
    library.index([write({"a.txt": body})])
    matter = "---\ntitle: Old quay to close\n---\n"
    library.index([write({"b.md": matter + body})])
    library.index([], rebuild=True)
    assert "Old quay to close" not in [hit.text for hit in library.search("old quay close", 9).hits]


def test_indexing_goes_on_in_what_another_has_rebuilt_meanwhile(
    filled: Library, write: Write
) -> None:
    folder = write({"new.txt": "Nils Aune met the drummer Eva Lund in Oslo.\n"})

    @contextmanager
    def rebuilt(articles: int, characters: int) -> Iterator[None]:
        with Library.open(filled.data_dir) as other:
            other.index([], rebuild=True)
        yield

    report = filled.index([folder / "new.txt"], storing=rebuilt)
    assert (report.added, report.failed) == (1, ())
    assert filled.ask("Who did Nils Aune meet?").answers[0].text == "Eva Lund"
    assert filled.check() == ()


def test_what_a_rebuild_cannot_delete_goes_with_the_next(
    filled: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled.ask("Who did Marta Lindqvist meet?")
    old = set(filled.data_dir.glob("vectors-*"))
    unlink = Path.unlink

    def failing(path: Path, missing_ok: bool = False) -> None:
        if path in old:
            raise OSError(5, "Input/output error", str(path))
        unlink(path, missing_ok)

    with monkeypatch.context() as broken:
        broken.setattr(Path, "unlink", failing)
        filled.index([], rebuild=True)
        assert old < set(filled.data_dir.glob("vectors-*"))
    filled.index([], rebuild=True)
    assert not old & set(filled.data_dir.glob("vectors-*"))


def test_what_a_rebuild_takes_away_meanwhile_is_asked_again(
    filled: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [answer.text for answer in filled.ask("Who did Marta Lindqvist meet?").answers]
    asking, rebuilt = filled.asking, list[bool]()

    def late() -> Asking:
        made = asking()
        if not rebuilt:
            with Library.open(filled.data_dir) as other:
                other.index([], rebuild=True)
            rebuilt.append(True)
        return made

    monkeypatch.setattr(filled, "asking", late)
    reply = filled.ask("Who did Marta Lindqvist meet?")
    assert [answer.text for answer in reply.answers] == before != []
    rebuilt.clear()
    assert filled.search("Who did Marta Lindqvist meet?").hits


def test_a_rebuild_gives_what_a_fresh_index_gives(
    filled: Library, write: Write, tmp_path: Path, articles: Mapping[str, str]
) -> None:
    changed = articles["market.md"].replace("Fish market moves", "Stalls go to the customs house")
    filled.index([write({"market.md": changed})])
    assert filled.index([], rebuild=True).rebuilt == 3
    assert filled.index([]).rebuilt == 0
    with Library.open(tmp_path / "fresh") as fresh:
        fresh.index([write({})])
        for question in ("stalls customs house", "who met Marta Lindqvist?"):
            scores = [
                [(hit.text, round(hit.scores.fused, 4)) for hit in one.search(question, 20).hits]
                for one in (filled, fresh)
            ]
            assert scores[0] == scores[1]


def test_a_data_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with Library.open(tmp_path / "data") as library, pytest.raises(LibraryMissing, match="a file"):
        library.ask("who met whom?")


def test_an_empty_id_finds_nothing(filled: Library) -> None:
    with pytest.raises(NotFound):
        filled.article("")


def test_a_read_only_folder_can_be_asked(filled: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    filled.close()
    monkeypatch.setattr("retrieval.store.database.os.access", lambda *_: False)
    with Library.open(filled.data_dir) as reader:
        assert "48 million" in first_quotes(reader.ask("How much will the quay cost?"))
        with pytest.raises(LibraryUnwritable):
            reader.remove([reader.articles()[0].id])


def test_what_another_process_is_writing_is_seen_from_a_read_only_folder(
    filled: Library, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled.index([write({"brim.txt": TOWER})])  # in the write-ahead log: filled stays open
    monkeypatch.setattr("retrieval.store.database.os.access", lambda *_: False)
    with Library.open(filled.data_dir) as reader:
        assert "61 metres" in first_quotes(reader.ask("How high is the tower of Brim?"))


def test_wrong_caution_is_told() -> None:
    with pytest.raises(SettingsError, match="balanced"):
        LibraryConfig(caution="bold")  # type: ignore[arg-type]


def test_a_moved_file_is_told_where_it_is(library: Library, write: Write) -> None:
    folder = write({"old/tower.txt": TOWER})
    library.index([folder])
    (folder / "old").rename(folder / "new")
    library.index([folder / "new"])
    assert [item.path for item in library.articles()] == [str(folder / "new" / "tower.txt")]


def test_papers_that_say_the_opposite_are_not_named(library: Library, write: Write) -> None:
    one = AGENCY + " At least 17 people died in the flood, the minister said on Monday."
    other = one.replace("17 people died", "17 people survived")
    library.index([write({"a.txt": one, "b.txt": other})])
    reply = library.ask("How many people died in the flood?")
    for answer in reply.answers:
        for quote in answer.quotes:
            if "17 people" in quote.text:
                assert quote.also_in == ()


def test_indexing_ends_where_it_is_told_and_keeps_what_it_stored(tmp_path: Path) -> None:
    for number in range(3):
        text = f"The mill number {number} of Osk grinds rye on Mondays.\n"
        (tmp_path / f"{number}.txt").write_text(text)
    asked: list[tuple[int, int]] = []

    @contextmanager
    def storing(articles: int, characters: int) -> Iterator[None]:
        asked.append((articles, characters))
        if len(asked) == 2:
            raise Stopped("enough")
        yield

    with Library.open(tmp_path / "data") as library:
        with pytest.raises(Stopped, match="enough"):
            library.index([tmp_path], storing=storing)
        assert [one.path for one in library.articles()] == [str(tmp_path / "0.txt")]
        assert library.size() == (1, asked[0][1])
        assert library.titles("MILL NUMBER 0", 5, own=True) == [
            (library.articles()[0].title, library.articles()[0].id)
        ]
        assert library.check() == ()
        report = library.index([tmp_path])
        assert (report.added, report.unchanged) == (2, 1)
    assert asked == [(1, 48), (1, 48)]


def test_two_threads_that_begin_an_index_share_one(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "mill.txt").write_text(f"The mill of {name} grinds rye on Mondays.\n")
    with Library.open(tmp_path / "data") as library:
        recipe = library._sessions.recipe()
        library._database.create()
        first = library._store.begin_first_build(recipe)
        assert library._store.begin_first_build(recipe) == first
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda name: library.index([tmp_path / name]), "ab"))
        assert len(library.articles()) == 2
        assert not library.status().rebuilding


def test_search_indexes_are_saved_on_the_way(
    tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.builds.SAVED_EVERY", 2)
    texts = {f"{number}.txt": f"Ship {number} sails at noon." for number in range(1, 6)}
    saved: list[int] = []

    def told(step: Progress) -> None:
        """Look at what another process would find."""
        with Library.open(tmp_path / "data") as other:
            index = other.session().searcher.index
            assert isinstance(index, LocalIndex)
            at = index.generation
            saved.append(len(index._lexical.ids) if at > NEVER else 0)

    with Library.open(tmp_path / "data") as library:
        library.index([write(texts)], on_progress=told)
        assert saved == [0, 0, 2, 2, 4]
        assert library.check() == ()
