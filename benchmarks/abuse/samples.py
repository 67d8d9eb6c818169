"""What inputs are made of: texts, questions, settings, and a small file of each format."""

# ruff: noqa: E501  # files of other programs have lines of any length

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from functools import cache
from pathlib import Path

from benchmarks.abuse import world

TEXTS: Sequence[str] = (
    world.text(1),
    world.text(3, 2),
    "On 6 Nov. 2023 Dr. İpek Şahin met U.S. envoy J. Novotný in Çamlıbel.\n\nThey spoke for 2.5 hours.",
    "“Why now?” asked Élise Fauré. “Because,” said Oda Berg, “the dam holds.” Nobody else spoke.",
    "Oslo (NTB) – The council voted 12–7.\r\nWho voted how?\r\n- Berg: yes\r\n- Wolny: no; see § 3.4.\r\n",
    "İstanbul'da Dışişleri Bakanı Hakan Işık, “Bütün taraflar masada,” dedi; görüşmeler üç saat sürdü.",
    "| Station | Rain |\n|---|---|\n| Veldmark | 1,204 mm |\n| Nordøy | 98 mm |\n\nAll figures are for April.",
    "Q: Who keeps the book? A: Mara Novotná does. F-35A, US 50, 1,000.5, 3/4, 24.12.2025, don't, Turkey's.",
    "Die Straße nach Štrba blieb fünf Tage gesperrt; „nie wieder“, sagte Jón Þórsson. ＦＵＬＬ ｗｉｄｔｈ ﬁnal ½ ™",
    "مرحبا بالعالم. שלום עולם. 👩‍👩‍👧 🇹🇷 e\u0301 \u200b\u00ad soft­hyphen… 中文没有空格。日本語もそうです。",
)
QUESTIONS: Sequence[str] = (
    "who did Fidan meet?",
    "How many millimetres of rain did station 3 measure in April 2024?",
    "What did Élise Fauré say last week about the dam of Nordøy?",
    "and in Bucharest?",
    "Can you please tell me when he was elected, and by whom?",
    "Who is taller, Oda Berg or Tadeusz Wolny?",
    "Kim kiminle görüştü? Peki ya geçen yıl Ankara'da?",
    "Wann tritt Dahl zurück? Quand est-ce que Dahl est parti ? ¿Quién es Dahl?",
    "Was the road closed between 3 March 2021 and 5 May 2022, or since?",
    "grain deal Istanbul",
)
VALUES: Sequence[str] = (
    "balanced",
    "12",
    "0.5",
    "true",
    ".quoth",
    '["a", "b"]',
    "1, 2, 3",
    "https://example.org/a",
    "10m",
    "sentence-transformers/all-MiniLM-L6-v2",
    "{}",
    "null",
)
_DEFAULT = Path(__file__).parents[2] / "config" / "default.toml"
SETTINGS: Sequence[str] = (_DEFAULT.read_text(encoding="utf-8"), '[answer]\ncaution = "eager"\n')

_HTML = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Rain | Valley Post</title>
<meta property="article:published_time" content="2024-03-05T10:00:00Z"><script type="application/ld+json">
{"@type": "NewsArticle", "headline": "Rain", "datePublished": "2024-03-05"}</script></head>
<body><nav><a href="/">Home</a></nav><article><h1>Rain in the valley</h1><p>Station 3 measured 103 millimetres
of rain in April, said its keeper, Jón Þórsson.</p><p>In May the pumps of the dam ran for ten hours without a
pause, and the council of Štrba met twice.</p><table><tr><td>Rain</td><td>103</td></tr></table></article>
<footer>© Valley Post</footer></body></html>"""
_RSS = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Valley Post</title>
<link>https://example.org/</link><item><title>Rain</title><link>https://example.org/rain</link><guid>r1</guid>
<pubDate>Tue, 05 Mar 2024 10:00:00 GMT</pubDate><description><![CDATA[<p>Station 3 measured 103 millimetres
of rain in April.</p>]]></description></item><item><title>Dam</title><description>The dam of Štrba holds,
its keeper said on Monday.</description></item></channel></rss>"""
_ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Valley</title><entry>
<title>Rain</title><id>urn:1</id><updated>2024-03-05T10:00:00Z</updated><content type="html">&lt;p&gt;Station 3
measured 103 millimetres of rain.&lt;/p&gt;</content></entry></feed>"""
_RTF = r"""{\rtf1\ansi\ansicpg1252{\fonttbl\f0 Times;}\f0 Station 3 measured 103 millimetres of rain.\par
Its keeper, J\'f3n \u222?\u243?rsson, wrote the figure into the book.\par {\b The dam} holds.\par}"""
_CSV = 'id,title,date,text\r\n1,Rain,2024-03-05,"Station 3 measured 103 millimetres, said ""Jón""."\r\n2,Dam,,"The dam of Štrba\nholds, the council was told."\r\n'
_TABLE = "station;rain;keeper\nVeldmark;1204;Oda Berg\nNordøy;98;İlker Şahin\n"
_MD = "---\ntitle: 'Rain: a report'\ndate: 2024-03-05\nsource: Valley Post\nlang: en\n---\n# Rain\n\nStation 3 measured *103* millimetres.\n\n- one\n- two\n"
_JSON = '{"id": "r1", "title": "Rain", "published": "2024-03-05", "source": {"name": "Post"}, "text": "Station 3 measured 103 millimetres of rain. Its keeper wrote it down."}'
_LISTS = '{"data": {"articles": [{"headline": "Dam", "content": "The dam of Štrba holds."}, {"body": "A road was closed.", "url": "https://a.b/c", "date": 1709632800}]}}'
_HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + _HTML.encode()


@cache
def files() -> Mapping[str, Sequence[bytes]]:
    """Give one file of each format, or several, by their endings."""
    plain = tuple(text.encode() for text in TEXTS)
    lines = "\n".join(map(world.record, range(3))).encode()
    return {
        ".txt": (*plain, TEXTS[5].encode("cp1254"), TEXTS[2].encode("utf-16")),
        ".md": (_MD.encode(), *plain[6:8]),
        ".html": (_HTML.encode(),),
        ".json": (_JSON.encode(), _LISTS.encode(), f"[{_JSON},{_JSON}]".encode()),
        ".jsonl": (lines, f"{_JSON}\n{_JSON.replace('r1', 'r2')}\n".encode()),
        ".jsonl.gz": (gzip.compress(lines, mtime=0),),
        ".csv": (_CSV.encode(), _TABLE.encode()),
        ".tsv": (_TABLE.replace(";", "\t").encode(), _CSV.replace(",", "\t").encode()),
        ".rtf": (_RTF.encode(),),
        ".eml": (_mail(),),
        ".mbox": (b"From a@b Tue Mar  5 10:00:00 2024\n" + _mail() + b"\n\nFrom b@c \n" + _mail(),),
        ".rss": (_RSS.encode(), _ATOM.encode()),
        ".warc": (_warc(),),
        ".docx": (_docx(),),
        ".odt": (_odt(),),
        ".epub": (_epub(),),
        ".pdf": (_pdf(),),
    }


def _mail() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = "Oda Berg <oda@example.org>", "council@example.org"
    mail["Subject"], mail["Date"] = "Rain in Štrba", "Tue, 05 Mar 2024 10:00:00 +0100"
    mail.set_content("Station 3 measured 103 millimetres of rain in April.\n\n> Who wrote that?\n")
    mail.add_alternative(_HTML, subtype="html")
    mail.add_attachment(b"\0\1\2", maintype="application", subtype="octet-stream", filename="a.bin")
    return mail.as_bytes()


def _warc() -> bytes:
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/rain\r\n"
        "WARC-Date: 2024-03-05T10:00:00Z\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(_HTTP)}\r\n\r\n"
    )
    return (head.encode() + _HTTP + b"\r\n\r\n") * 2


def _zipped(files: Mapping[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name, text in files.items():
            packed.writestr(name, text)
    return made.getvalue()


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns"


def _docx() -> bytes:
    rows = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in world.text(3).split("\n"))
    cell = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Rain</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    return _zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{_TYPES}"/>',
            "word/document.xml": f'<w:document xmlns:w="{_W}"><w:body>{rows}{cell}</w:body></w:document>',
            "docProps/core.xml": '<cp:coreProperties xmlns:cp="c" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            "<dc:title>Rain</dc:title></cp:coreProperties>",
        }
    )


def _odt() -> bytes:
    rows = "".join(f"<text:p>{line}</text:p>" for line in world.text(3).split("\n"))
    return _zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f'<office:document-content xmlns:office="{_OFFICE}:office:1.0" '
            f'xmlns:text="{_OFFICE}:text:1.0"><office:body><office:text>{rows}</office:text>'
            "</office:body></office:document-content>",
        }
    )


def _epub() -> bytes:
    return _zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
            '<rootfiles><rootfile full-path="a.opf"/></rootfiles></container>',
            "a.opf": '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/'
            'elements/1.1/"><dc:title>Rain</dc:title></metadata><manifest><item id="a" href="a.xhtml" '
            'media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine></package>',
            "a.xhtml": _HTML,
        }
    )


def _pdf() -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    made = io.BytesIO()
    canvas = Canvas(made, invariant=True, pageCompression=0)
    canvas.setTitle("Rain in the valley")
    for page in range(2):
        for number, line in enumerate(world.text(page).split("\n")):
            canvas.drawString(
                72, 760 - 14 * number, line.encode("latin-1", "replace").decode("latin-1")
            )
        canvas.showPage()
    canvas.save()
    return made.getvalue()
