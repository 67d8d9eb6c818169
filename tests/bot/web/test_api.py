"""JSON by HTTP: the objects of the command line, and clear words for what can't be asked."""

from __future__ import annotations

import html
import http.client
import json
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import jsonschema
import openapi_spec_validator
import pytest
from click.testing import CliRunner

from bot.cli import cli
from bot.service.questions import LONGEST
from tests.bot.conftest import ODD_ID

RAZONI = "seed-2022-08-razoni"
Get = Callable[..., tuple[int, Any, Any]]


@pytest.fixture(scope="module")
def get(address: str) -> Get:
    """What an address gives: status, value and headers."""

    def fetch(at: str, headers: dict[str, str] | None = None, /, **given: object) -> Any:
        url = f"{address}{at}" + (f"?{urlencode(given)}" if given else "")
        request = urllib.request.Request(url, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return response.status, json.loads(response.read()), response.headers
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read()), error.headers

    return fetch


@pytest.fixture
def command(seeds_dir: Path) -> Callable[..., Any]:
    """What a command prints as JSON."""

    def run(*words: str) -> Any:
        given = ["--json", "--data-dir", str(seeds_dir), "--collection", "club"]
        return json.loads(CliRunner().invoke(cli, [*words, *given]).stdout)

    return run


def timeless(reply: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in reply.items() if key != "elapsed_ms"}


@pytest.mark.parametrize(
    ("question", "options"),
    [
        ("who did Fidan meet?", {}),
        ("Who captained the Razoni?", {}),
        ("Who met Blinken in 2022?", {"undated": "true"}),
        ("Who met Blinken in 2022?", {"any_date": "true"}),
        ("When did Finland join NATO?", {"until": "2022"}),
        ("When did Finland join NATO?", {"publisher": "quoth seed pages", "since": "2023-04"}),
        ("who is the treasurer of the allotment club?", {"path": "*minutes*"}),
    ],
)
def test_asking_gives_what_the_command_prints(
    get: Get, command: Callable[..., Any], question: str, options: dict[str, str]
) -> None:
    status, reply, headers = get("/api/ask", question=question, **options)
    words = [
        f"--{name.replace('_', '-')}" if value == "true" else f"--{name}={value}"
        for name, value in options.items()
    ]
    assert status == 200
    assert headers["Content-Type"] == "application/json"
    assert timeless(reply) == timeless(command("ask", question, *words))


def test_each_quote_is_the_words_of_its_article(get: Get) -> None:
    _, reply, _ = get("/api/ask", question="who did Fidan meet?")
    assert reply["answers"][0]["text"] == "Antony Blinken"
    for answer in reply["answers"]:
        for one in answer["quotes"]:
            place = f"/api/articles/{quote(one['article']['id'], safe='')}"
            _, whole, _ = get(place)
            _, part, _ = get(place, start=one["start"], end=one["end"])
            assert whole["text"][one["start"] : one["end"]] == part["text"] == one["text"]


def test_what_is_not_told_is_not_found(get: Get) -> None:
    status, reply, _ = get("/api/ask", question="Who captained the Razoni?")
    assert (status, reply["found"], reply["answers"]) == (200, False, [])
    assert reply["nearest"][0]["article"]["id"] == RAZONI


def test_a_question_goes_on_from_another(get: Get) -> None:
    _, first, headers = get("/api/ask", question="who did Fidan meet in Ankara?")
    key = headers["Quoth-Key"]
    _, then, more = get("/api/ask", question="and in Kyiv?", after=key)
    _, alone, _ = get("/api/ask", question="and in Kyiv?")
    assert first["answers"][0]["text"] == "Antony Blinken"
    assert then["understood_as"] == "who did Fidan meet in Kyiv?"
    assert "Volodymyr Zelenskyy" in [answer["text"] for answer in then["answers"]]
    assert alone["understood_as"] == "and in Kyiv?"
    assert more["Quoth-Key"] not in (None, key)
    status, problem, _ = get("/api/ask", question="and in Kyiv?", after="nobody's")
    assert (status, problem["error"][:23]) == (422, "This answer is not kept")


def test_searching_gives_what_the_command_prints(get: Get, command: Callable[..., Any]) -> None:
    status, result, _ = get("/api/search", question="Finland NATO", count=3)
    assert status == 200
    assert len(result["hits"]) == 3
    assert timeless(result) == timeless(command("search", "Finland NATO", "-k", "3"))


def test_articles_are_listed_as_the_command_lists_them(
    get: Get, command: Callable[..., Any]
) -> None:
    everything = command("articles")["articles"]
    _, first, _ = get("/api/articles", limit=5)
    _, rest, _ = get("/api/articles", limit=500, offset=5)
    assert first["articles"] + rest["articles"] == everything
    assert first["total"] == rest["total"] == len(everything) == 24
    _, titled, _ = get("/api/articles", title="finland BECOMES")
    assert [one["id"] for one in titled["articles"]] == ["f28d718b674763ec"]


@pytest.mark.parametrize("offset", [24, 25, 10**30])
def test_beyond_the_last_article_stands_nothing_and_offsets_are_true(get: Get, offset: int) -> None:
    status, told, _ = get("/api/articles", offset=offset)
    assert (status, told) == (200, {"articles": [], "offset": 24, "total": 24})
    _, titled, _ = get("/api/articles", title="finland becomes", offset=offset)
    assert titled == {"articles": [], "offset": 1, "total": 1}


def test_beyond_the_end_of_an_article_its_length_is_told(get: Get) -> None:
    _, whole, _ = get(f"/api/articles/{RAZONI}")
    length = whole["length"]
    for start in (length + 1, 10**30):
        status, problem, _ = get(f"/api/articles/{RAZONI}", start=start)
        assert status == 422
        assert problem["error"].endswith(f"the article has {length} characters.")
    for start, end in ((length, None), (length, 10**30), (length - 1, 10**30)):
        _, told, _ = get(f"/api/articles/{RAZONI}", start=start, **({"end": end} if end else {}))
        assert (told["start"], told["end"], told["length"]) == (start, length, length)
        assert told["text"] == whole["text"][start:]


def test_an_article_is_shown_as_the_command_shows_it(get: Get, command: Callable[..., Any]) -> None:
    _, told, _ = get(f"/api/articles/{RAZONI}")
    assert {"article": told["article"], "text": told["text"]} == command("show", RAZONI)
    assert (told["start"], told["end"], told["length"]) == (0, len(told["text"]), len(told["text"]))
    _, odd, _ = get(f"/api/articles/{quote(ODD_ID, safe='')}")
    assert odd["text"].startswith("The ferryman of Osk is called Bram Tolle.")


def test_of_a_long_article_so_much_is_given_and_said(get: Get) -> None:
    _, listed, _ = get("/api/articles", title="The Chronicle of Tarn")
    id = listed["articles"][0]["id"]
    _, first, _ = get(f"/api/articles/{id}")
    assert first["end"] == 100_000 < first["length"]
    _, rest, _ = get(f"/api/articles/{id}", start=first["end"])
    assert rest["end"] == rest["length"]
    assert "The bell of Tarn was cast by Odile Krag. 🔔" in first["text"] + rest["text"]
    assert len(first["text"] + rest["text"]) == rest["length"]


@pytest.mark.parametrize(
    ("path", "given", "status", "words"),
    [
        ("/api/ask", {}, 422, "'question' is missing"),
        ("/api/ask", {"question": " "}, 422, "There is no question"),
        ("/api/ask", {"question": "?!"}, 422, "the question holds no words"),
        ("/api/ask", {"question": "who?\0"}, 422, "holds a NUL character"),
        ("/api/ask", {"question": "x" * (LONGEST + 1)}, 422, f"the most is {LONGEST}"),
        ("/api/ask", {"question": "who?", "untill": "2022"}, 422, "'untill' is no parameter"),
        ("/api/ask", {"question": "who?", "since": "someday"}, 422, "is no time that can be read"),
        ("/api/ask", {"question": "who?", "since": "2024", "until": "2023"}, 422, "since is after"),
        (
            "/api/ask",
            {"question": "who?", "undated": "perhaps"},
            422,
            "'undated' must be true or false",
        ),
        ("/api/search", {"question": "who?", "count": 0}, 422, "'count' must be at least 1"),
        (
            "/api/search",
            {"question": "who?", "count": "many"},
            422,
            "'count' must be a whole number",
        ),
        ("/api/articles", {"limit": 501}, 422, "'limit' must be at most 500"),
        ("/api/articles/nobody", {}, 404, "no article with the id 'nobody'"),
        (f"/api/articles/{RAZONI}", {"start": 10**6}, 422, "the article has"),
        (f"/api/articles/{RAZONI}", {"start": 9, "end": 3}, 422, "Nothing lies from 9 to 3"),
        ("/api/nothing", {}, 404, "Not Found"),
    ],
)
def test_what_is_wrong_is_said(
    get: Get, path: str, given: dict[str, object], status: int, words: str
) -> None:
    got, problem, _ = get(path, **given)
    assert got == status
    assert list(problem) == ["error"]
    assert words in problem["error"]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("evil.example", 403),
        ("evil.example:{port}", 403),
        ("127.0.0.1.evil.example:{port}", 403),
        ("localhost@evil.example", 403),
        ("", 403),
        ("localhost:{port}", 200),
        ("LOCALHOST", 200),
        ("127.0.0.1:{port}", 200),
        ("[::1]:{port}", 200),
    ],
)
def test_a_name_that_somebody_made_lead_here_is_refused(
    get: Get, address: str, host: str, status: int
) -> None:
    port = str(urlsplit(address).port)
    for path in ("/api/articles", "/api/openapi.json"):
        assert get(path, {"Host": host.format(port=port)})[0] == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Sec-Fetch-Dest": "empty"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "iframe"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "empty"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document"}, 200),
        ({"Sec-Fetch-Site": "none", "Sec-Fetch-Dest": "document"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://[::1"}, 403),
        ({"Origin": "http://localhost:1"}, 403),
        ({"Origin": "{address}"}, 200),
    ],
)
def test_other_sites_pages_are_refused(
    get: Get, address: str, headers: dict[str, str], status: int
) -> None:
    told = {name: value.format(address=address) for name, value in headers.items()}
    assert get("/api/articles", told)[0] == status


@pytest.mark.parametrize("path", ["/api/articles?limit=1&limit=2", "/?question=a&question=a"])
def test_a_parameter_that_is_given_twice_is_refused(address: str, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{address}{path}", timeout=60)
    with refused.value as told:
        assert told.code == 400
        text = html.unescape(told.read().decode())
    name = path.partition("?")[2].partition("=")[0]
    assert f"'{name}' is given 2 times: give it once." in text


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 200), ("/api/articles", 200), ("/static/style.css", 200), ("/nothing", 404)],
)
def test_the_head_of_a_response_comes_without_its_body(
    address: str, path: str, status: int
) -> None:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    with closing(connection):
        heads = []
        for method in ("GET", "HEAD"):
            connection.request(method, path)
            response = connection.getresponse()
            body = response.read()
            assert response.status == status
            assert bool(body) == (method == "GET")
            heads.append((response.headers["Content-Type"], response.headers["Content-Length"]))
        assert heads[0] == heads[1]


def sent(address: str, head: bytes, body: bytes = b"") -> bytes:
    """The first line of what comes back; empty where the connection was only closed."""
    parts = urlsplit(address)
    assert parts.hostname
    with socket.create_connection((parts.hostname, parts.port or 80), timeout=60) as connection:
        with suppress(ConnectionError):
            connection.sendall(head + b"\r\nHost: localhost\r\n")
            connection.sendall(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        with suppress(ConnectionError):
            return connection.recv(100).split(b"\r\n")[0]
    return b""


def test_no_body_is_taken(address: str) -> None:
    told = sent(address, b"POST /api/ask?question=who HTTP/1.1", b"x" * 20_000_000)
    assert told in (b"HTTP/1.1 405 Method Not Allowed", b"")


def test_an_endless_address_is_refused(address: str) -> None:
    told = sent(address, b"GET /api/ask?question=" + b"x" * 5_000_000 + b" HTTP/1.1")
    assert told in (b"HTTP/1.1 400 Bad Request", b"")


def test_every_response_says_what_a_browser_may_do_with_it(get: Get) -> None:
    for path, headers in (("/api/articles", {}), ("/api/nothing", {}), ("/", {"Host": "evil"})):
        told = get(path, headers)[2]
        assert told["Content-Security-Policy"].startswith("default-src 'none'; ")
        assert "unsafe" not in told["Content-Security-Policy"]
        assert told["X-Content-Type-Options"] == "nosniff"
        assert told["Referrer-Policy"] == "same-origin"
        assert told["Access-Control-Allow-Origin"] is None


def test_the_openapi_document_is_one_and_tells_all(get: Get) -> None:
    _, document, _ = get("/api/openapi.json")
    openapi_spec_validator.validate(document)
    assert set(document["paths"]) == {
        "/api/ask",
        "/api/search",
        "/api/articles",
        "/api/articles/{id}",
    }
    for path in document["paths"].values():
        assert list(path) == ["get"]
        assert all(one["description"] for one in path["get"]["parameters"] if one["in"] == "query")


@pytest.mark.parametrize(
    ("path", "address_of", "given"),
    [
        ("/api/ask", "/api/ask", {"question": "who did Fidan meet?"}),
        ("/api/ask", "/api/ask", {"question": "Who captained the Razoni?"}),
        ("/api/ask", "/api/ask", {"question": "When did Finland join NATO?", "until": "2022"}),
        ("/api/ask", "/api/ask", {"question": " "}),
        ("/api/search", "/api/search", {"question": "Finland"}),
        ("/api/articles", "/api/articles", {}),
        ("/api/articles/{id}", f"/api/articles/{RAZONI}", {}),
        ("/api/articles/{id}", "/api/articles/nobody", {}),
    ],
)
def test_what_is_given_is_as_the_openapi_document_says(
    get: Get, path: str, address_of: str, given: dict[str, str]
) -> None:
    _, document, _ = get("/api/openapi.json")
    status, value, _ = get(address_of, **given)
    told = document["paths"][path]["get"]["responses"][str(status)]
    schema = told["content"]["application/json"]["schema"]
    jsonschema.validate(value, {**schema, "components": document["components"]})


def test_it_keeps_nothing_and_listens_here_alone(
    get: Get, address: str, serving: subprocess.Popen[str], seeds_dir: Path
) -> None:
    get("/api/ask", question="who did Fidan meet?")
    assert [path.name for path in seeds_dir.glob("*.db")] == ["quoth.db"]
    listening = Path(f"/proc/{serving.pid}/net/tcp")
    if not listening.exists():
        pytest.skip("only Linux tells who listens where")
    port = f"{urlsplit(address).port:04X}"
    lines = [line.split()[1] for line in listening.read_text().splitlines()[1:]]
    assert f"0100007F:{port}" in lines
    assert f"00000000:{port}" not in lines
