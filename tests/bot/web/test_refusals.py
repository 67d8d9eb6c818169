"""What becomes of a question that can't be answered now: clear words, and a fitting status."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import httpx2
import pytest

from bot.service import local
from bot.service.desk import Desk
from bot.service.services import Services
from bot.service.throttle import Buckets
from retrieval import Library, Question, Reply
from tests.bot.web.conftest import visit

ASK = "/api/ask?question=who+collects+brass+compasses"


def test_who_asks_a_lot_at_once_is_told_to_wait(data_dir: Path) -> None:
    async def act(client: httpx2.AsyncClient, _: Services) -> None:
        first, second = await client.get(ASK), await client.get(ASK)
        assert "The lighthouse keeper of Trabzon" in first.text
        assert second.status_code == 429
        assert int(second.headers["Retry-After"]) > 3000
        assert "You have asked a lot at once" in second.json()["error"]
        page = await client.get("/?question=who")
        assert page.status_code == 429
        assert "You have asked a lot at once" in page.text
        assert (await client.get("/api/articles")).status_code == 200

    visit(data_dir, act, buckets=Buckets(1, 3600))


def test_a_full_queue_refuses_and_what_waits_is_answered(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free, begun = threading.Event(), threading.Event()
    really = Library.ask

    def ask(library: Library, question: Question) -> Reply:
        begun.set()
        free.wait(60)
        return really(library, question)

    monkeypatch.setattr(Library, "ask", ask)

    async def act(client: httpx2.AsyncClient, _: Services) -> None:
        answering = asyncio.create_task(client.get(ASK))
        await asyncio.to_thread(begun.wait, 60)
        waiting = asyncio.create_task(client.get(ASK))
        while not (await client.get("/api/articles")).is_success or not desk.waiting:
            await asyncio.sleep(0.01)
        refused = await client.get(ASK)
        assert refused.status_code == 503
        assert refused.headers["Retry-After"] == "1"
        assert "1 questions are waiting already" in refused.json()["error"]
        free.set()
        for task in (answering, waiting):
            assert (await task).json()["found"]

    desk = Desk(workers=1, queue=1, tenant_limit=9)
    visit(data_dir, act, desk=desk)


def test_a_question_has_its_time(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = threading.Event()
    monkeypatch.setattr(local, "SECONDS", 0.05)
    monkeypatch.setattr(Library, "ask", lambda *_: free.wait(60))

    async def act(client: httpx2.AsyncClient, services: Services) -> None:
        told = await client.get(ASK)
        free.set()
        assert told.status_code == 503
        assert told.json()["error"] == local.TOO_LONG

    visit(data_dir, act)


def test_what_nobody_expected_gets_a_number_and_tells_nothing_of_itself(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(Library, "ask", fail)

    async def act(client: httpx2.AsyncClient, _: Services) -> None:
        for path in (ASK, ASK.replace("/api/ask", "/")):
            told = await client.get(path)
            assert told.status_code == 500
            assert "Something went wrong on our side" in told.text
            assert "secret" not in told.text
            assert told.headers["Content-Security-Policy"]

    visit(data_dir, act)
    assert "the secret of the house" in caplog.text


def test_without_articles_the_page_says_what_to_do(tmp_path: Path) -> None:
    async def act(client: httpx2.AsyncClient, _: Services) -> None:
        page = await client.get("/")
        assert page.status_code == 200
        assert local.NO_ARTICLES in page.text
        for path in (ASK, "/api/search?question=who", "/api/articles", "/api/articles/1"):
            told = await client.get(path)
            assert (told.status_code, told.json()) == (503, {"error": local.NO_ARTICLES})

    visit(tmp_path / "none", act)
    assert not (tmp_path / "none").exists()


def test_an_article_that_changed_behind_our_back_is_named_and_not_shown(
    tmp_path: Path,
) -> None:
    article = tmp_path / "lamp.txt"
    article.write_text("Dora Quill keeps the lamp of Vesk.", encoding="utf-8")
    with Library.open(tmp_path / "data") as library:
        library.index([article])
        (found,) = library.articles()
        with library._database.reading() as db:
            db.execute("UPDATE articles SET text = replace(text, 'Dora', 'Nora')")
            db.commit()

    async def act(client: httpx2.AsyncClient, _: Services) -> None:
        for path in (f"/api/articles/{found.id}", f"/articles/{found.id}"):
            told = await client.get(path)
            assert told.status_code == 500
            assert "Nora" not in told.text
            assert found.id in told.text

    visit(tmp_path / "data", act)
