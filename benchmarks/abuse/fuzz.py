"""Inputs that nobody would write, for what reads, cuts, folds, understands and shows them.

Each is a seed that was changed a few times: cut, doubled, spliced, with characters and bytes that
parsers trip over. What must hold is more than that nothing crashes: see each target.
"""

from __future__ import annotations

import io
import math
import os
import random
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path

from rich.console import Console

from benchmarks.abuse import samples
from bot import render
from bot.discord.limits import units
from bot.discord.markup import escape, fitted
from bot.discord.messages import answer_pages, nearest_pages
from bot.layers import load
from bot.settings import ENV_DELIMITER, ENV_PREFIX, known_keys
from bot.terminal import clean, show
from retrieval.encoder import load_encoder
from retrieval.errors import IngestError, QuestionError, SettingsError
from retrieval.ingest import describe, read_file
from retrieval.passages import cut_passages
from retrieval.store import Recipe
from retrieval.text import (
    find_names,
    fold,
    fold_with_map,
    matches,
    query_terms,
    split_sentences,
    term_spans,
    terms,
)
from retrieval.types import Answer, Article, Question, Quote, Reply, Span, Turn
from retrieval.understanding import understand
from tools.discord_markdown import inline

TODAY = date(2026, 1, 15)
MOST_CHARS = 200_000


class Broken(AssertionError):
    """Something that must hold does not."""


def _holds(holds: object, what: str) -> None:
    if not holds:
        raise Broken(what)


# Targets: text ----------------------------------------------------------------------------------


def folding(text: str, chance: random.Random) -> None:
    """Folding twice is once; each folded character leads back to what it came from."""
    folded = fold_with_map(text)
    _holds(folded.text == fold(text), "the map is of another text")
    _holds(fold(folded.text) == folded.text, "folding twice is not once")
    _holds(len(folded.positions) == len(folded.text) + 1, "as many places as characters")
    _holds(folded.positions[-1] == len(text), "the last place is the end")
    if folded.text:
        start = chance.randrange(len(folded.text))
        end = chance.randint(start + 1, len(folded.text))
        first, last = folded.span(start, end)
        _holds(0 <= first < last <= len(text), "a span lies within the text")
        _holds(folded.text[start:end] in fold(text[first:last]), "a span leads back to its text")


def sentences(text: str, chance: random.Random) -> None:
    """Sentences are in order, disjoint, without white space at their ends, and lose no word."""
    language = chance.choice((None, "en", "tr", "de", "fr", "es"))
    at = 0
    for start, end in split_sentences(text, (), language):
        _holds(at <= start < end <= len(text), "in order and disjoint")
        _holds(not text[at:start].strip(), f"lost: {text[at:start]!r}")
        _holds(text[start:end] == text[start:end].strip(), "white space at an end")
        at = end
    _holds(not text[at:].strip(), f"lost: {text[at:]!r}")


def passages(text: str, chance: random.Random) -> None:
    """Passages hold every sentence, within the text and in order."""
    recipe = Recipe("bundled", "", 384, chance.randint(16, 160), chance.randint(0, 2), 1)
    made = cut_passages("a", text, (), load_encoder(), recipe)
    covered = {at for one in made for start, end in one.sentences for at in range(start, end)}
    for start, end in split_sentences(text):
        lost = [at for at in range(start, end) if at not in covered and not text[at].isspace()]
        _holds(not lost, f"lost at {lost[:3]}")
    for number, one in enumerate(made):
        _holds(one.ordinal == number, "they are counted")
        _holds(0 <= one.start < one.end <= len(text), "a passage lies within the text")
        _holds(text[one.start : one.end].strip(), "a passage holds words")


def searching(text: str, chance: random.Random) -> None:
    """Terms come from the places that are told, and words set off lie within the text."""
    language = chance.choice((None, "en", "tr", "de"))
    found = term_spans(text, language)
    _holds(all(0 <= start < end <= len(text) for _, start, end in found), "places of terms")
    _holds({term for term, *_ in found} <= {*terms(text, language)}, "terms of both ways")
    half = len(text) // 2
    query_terms(text[:half], ("en", "tr"))
    for start, end in matches(text[:half], text[half:], language):
        _holds(0 <= start < end <= len(text) - half, "a match lies within the text")
    for name in find_names(text):
        _holds(name.split()[0] in text, f"a name that isn't there: {name!r}")


def asking(text: str, chance: random.Random) -> None:
    """A question is understood as one, or refused in words."""
    cut = sorted(chance.randrange(len(text) + 1) for _ in range(2))
    before = Turn(text[: cut[0]], (text[cut[0] : cut[1]],)) if chance.random() < 0.5 else None
    try:
        asked = understand(
            Question(text[cut[1] :], previous=(before,) if before else (), today=TODAY)
        )
    except QuestionError:
        return
    for words in (asked.whole, asked.searched, asked.shown, asked.answered):
        _holds(words.strip(), "nothing is asked")
    since, until = asked.filters.since, asked.filters.until
    _holds(not since or not until or since <= until, f"from {since} until {until}")


def cleaning(text: str, chance: random.Random) -> None:
    """What goes to a terminal has as many characters, and none that steers it."""
    shown = clean(text)
    _holds(len(shown) == len(text), "as many characters")
    _holds(shown.isprintable() or not set(shown) & _STEERING, "no control characters")
    kept = all(one in (other, " ", "\ufffd") for one, other in zip(shown, text, strict=True))
    _holds(kept, "the same characters")


_STEERING = {*map(chr, range(32)), *map(chr, range(127, 160)), *"\u202a\u202b\u202d\u202e\u2066"}


def marking(text: str, chance: random.Random) -> None:
    """A reader on Discord sees the very characters, and no markup comes of them."""
    nodes = inline(escape(text))
    _holds({node.kind for node in nodes} <= {"text"}, f"markup: {[node.kind for node in nodes]}")
    _holds("".join(node.text for node in nodes) == clean(text), "the very characters")
    most = chance.randint(1, 60)
    _holds(units(fitted(text, most)) <= most, "it fits")


def showing(text: str, chance: random.Random) -> None:
    """The words of a quote stand on the terminal and on Discord as they stand in the article."""
    spans = split_sentences(text)
    if not spans:
        return
    start, end = chance.choice(spans)
    if end - start > 500:
        end = start + 500
    first = chance.randrange(start, end)
    last = chance.randint(first + 1, end)
    article = Article("a", text, text[:40], text[:9], TODAY, "en", None, "/a.txt", "0" * 64)
    quote = Quote(article, start, end, Span(article, first, last, 0.9))
    reply = Reply(text[:50], text[:50], (Answer(text[first:last], 0.9, (quote,)),), (), 1.0)
    out = io.StringIO()
    console = Console(file=out, width=chance.randint(20, 200), highlight=False, markup=False)
    show(console, render.reply(reply))
    shown = out.getvalue().replace(render.BAR, "")
    _holds(_squeezed(clean(quote.text)) in _squeezed(shown), "the quote stands on the terminal")
    pages = answer_pages(reply)
    told = "".join(node for page in pages for card in page.cards for node in _seen(card.text))
    _holds(_squeezed(clean(quote.text)) in _squeezed(told), "the quote stands on Discord")
    nearest_pages(Reply("who?", "who?", (), (quote,), 1.0))


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _seen(markup: str) -> Iterator[str]:
    def texts(nodes: Sequence[object]) -> Iterator[str]:
        for node in nodes:
            yield node.text  # type: ignore[attr-defined]
            yield from texts(node.children)  # type: ignore[attr-defined]

    for line in markup.split("\n"):
        yield from texts(inline(line.removeprefix("> ")))


def setting(text: str, chance: random.Random) -> None:
    """A value of a setting is taken, or refused in words that name the setting."""
    key = chance.choice([*known_keys()])
    name = ENV_PREFIX + key.upper().replace(".", ENV_DELIMITER)
    value = text.replace("\0", "")[:200].encode("utf-8", "replace").decode()
    os.environ[name] = value
    try:
        load()
    except SettingsError as error:
        _holds(key in str(error) or name in str(error).upper(), f"{key} is not named: {error}")
    finally:
        del os.environ[name]


def settings_file(text: str, chance: random.Random) -> None:
    """A file of settings is read, or refused in words."""
    path = Path(os.environ.get("TMPDIR", "/tmp")) / f"quoth-fuzz-{os.getpid()}.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        load(config=path)
    except SettingsError as error:
        _holds(str(error), "an error says what is wrong")
    finally:
        path.unlink()


# Targets: files ---------------------------------------------------------------------------------


def reading(name: str, data: bytes, chance: random.Random) -> None:
    """A file gives articles, or an error in words; nothing else comes of it."""
    try:
        for record in read_file(Path(name), data, max_chars=MOST_CHARS):
            _holds(0 <= record.consumed <= 1, "a share of the file")
            draft = record.draft
            if draft is None:
                _holds(record.failure, "a record that isn't there says why")
                continue
            _holds(len(draft.text) <= MOST_CHARS, "no longer than told")
            draft.text.encode()  # what UTF-8 can't hold can't be stored
            if chance.random() < 0.05:
                told = describe(draft, Path(name))
                length = len(draft.text)
                _holds(
                    all(0 <= start < end <= length for start, end in told.boilerplate),
                    "boilerplate lies within the text",
                )
    except IngestError as error:
        _holds(str(error).strip(), "an error says what is wrong")


# Making inputs ----------------------------------------------------------------------------------

NASTY = (
    *("\0", "\x1b[31m", "\x7f", "\x85", "\u2028", "\u2029", "\u200b", "\u200d", "\u202e", "\ufeff"),
    *("\ud800", "\udfff", "\ufffe", "\U0010ffff", "İ", "ı", "ß", "ﬁ", "ſ", "K", "Å", "e\u0301"),
    *("\u0301" * 9, "👩‍👩‍👧", "🇹🇷", "مرحبا", "שלום", "。", "…", "“", "”", "«", "’", "'", '"', "`"),
    *("\r", "\n", "\r\n", "\n\n\n", "\t", " " * 40, "\xa0", "-" * 30, "." * 30, "?" * 9, "|", "||"),
    *("9" * 30, "0", "-1", "1e999", "2024-02-30", "0000-00-00", "99999-1-1", "next week", "NaN"),
    *("{", "}", "[", "]", "[" * 50, '{"text":', '"', "\\u0000", "\\ud800", ",", ";", ":", "=", "&"),
    *("<", ">", "</", "<p>", "<script>", "<!--", "]]>", "<![CDATA[", "&#0;", "&#xD800;", "&amp;"),
    *("---\n", "title:", "date: 2024", "{{", "%s", "${HOME}", "../../etc/passwd", "file:///", "#"),
    *("@everyone", "<@1>", "https://a.b/c", "*", "**", "_", "~~", "||", "```", "> ", "-# ", "1. "),
    *("who met", "Who did", "and in", "Dr.", "U.S.", "Mr.", "e.g.", "No. 5", "him", "last year"),
)
LONG = 800
ROUND = 20
"""Inputs that are made of one another, and again by the number of their round."""


def texts(seeds: Sequence[str], chance: random.Random) -> Iterator[str]:
    """Give the texts of a round: a seed that is changed once more each time."""
    text = chance.choice(seeds)
    for _ in range(ROUND):
        text = chance.choice(_CHANGES)(text, seeds, chance)[:LONG]
        yield text


def _place(text: str, chance: random.Random) -> tuple[int, int]:
    start = chance.randint(0, len(text))
    return start, chance.randint(start, min(len(text), start + chance.choice((1, 8, 80, 800))))


def _put(text: str, seeds: Sequence[str], chance: random.Random) -> str:
    start, end = _place(text, chance)
    return text[:start] + chance.choice(NASTY) + text[chance.choice((start, end)) :]


def _cut(text: str, seeds: Sequence[str], chance: random.Random) -> str:
    start, end = _place(text, chance)
    return text[:start] + text[end:]


def _double(text: str, seeds: Sequence[str], chance: random.Random) -> str:
    start, end = _place(text, chance)
    return text[:end] + text[start:end] * chance.choice((1, 1, 2, 30)) + text[end:]


def _splice(text: str, seeds: Sequence[str], chance: random.Random) -> str:
    other = chance.choice(seeds)
    start, end = _place(other, chance)
    at = chance.randint(0, len(text))
    return text[:at] + other[start:end] + text[at:]


def _strange(text: str, seeds: Sequence[str], chance: random.Random) -> str:
    at = chance.randint(0, len(text))
    many = "".join(chr(chance.randrange(0x110000)) for _ in range(chance.choice((1, 3, 12))))
    return text[:at] + many + text[at + 1 :]


def _cased(text: str, seeds: Sequence[str], chance: random.Random) -> str:
    start, end = _place(text, chance)
    return (
        text[:start]
        + chance.choice((str.upper, str.lower, str.swapcase))(text[start:end])
        + text[end:]
    )


_CHANGES = (_put, _put, _cut, _double, _splice, _strange, _cased)


def changed_bytes(seed: bytes, seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """Give the bytes of a file with a few changes."""
    content = bytearray(seed)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(content) + 1)
        length = chance.choice((1, 1, 2, 16, 300))
        match chance.randrange(6):
            case 0 if at < len(content):
                content[at] ^= 1 << chance.randrange(8)
            case 1:
                content[at : at + length] = chance.randbytes(length)
            case 2:
                del content[at : at + length]
            case 3:
                content[at:at] = content[at : at + length] * chance.choice((1, 20))
            case 4:
                other = chance.choice(seeds)
                start = chance.randrange(len(other) + 1)
                content[at:at] = other[start : start + length]
            case _:
                content[at : at + length] = chance.choice(NASTY).encode("utf-8", "surrogatepass")
    return bytes(content)


def packed_bytes(seed: bytes, chance: random.Random) -> bytes:
    """Give a zipped document with a change in one of the files in it."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(seed)) as old, zipfile.ZipFile(made, "w") as new:
        victim = chance.choice(old.namelist())
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, changed_bytes(data, [data], chance) if name == victim else data)
    return made.getvalue()


def _file(name: str, seeds: Sequence[bytes], chance: random.Random) -> bytes:
    seed = chance.choice(seeds)
    if zipfile.is_zipfile(io.BytesIO(seed)) and chance.random() < 0.7:
        return packed_bytes(seed, chance)
    if name.endswith((".pdf", ".gz")) or chance.random() < 0.4:
        return changed_bytes(seed, seeds, chance)
    *_, text = islice(
        texts([one.decode("utf-8", "replace") for one in seeds], chance), chance.randint(1, 5)
    )
    coding = chance.choice(("utf-8", "utf-8", "utf-8", "utf-16", "cp1252", "utf-8-sig"))
    return text.encode(coding, "surrogatepass" if "utf" in coding else "replace")


# Running ----------------------------------------------------------------------------------------

Attempt = Callable[[], None]
Check = Callable[[str, random.Random], None]
Round = Callable[[random.Random], Iterator[Attempt]]

TEXTS: tuple[tuple[str, Check, float], ...] = (
    ("folding", folding, 0.5),
    ("text for a terminal", cleaning, 0.27),
    ("sentences", sentences, 0.08),
    ("text for Discord", marking, 0.05),
    ("terms and matches", searching, 0.02),
    ("questions", asking, 0.01),
    ("passages", passages, 0.003),
    ("answers shown", showing, 0.003),
    ("settings in the environment", setting, 0.004),
    ("settings in a file", settings_file, 0.01),
)
FILES: tuple[tuple[str, float], ...] = (
    *((".txt", 0.02), (".json", 0.006), (".jsonl", 0.005), (".csv", 0.005), (".tsv", 0.003)),
    *((".md", 0.005), (".rtf", 0.002), (".eml", 0.001), (".mbox", 0.0005), (".rss", 0.0005)),
    *((".html", 0.0005), (".warc", 0.0005), (".docx", 0.001), (".odt", 0.001), (".epub", 0.001)),
    *((".pdf", 0.0003), (".jsonl.gz", 0.001)),
)
"""What an input costs goes from a ten-thousandth of a second to a fiftieth."""


@dataclass(slots=True)
class Tried:
    """What was tried of a target: how many inputs, and what broke, in which round first."""

    what: str
    inputs: int = 0
    problems: Counter[str] = field(default_factory=Counter)
    first: dict[str, int] = field(default_factory=dict)


def targets() -> Iterator[tuple[str, float, Round]]:
    """Give each target's name, its share of all inputs, and what makes the checks of a round."""
    for name, check, share in TEXTS:
        yield name, share, partial(_with_texts, check, SEEDS_OF.get(name, samples.TEXTS))
    for suffix, share in FILES:
        yield f"files: {suffix}", share, partial(_with_files, suffix)


SEEDS_OF = {
    "questions": samples.QUESTIONS,
    "settings in the environment": samples.VALUES,
    "settings in a file": samples.SETTINGS,
}


def _with_texts(check: Check, seeds: Sequence[str], chance: random.Random) -> Iterator[Attempt]:
    return (partial(check, text, chance) for text in texts(seeds, chance))


def _with_files(suffix: str, chance: random.Random) -> Iterator[Attempt]:
    seeds, name = samples.files()[suffix], f"a{suffix}"
    return (partial(reading, name, _file(name, seeds, chance), chance) for _ in range(ROUND))


def fuzz(times: int, seed: int, only: str = "") -> Iterator[Tried]:
    """Try so many inputs, shared among the targets; ``seed`` makes the same ones again."""
    for name, share, attempts in targets():
        if only not in ("", name):
            continue
        tried = Tried(name)
        for number in range(math.ceil(times * share / ROUND)):
            for attempt in attempts(random.Random(f"{seed} {name} {number}")):
                tried.inputs += 1
                try:
                    attempt()
                except Exception as error:
                    what = _told(error)
                    tried.problems[what] += 1
                    tried.first.setdefault(what, number)
        yield tried


def _told(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    what = str(error)[:80] if isinstance(error, Broken) else type(error).__name__
    return f"{what} ({Path(last.filename).name}:{last.lineno})"
