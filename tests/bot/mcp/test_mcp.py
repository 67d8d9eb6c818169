"""An assistant's way in, as an assistant goes it: the SDK's own client starts `quoth mcp`."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client

from bot.service.questions import LONGEST

QUOTH = Path(sys.executable).with_name("quoth")
REPOSITORY = Path(__file__).parents[3]
RAZONI = "seed-2022-08-razoni"
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "met": ("ask", {"question": "who did Fidan meet?"}),
    "nothing": ("ask", {"question": "Who captained the Razoni?"}),
    "dated": ("ask", {"question": "When did Finland join NATO?", "until": "2022"}),
    "club": ("ask", {"question": "Who was chosen as treasurer of the allotment club?"}),
    "empty": ("ask", {"question": "  "}),
    "wordless": ("ask", {"question": "?!"}),
    "long": ("ask", {"question": "x" * (LONGEST + 1)}),
    "day": ("ask", {"question": "who met whom?", "since": "someday"}),
    "days": ("ask", {"question": "who met whom?", "since": "2024", "until": "2023"}),
    "misspelt": ("ask", {"question": "who met whom?", "untill": "2023"}),
    "search": ("search", {"question": "Finland NATO", "count": 3}),
    "found": ("search", {"question": "Finland NATO", "count": 1000}),
    "read": ("read", {"id": RAZONI}),
    "range": ("read", {"id": RAZONI, "start": 95, "end": 214}),
    "beyond": ("read", {"id": RAZONI, "start": 1_000_000}),
    "unknown": ("read", {"id": "nobody"}),
    "list": ("list", {"limit": 2}),
    "next": ("list", {"limit": 2, "offset": 2}),
    "past": ("list", {"limit": 2, "offset": 10**30}),
    "titled": ("list", {"title": "FINLAND becomes"}),
    "since": ("list", {"since": "2024"}),
}


def parameters(data_dir: Path, *more: str) -> StdioServerParameters:
    return StdioServerParameters(
        command=str(QUOTH),
        args=["mcp", "--data-dir", str(data_dir), *more],
        env={"PATH": os.environ["PATH"], "OMP_NUM_THREADS": "1", "PYTHONPATH": str(REPOSITORY)},
        cwd=data_dir,
    )


async def visit(data_dir: Path) -> dict[str, Any]:
    told: dict[str, Any] = {}
    async with Client(stdio_client(parameters(data_dir))) as client:
        told["tools"] = (await client.list_tools()).tools
        for name, (tool, arguments) in CALLS.items():
            told[name] = await client.call_tool(tool, arguments)
        quotes = [quote for one in found(told["met"])["answers"] for quote in one["quotes"]]
        places = [
            {"id": one["article"]["id"], "start": one["start"], "end": one["end"]} for one in quotes
        ]
        readings = [found(await client.call_tool("read", place)) for place in places]
        told["quotes"] = list(zip(quotes, readings, strict=True))
        told["resource"] = await client.read_resource(f"quoth://article/{RAZONI}")
        with pytest.raises(MCPError) as error:
            await client.read_resource("quoth://article/nobody")
        told["no resource"] = str(error.value)
    return told


def found(result: Any) -> dict[str, Any]:
    assert not result.is_error, result.content
    told: dict[str, Any] = result.structured_content
    assert json.loads(result.content[0].text) == told
    return told


def refused(result: Any) -> str:
    assert result.is_error
    return str(result.content[0].text)


@pytest.fixture(scope="module")
def told(seeds_dir: Path) -> dict[str, Any]:
    """What an assistant was told, in one session."""
    return asyncio.run(visit(seeds_dir))


def test_who_did_fidan_meet_is_answered_word_for_word(told: dict[str, Any]) -> None:
    answers = [answer["text"] for answer in found(told["met"])["answers"]]
    assert answers[0] == "Antony Blinken"
    assert "Sergey Lavrov" in answers
    assert len(told["quotes"]) >= len(answers)
    for quote, read in told["quotes"]:
        assert read["text"] == quote["text"]
        assert read["article"] == quote["article"]
        answer = quote["answer"]
        first = answer["start"] - quote["start"]
        assert quote["text"][first : first + len(answer["text"])] == answer["text"]
        assert quote["article"]["title"]


def test_what_no_article_answers_is_told_as_not_found(told: dict[str, Any]) -> None:
    reply = found(told["nothing"])
    assert (reply["found"], reply["answers"]) == (False, [])
    assert reply["nearest"][0]["article"]["id"] == RAZONI


def test_dates_limit_what_is_asked(told: dict[str, Any]) -> None:
    texts = [answer["text"] for answer in found(told["dated"])["answers"]]
    assert "April 4, 2023" not in texts


def test_another_collection_is_not_seen(told: dict[str, Any], seeds_dir: Path) -> None:
    assert "Ilse Marten" not in json.dumps(found(told["club"]))

    async def asked() -> Any:
        async with Client(stdio_client(parameters(seeds_dir, "--collection", "club"))) as client:
            return await client.call_tool(*CALLS["club"])

    reply = found(asyncio.run(asked()))
    assert reply["answers"][0]["text"] == "Ilse Marten"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("empty", "There is no question"),
        ("wordless", "the question holds no words"),
        ("long", f"the most is {LONGEST}"),
        ("day", "'someday' is no time that can be read"),
        ("days", "since is after until"),
        ("misspelt", "'untill' is no argument of this tool: it takes question, since, until"),
        ("found", "'count' must be at most 100"),
        ("beyond", "the article has"),
        ("unknown", "There is no article with the id 'nobody'"),
    ],
)
def test_what_is_wrong_is_told_as_an_error_of_the_tool(
    told: dict[str, Any], call: str, words: str
) -> None:
    assert words in refused(told[call])


def test_a_search_gives_passages_with_their_places(told: dict[str, Any]) -> None:
    hits = found(told["search"])["hits"]
    assert [hit["rank"] for hit in hits] == [1, 2, 3]
    assert hits[0]["text"].startswith("Finland joined NATO")


def test_an_article_is_read_whole_or_in_part(told: dict[str, Any]) -> None:
    whole, part = found(told["read"]), found(told["range"])
    assert (whole["start"], whole["end"]) == (0, whole["length"])
    assert part["text"] == whole["text"][95:214]
    assert part["text"].startswith("The Razoni, which sails under the flag")
    assert told["resource"].contents[0].text == whole["text"]
    assert "There is no article with the id 'nobody'" in told["no resource"]


def test_articles_are_listed_in_pages(told: dict[str, Any]) -> None:
    first, after = found(told["list"]), found(told["next"])
    days = [one["published"] for one in first["articles"] + after["articles"]]
    assert len(days) == 4
    assert days == sorted(days, reverse=True)
    assert (first["total"], after["offset"]) == (20, 2)
    assert found(told["past"]) == {"articles": [], "offset": 20, "total": 20}
    (only,) = found(told["titled"])["articles"]
    assert only["title"] == "Finland becomes NATO's 31st member"
    assert all(one["published"] >= "2024" for one in found(told["since"])["articles"])


def test_tools_say_what_they_take_and_give_and_that_they_only_read(told: dict[str, Any]) -> None:
    tools = {tool.name: tool for tool in told["tools"]}
    assert set(tools) == {"ask", "search", "read", "list"}
    for tool in tools.values():
        assert tool.annotations.read_only_hint
        assert not tool.annotations.open_world_hint
        assert tool.input_schema["additionalProperties"] is False
        assert all("description" in one for one in tool.input_schema["properties"].values())
        assert len(tool.description) > 100
        assert "\n    " not in tool.description
    for name, (tool, arguments) in CALLS.items():
        if not told[name].is_error:
            jsonschema.validate(arguments, tools[tool].input_schema)
            jsonschema.validate(found(told[name]), tools[tool].output_schema)


def started(data_dir: Path) -> subprocess.Popen[bytes]:
    server = parameters(data_dir)
    process = subprocess.Popen(
        [server.command, *server.args],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=server.env,
        cwd=server.cwd,
    )
    hello = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    }
    send(process, id=1, method="initialize", params=hello)
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["result"]["serverInfo"]["name"] == "quoth"
    return process


def send(process: subprocess.Popen[bytes], **message: Any) -> None:
    assert process.stdin is not None
    process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
    process.stdin.flush()


def test_the_output_is_the_protocol_alone_and_ends_with_the_input(seeds_dir: Path) -> None:
    before = {path.name for path in seeds_dir.iterdir()}
    process = started(seeds_dir)
    send(process, method="notifications/initialized")
    asked = {"name": "ask", "arguments": {"question": "who did Fidan meet?"}}
    send(process, id=2, method="tools/call", params=asked)
    assert process.stdout is not None
    answered = json.loads(process.stdout.readline())
    assert answered["id"] == 2
    output, errors = process.communicate(b"this is no JSON\n", timeout=60)
    (refusal,) = map(json.loads, output.splitlines())
    assert (refusal["id"], refusal["error"]["code"]) == (None, -32700)
    assert (process.returncode, errors) == (0, b"")
    assert {path.name for path in seeds_dir.iterdir()} == before


UNREADABLE: dict[bytes, tuple[int | str | None, int, str]] = {
    b"{": (None, -32700, "this line is no JSON (EOF while parsing an object at line"),
    b"Hello?": (None, -32700, "this line is no JSON (expected value at line 1 column 1)"),
    b"\xff\xfe\x00": (None, -32700, "this line is no JSON"),
    b"[" * 100_000: (None, -32700, "this line is no JSON (recursion limit exceeded"),
    b"[]": (None, -32600, "this is no message of JSON-RPC"),
    b'{"jsonrpc": "1.0", "id": "a", "method": "ping"}': ("a", -32600, "this is no message of"),
    b'{"jsonrpc": "2.0", "id": 7, "method": "ping", "params": [1]}': (7, -32600, "params (an obj"),
}


def test_a_line_that_cannot_be_read_is_answered_and_so_are_those_after_it(seeds_dir: Path) -> None:
    process = started(seeds_dir)
    assert process.stdin is not None
    assert process.stdout is not None
    for number, (line, (id, code, words)) in enumerate(UNREADABLE.items(), 10):
        process.stdin.write(b"\n" + line + b"\n")
        process.stdin.flush()
        refused = json.loads(process.stdout.readline())
        assert refused["jsonrpc"] == "2.0"
        assert (refused["id"], refused["error"]["code"]) == (id, code)
        assert words in refused["error"]["message"]
        send(process, id=number, method="ping")
        ponged = json.loads(process.stdout.readline())
        assert (ponged["id"], ponged["result"]) == (number, {})
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, output, errors) == (0, b"", b"")


def test_refusals_do_not_tear_long_answers(seeds_dir: Path) -> None:
    process = started(seeds_dir)
    send(process, method="notifications/initialized")
    assert process.stdin is not None
    assert process.stdout is not None
    for number in range(200):
        send(process, id=number, method="tools/list")
        process.stdin.write(b"no JSON\n")
    process.stdin.flush()
    told = [json.loads(process.stdout.readline()) for _ in range(400)]
    assert sum(one["id"] is None for one in told) == 200
    assert {one["id"] for one in told if "result" in one} == set(range(200))
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, output, errors) == (0, b"", b"")


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(seeds_dir: Path, number: signal.Signals) -> None:
    process = started(seeds_dir)
    process.send_signal(number)
    assert process.wait(timeout=60) == 0
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.communicate()


def test_without_articles_it_starts_and_says_what_to_do(tmp_path: Path) -> None:
    async def asked() -> list[Any]:
        async with Client(stdio_client(parameters(tmp_path))) as client:
            calls = (CALLS["met"], CALLS["search"], CALLS["read"], CALLS["list"])
            return [await client.call_tool(*one) for one in calls]

    for result in asyncio.run(asked()):
        assert "There are no articles yet: quoth index PATH adds some." in refused(result)
    assert not list(tmp_path.glob("*.db*"))
