"""What Discord would refuse in a body. Each check gives complaints, none when all is well.

The numbers are Discord's, written down here again: the bot's own must not vouch for themselves.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from .state import LAYOUT, TEXT_DISPLAY, walked

OPENAPI = Path(__file__).parents[2] / "../shared/data/discord-openapi.json"
ROW, BUTTON, TEXT_INPUT, LABEL = 1, 2, 4, 18
LINK_STYLE = 5
COMMAND_NAME = re.compile(r"[-_'\w]{1,32}")


def units(text: str | None) -> int:
    """UTF-16 units: the strictest way in which Discord might count."""
    return len((text or "").encode("utf-16-le")) // 2


def check_message(
    body: dict[str, Any],
    files: int = 0,
    kept: dict[str, Any] | None = None,
    may_ping: Collection[int] = (),
) -> list[str]:
    """Check a message, or with `kept` (what it holds already) an edit of one.

    `may_ping` are the ids of those who wait for it.
    """
    complaints = [*_mentions(body, may_ping)]
    whole = (kept or {}) | body
    if ((kept or {}).get("flags", 0) | (body.get("flags") or 0)) & LAYOUT:
        return [*complaints, *_layout(whole)]
    if units(body.get("content")) > 2000:
        complaints.append(f"content: {units(body['content'])} > 2000")
    complaints += _embeds(body.get("embeds") or [])
    complaints += _rows(body.get("components") or [])
    shown = (whole.get("content") or "").strip() or whole.get("embeds") or files
    if not shown and not whole.get("attachments") and not whole.get("poll"):
        complaints.append("Cannot send an empty message")
    return complaints


def _mentions(body: dict[str, Any], may_ping: Collection[int]) -> Iterator[str]:
    allowed = body.get("allowed_mentions")
    if allowed is None:
        yield "allowed_mentions is absent: Discord would ping everyone who is named"
    elif (
        allowed.get("parse") != []
        or any(allowed.get(key) for key in ("roles", "replied_user"))
        or any(int(id) not in may_ping for id in allowed.get("users") or ())
    ):
        yield f"allowed_mentions lets someone be pinged: {allowed}"


def _embeds(embeds: list[dict[str, Any]]) -> Iterator[str]:
    if len(embeds) > 10:
        yield f"embeds: {len(embeds)} > 10"
    total = 0
    for number, embed in enumerate(embeds):
        fields = embed.get("fields") or []
        texts = [
            ("title", embed.get("title"), 256),
            ("description", embed.get("description"), 4096),
            ("footer", (embed.get("footer") or {}).get("text"), 2048),
            ("author", (embed.get("author") or {}).get("name"), 256),
            *(("field name", field["name"], 256) for field in fields),
            *(("field value", field["value"], 1024) for field in fields),
        ]
        yield from _too_long(f"embed {number}", texts)
        total += sum(units(text) for _, text, _ in texts)
        if len(fields) > 25:
            yield f"embed {number}: {len(fields)} > 25 fields"
        if any(not field["name"].strip() or not field["value"].strip() for field in fields):
            yield f"embed {number}: an empty field"
        url = embed.get("url")
        if url and not re.match(r"(https?|attachment)://\S", url):
            yield f"embed {number}: not a well formed URL: {url}"
    if total > 6000:
        yield f"embeds: {total} > 6000 together"


def _too_long(what: str, texts: list[tuple[str, str | None, int]]) -> Iterator[str]:
    for name, text, most in texts:
        if units(text) > most:
            yield f"{what}: {name} has {units(text)} > {most}"


def _rows(rows: list[dict[str, Any]]) -> Iterator[str]:
    if len(rows) > 5:
        yield f"components: {len(rows)} > 5 rows"
    seen: set[str] = set()
    for row in rows:
        items = row.get("components", [])
        if row["type"] != ROW or not 1 <= len(items) <= 5:
            yield f"components: a row of type {row['type']} with {len(items)} items"
        for item in items:
            yield from _item(item, seen)


def _layout(whole: dict[str, Any]) -> Iterator[str]:
    """Check a message of components alone."""
    for key in ("content", "embeds", "poll", "sticker_ids"):
        if whole.get(key):
            yield f"{key} with components alone"
    components = [*walked(whole.get("components") or [])]
    texts = [one["content"] for one in components if one["type"] == TEXT_DISPLAY]
    if not components:
        yield "Cannot send an empty message"
    if len(components) > 40:
        yield f"components: {len(components)} > 40"
    if (total := sum(map(units, texts))) > 4000:
        yield f"text: {total} > 4000 together"
    if not all(text.strip() for text in texts):
        yield "an empty text"
    rows = [one for one in components if one["type"] == ROW]
    seen: set[str] = set()
    for row in rows:
        items = row.get("components", [])
        kinds = {item["type"] for item in items}
        if not 1 <= len(items) <= (5 if kinds == {BUTTON} else 1):
            yield f"components: a row with {len(items)} items of types {kinds}"
        for item in items:
            yield from _item(item, seen)


def _item(item: dict[str, Any], seen: set[str]) -> Iterator[str]:
    custom_id = item.get("custom_id")
    if custom_id is not None:
        if not 1 <= units(custom_id) <= 100:
            yield f"custom_id: {units(custom_id)} not in 1-100"
        if custom_id in seen:
            yield f"custom_id twice: {custom_id}"
        seen.add(custom_id)
    if item["type"] == BUTTON:
        if not item.get("label") and not item.get("emoji"):
            yield f"a button without label and emoji: {custom_id}"
        if (custom_id is None) != (item.get("style") == LINK_STYLE):
            yield f"a button needs a custom_id, a link must have none: {item}"
        if (item.get("style") == LINK_STYLE) != bool(item.get("url")):
            yield f"a url belongs to a link button and to no other: {item}"
        yield from _too_long("button", [("label", item.get("label"), 80)])
        yield from _too_long("button", [("url", item.get("url"), 512)])
    options = item.get("options") or []
    if len(options) > 25:
        yield f"a menu with {len(options)} > 25 options"
    for option in options:
        texts = [(key, option.get(key), 100) for key in ("label", "value", "description")]
        yield from _too_long("an option", texts)


def check_choices(data: dict[str, Any]) -> list[str]:
    """Check what is offered for completion."""
    choices = data.get("choices") or []
    complaints = [f"{len(choices)} > 25 choices"] if len(choices) > 25 else []
    for choice in choices:
        for key in ("name", "value"):
            if isinstance(choice[key], str) and not 1 <= units(choice[key]) <= 100:
                complaints.append(f"choice {key}: {units(choice[key])} not in 1-100")
    return complaints


def check_modal(data: dict[str, Any]) -> list[str]:
    """Check a form."""
    complaints = [*_too_long("modal", [("title", data["title"], 45)])]
    rows = data["components"]
    if not 1 <= units(data["custom_id"]) <= 100:
        complaints.append(f"modal custom_id: {units(data['custom_id'])} not in 1-100")
    if not 1 <= len(rows) <= 5:
        complaints.append(f"modal: {len(rows)} components not in 1-5")
    for item, label in inputs(data):
        texts = [
            ("label", label, 45),
            ("custom_id", item["custom_id"], 100),
            ("placeholder", item.get("placeholder"), 100),
            ("value", item.get("value"), 4000),
        ]
        complaints += _too_long("modal input", texts)
    return complaints


def inputs(data: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """The fields of a form with their labels."""
    found = []
    for row in data["components"]:
        if row["type"] == LABEL:
            found.append((row["component"], row["label"]))
        elif row["type"] == ROW:
            found += [(item, item["label"]) for item in row["components"]]
    return found


def check_commands(commands: list[dict[str, Any]]) -> list[str]:
    """Check the list of all commands."""
    complaints = []
    for kind, most in ((1, 100), (2, 15), (3, 15)):
        names = [c["name"] for c in commands if c.get("type", 1) == kind]
        if len(names) > most or len(set(names)) < len(names):
            complaints.append(f"commands of type {kind}: too many or twice: {names}")
    for command in commands:
        chat = command.get("type", 1) == 1
        if units(command["name"]) > 32 or (chat and not _is_name(command["name"])):
            complaints.append(f"not a command's name: {command['name']}")
        if chat:
            complaints += _described(command)
            if (length := _length(command)) > 8000:
                complaints.append(f"command {command['name']}: {length} > 8000 characters")
    return complaints


def _is_name(name: str) -> bool:
    return bool(COMMAND_NAME.fullmatch(name)) and name == name.lower()


def _described(command: dict[str, Any]) -> Iterator[str]:
    options = command.get("options") or []
    if not 1 <= units(command.get("description")) <= 100:
        yield f"{command['name']}: description {units(command.get('description'))} not in 1-100"
    if len(options) > 25 or not _is_name(command["name"]):
        yield f"{command['name']}: too many options or no proper name"
    yield from check_choices(command)
    for option in options:
        yield from _described(option)


def _length(part: dict[str, Any]) -> int:
    texts = [part["name"], part.get("description") or ""]
    texts += [str(choice[key]) for choice in part.get("choices") or () for key in ("name", "value")]
    return sum(map(units, texts)) + sum(map(_length, part.get("options") or ()))


@cache
def _openapi() -> dict[str, Any]:
    """Discord's own description of its API, loosened where it is stricter than Discord is."""
    if not OPENAPI.exists():
        return {"paths": {}}
    loosened: dict[str, Any] = _loosen(json.loads(OPENAPI.read_text(encoding="utf-8")))
    return loosened


def _loosen(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_loosen(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("format") == "snowflake":
        return {"type": ["string", "integer"]}
    renamed = {"anyOf" if key == "oneOf" else key: value for key, value in schema.items()}
    return {
        key: _loosen(value)
        for key, value in renamed.items()
        if not (key == "format" and isinstance(value, str))
    }


@cache
def _validator(method: str, route: str) -> Draft202012Validator | None:
    operation = _openapi()["paths"].get(route, {}).get(method.lower(), {})
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return None
    return Draft202012Validator(content["schema"] | {"components": _openapi()["components"]})


def check_schema(method: str, route: str, body: Any) -> list[str]:
    """Check a body against Discord's own OpenAPI file, where that is at hand."""
    validator = _validator(method, route)
    if validator is None or body is None:
        return []
    return [
        f"{error.json_path}: {error.message}"[:300]
        for worst in validator.iter_errors(body)
        for error in (worst.context or [worst])
    ][:10]
