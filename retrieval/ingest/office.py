"""Documents of word processors, .docx and .odt, to text: as they are printed, changes accepted."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from retrieval.errors import IngestError
from retrieval.ingest.blocks import Markup, name_of, text_of
from retrieval.ingest.language import language_code
from retrieval.ingest.publication import parse_date
from retrieval.ingest.zipped import LOCKED, Package
from retrieval.types import Draft

_NO_TITLE = re.compile(
    r"(?:microsoft )?(?:word[ -])?(?:document|dokument|documento|untitled|unbenannt)[ \d]*|\W*"
    r"|.*\.(?:docx?|dotx?|odt|ott|rtf|tmp)",
    re.I,
)
_PROGRAMS = frozenset(("python-docx", "un-named", "microsoft office user", "user", "docx4j"))
"""Names of authors that nobody has; a template of theirs tells nothing of the document."""

_TEMPLATES = frozenset(("2013-12-23T23:15:00Z",))
"""When templates were made, python-docx's: a document keeps it unless its writer sets another."""

_WORD = Markup(
    paragraphs=frozenset(("p", "tbl")),
    rows=frozenset(("tr",)),
    cells=frozenset(("tc",)),
    breaks=frozenset(("br", "cr")),
    dropped=frozenset((
        "del", "moveFrom", "Fallback", "pPr", "rPr", "instrText", "sectPr", "footnoteReference",
    )),
    words=frozenset(("t",)),
    spoken=lambda element: {"tab": "\t", "noBreakHyphen": "-"}.get(name_of(element), ""),
)  # fmt: skip

_WRITER = Markup(
    paragraphs=frozenset(("p", "h", "table", "list")),
    rows=frozenset(("table-row",)),
    cells=frozenset(("table-cell",)),
    breaks=frozenset(("line-break",)),
    dropped=frozenset((
        "tracked-changes", "annotation", "note", "table-of-content", "sequence-decls", "ruby-text",
        "forms", "title", "desc", "covered-table-cell", "binary-data",
    )),
    items=frozenset(("list-item",)),
    spoken=lambda element: {"tab": "\t", "s": " "}.get(name_of(element), ""),
)  # fmt: skip


def read_docx(data: bytes) -> Draft:
    """The article of a Word document: its text without notes and headers, and its properties.

    Raises IngestError when it is damaged or locked.
    """
    with Package(data) as package:
        root = package.xml(_main_part(package))
        if root is None:
            raise IngestError("is no Word document: give it the ending of what it is")
        styles = _styles(package.xml("word/styles.xml"))
        told = dict(_told(package.xml("docProps/core.xml")))

    def style(paragraph: Any) -> str:
        found = paragraph.find("{*}pPr/{*}pStyle")
        id = _attribute(found, "val") if found is not None else ""
        return styles.get(id, id).lower()

    def bullet(element: Any) -> bool:
        number = element.find("{*}pPr/{*}numPr/{*}numId")
        listed = number is not None and _attribute(number, "val") != "0"
        return listed or style(element).startswith("list ")

    paragraphs = list(root.iter("{*}p"))
    for paragraph in paragraphs:
        if re.match(r"toc ?\d", style(paragraph)):
            paragraph.clear()
    titles = [text_of(one, _WORD) for one in paragraphs if style(one) == "title"]
    text = text_of(root, replace(_WORD, bullet=bullet))
    return _draft(text, " ".join(" ".join(titles[:1]).split()), told)


def read_odt(data: bytes) -> Draft:
    """The article of an OpenDocument text: its text without notes and headers, and its properties.

    Raises IngestError when it is damaged or locked.
    """
    with Package(data) as package:
        if b"encryption-data" in (package.read("META-INF/manifest.xml") or b""):
            raise IngestError(LOCKED)
        root = package.xml("content.xml")
        body = root.find("{*}body/{*}text") if root is not None else None
        if body is None:
            raise IngestError("is no OpenDocument text: give it the ending of what it is")
        told = dict(_told(package.xml("meta.xml")))
    return _draft(text_of(body, _WRITER), "", told)


def _main_part(package: Package) -> str:
    """The member that holds the text: nearly always, but not always, the one last named."""
    relations = package.xml("_rels/.rels")
    for relation in relations if relations is not None else ():
        if str(relation.get("Type", "")).endswith("/officeDocument"):
            return posixpath.normpath(str(relation.get("Target", "")).lstrip("/"))
    return "word/document.xml"


def _styles(root: Any) -> Mapping[str, str]:
    """The names of the styles by their ids: a name is English, an id in the writer's language."""
    found = root.iter("{*}style") if root is not None else ()
    names = ((_attribute(style, "styleId"), style.find("{*}name")) for style in found)
    return {id: _attribute(name, "val") for id, name in names if name is not None}


def _attribute(element: Any, name: str) -> str:
    return next((str(value) for key, value in element.items() if key.endswith(f"}}{name}")), "")


def _told(root: Any) -> Iterator[tuple[str, str]]:
    """The document's properties by the local names of their elements."""
    for element in root.iter() if root is not None else ():
        words = " ".join((element.text or "").split())
        if words:
            yield name_of(element), words


def _draft(text: str, title: str, told: Mapping[str, str]) -> Draft:
    author = told.get("initial-creator") or told.get("creator")
    if author and author.lower() in _PROGRAMS:
        author, told = None, {"language": told.get("language", "")}
    given = told.get("title", "")
    return Draft(
        text=text,
        title=title or (None if _NO_TITLE.fullmatch(given) else given),
        publisher=author,
        published=_created(told),
        language=language_code(told.get("language")),
    )


def _created(told: Mapping[str, str]) -> date | None:
    names = ("created", "creation-date", "modified", "date")
    days = (parse_date(told[name]) for name in names if told.get(name, "") not in {"", *_TEMPLATES})
    return next(filter(None, days), None)
