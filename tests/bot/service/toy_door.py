"""A door of our own. It asks, asks on, votes, adds an article, asks too often, looks at its health.

    python -m tests.bot.service.toy_door FOLDER

prints what it was told, as JSON, after it has imported all of ``bot.service``.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import pkgutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp

import bot.service
from bot import jsonable
from bot.service import stored, uploads
from bot.service.door import Policy
from bot.service.health import Health, HealthServer
from bot.service.places import Place, continued, kept_for, library_of
from bot.service.questions import Request, admit, answer, handling
from bot.service.refusals import POLITE, told
from bot.service.services import Services
from bot.service.turns import turns_after
from bot.service.upkeep import tidy
from bot.settings import Settings
from retrieval import Library

POLICY = Policy(
    workers=1,
    queue=5,
    tenant_limit=5,
    burst=3,
    refill_seconds=3600,
    keep_days=30,
    grace_days=7,
    max_upload_mb=1,
    max_articles=100,
    max_characters=1_000_000,
)
ARTICLES = {
    "lisbon.txt": "Foreign Minister Mevlüt Çavuşoğlu met João Cravinho in Lisbon on Tuesday.\n",
    "bucharest.txt": "Foreign Minister Mevlüt Çavuşoğlu met Bogdan Aurescu in Bucharest.\n",
}
MILL = "The mill of Osk\n\nThe miller of Osk is called Thea Brandt. She grinds rye on Mondays.\n"
ANA, BEN = Place(7, 70, None, 700), Place(7, 70, None, 701)
STRANGER = Place(8, 80, None, 800)


async def ask(services: Services, place: Place, text: str, after: str | None = None) -> Any:
    """What a person is told: the reply, with its key to ask on, or why there is none."""
    try:
        with handling(services):
            settings = admit(services, place, text)
            request = Request(text, place, settings.private)
            if after is not None:
                kept = await kept_for(services, place, after)
                request = replace(request, filters=kept.filters, previous=turns_after(kept))
            answered = await answer(services, request, settings)
        return {"key": answered.key, **jsonable.reply(answered.reply)}
    except POLITE as error:
        return {"error": told(error, "a question", services.metrics)}


async def mill() -> tuple[str, bytes]:
    """A file that is added, when it is its turn."""
    return "mill.txt", MILL.encode()


async def visit(services: Services) -> dict[str, Any]:
    """Everything that a door needs of the services, once."""
    first = await ask(services, ANA, "who did Çavuşoğlu meet in Lisbon?")
    then = await ask(services, BEN, "and in Bucharest?", after=first["key"])
    latest = await continued(services, ANA)
    kept = await kept_for(services, BEN, first["key"])
    again = stored.load(kept.reply, library_of(services, kept.tenant))
    vote = services.records.vote(first["key"], BEN.user, True)
    added = await uploads.add(services, 7, ANA.user, "mill.txt", mill)
    found = {
        "first": first,
        "then": then,
        "latest": latest and latest.key,
        "again": again.answers[0].text,
        "foreign": await ask(services, STRANGER, "and then?", after=first["key"]),
        "vote": [vote, [one.kept.question for one in services.records.feedback()]],
        "added": added.report.added,
        "own": [one.collection for one in uploads.own_articles(services, 7)],
        "theirs": await ask(services, BEN, "who is the miller of Osk?"),
        "others": await ask(services, STRANGER, "who is the miller of Osk?"),
        "empty": await ask(services, BEN, " "),
        "third": await ask(services, BEN, "who is the miller of Osk?"),
        "often": await ask(services, BEN, "who is the miller of Osk?"),
        "health": await healthz(services),
    }
    await tidy(services, {7})
    return found


async def healthz(services: Services) -> Any:
    server = HealthServer(0, services.metrics, lambda: Health(True, {"visits": 1}), "toy.port")
    await server.start()
    url = f"http://127.0.0.1:{server.port}"
    async with aiohttp.ClientSession(url) as session, session.get("/healthz") as response:
        found = await response.json()
    await server.stop()
    return found


async def run(folder: Path) -> None:
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    with Library.open(folder / "data") as library:
        library.index([folder / name for name in ARTICLES])
        services = Services.of("toy", Settings(data_dir=folder / "data"), POLICY, library)
        found = await visit(services)
        await services.close(5)
    found["files"] = sorted(path.name for path in (folder / "data").glob("*.db"))
    print(json.dumps(found))


if __name__ == "__main__":
    for module in pkgutil.iter_modules(bot.service.__path__, "bot.service."):
        importlib.import_module(module.name)
    asyncio.run(run(Path(sys.argv[1])))
