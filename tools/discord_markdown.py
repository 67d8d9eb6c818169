"""Discord's markdown as its client reads it: the rules that concern a message or an embed.

``parse`` makes blocks of lines, ``inline`` nodes of a line's text. The rules are tried in the
client's order at each place, so that a backslash undoes the one character behind it. Tests see
by them what a reader of Discord would see; ``picture.py`` draws it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """A stretch of a line: ``text`` as a reader sees it, or ``children`` with their own kinds."""

    kind: str
    text: str = ""
    children: tuple[Node, ...] = ()
    target: str = ""

    @property
    def shown(self) -> str:
        return self.text or "".join(child.shown for child in self.children)


@dataclass(frozen=True, slots=True)
class Block:
    """A line: "quote", "small", "item", "number", "heading" or "text"."""

    kind: str
    nodes: tuple[Node, ...]

    @property
    def shown(self) -> str:
        return "".join(node.shown for node in self.nodes)


_BLOCKS = {
    "quote": re.compile(r"^(?:>>>|>) "),
    "small": re.compile(r"^-# (?=\s*\S)"),
    "heading": re.compile(r"^\s*#{1,3} +(?=\S)"),
    "item": re.compile(r"^\s*[-*] +(?=\S)"),
    "number": re.compile(r"^\s*\d+\. +(?=\S)"),
}
_INNER = r"((?:\\[\s\S]|[^\\])+?)"
_LABEL = r"((?:\[[^\]]*\]|[^\[\]]|\](?=[^\[]*\]))*)"
_RULES = {
    "escape": re.compile(r"\\([^0-9A-Za-z\s])"),
    "autolink": re.compile(r"<((?:https?|steam)://[^ >]+)>"),
    "url": re.compile(r"((?:https?|steam)://[^\s<]+[^<.,:;\"'\]\s])"),
    "invitation": re.compile(r"(discord(?:app)?\.(?:gg|com/invite)/[\w-]+)"),
    "link": re.compile(rf"\[{_LABEL}\]\(\s*<?((?:[^\s\\]|\\.)*?)>?\s*\)"),
    "mention": re.compile(r"(<@[!&]?\d+>|<#\d+>|<id:\w+>|@everyone|@here)"),
    "command": re.compile(r"(</[^:<>]+:\d+>)"),
    "emoji": re.compile(r"(<a?:\w+:\d+>|:[^\s:]+?(?:::skin-tone-\d)?:)"),
    "time": re.compile(r"(<t:-?\d+(?::[tTdDfFR])?>)"),
    "strong": re.compile(rf"\*\*{_INNER}\*\*(?!\*)"),
    "underline": re.compile(rf"__{_INNER}__(?!_)"),
    "em": re.compile(
        r"\*(?=\S)((?:\*\*|\\[\s\S]|[^*\\])+?)\*(?!\*)|_((?:__|\\[\s\S]|[^\\_])+?)_(?!_)"
    ),
    "strike": re.compile(r"~~([\s\S]+?)~~(?!_)"),
    "spoiler": re.compile(r"\|\|([\s\S]+?)\|\|"),
    "code": re.compile(r"`+([\s\S]*?[^`])`+(?!`)"),
}
_PLAIN = re.compile(r"[^\\<\[@:*_~|`hsd]+")
"""What no rule begins with."""
_NESTING = {"strong", "underline", "em", "strike", "spoiler", "link"}


def parse(text: str) -> list[Block]:
    """Give the lines of a message or of an embed's description."""
    return [_block(line) for line in text.split("\n")]


def inline(text: str) -> tuple[Node, ...]:
    """Give the nodes of a line, or of an embed's title; text side by side is one node."""
    nodes: list[Node] = []
    for node in _nodes(text):
        if node.kind == "text" and nodes and nodes[-1].kind == "text":
            nodes[-1] = Node("text", nodes[-1].text + node.text)
        else:
            nodes.append(node)
    return tuple(nodes)


def _block(line: str) -> Block:
    for kind, pattern in _BLOCKS.items():
        if found := pattern.match(line):
            rest = line[found.end() :]
            # Lists and headings may stand in a quotation: their text then begins a line, too.
            inner = _block(rest) if kind == "quote" else None
            if inner and inner.kind in ("item", "number", "heading", "small"):
                return Block(f"{kind}+{inner.kind}", inner.nodes)
            return Block(kind, inline(rest))
    return Block("text", inline(line))


def _nodes(text: str) -> Iterator[Node]:
    at = 0
    while at < len(text):
        if plain := _PLAIN.match(text, at):
            yield Node("text", plain[0])
            at = plain.end()
            continue
        kind, found = _rule_at(text, at)
        if not found:
            yield Node("text", text[at])
            at += 1
            continue
        inner = next((group for group in found.groups() if group is not None), "")
        if kind == "escape":
            yield Node("text", inner)
        elif kind in _NESTING:
            target = found[2] if kind == "link" else ""
            yield Node(kind, children=inline(inner), target=target)
        else:
            yield Node(kind, inner)
        at = found.end()


def _rule_at(text: str, at: int) -> tuple[str, re.Match[str] | None]:
    """Give the first rule that holds at a place; none where the character is only itself."""
    for kind, pattern in _RULES.items():
        if found := pattern.match(text, at):
            return kind, found
    return "text", None
