"""A zip file of XML, which .docx, .odt and .epub are."""

from __future__ import annotations

import io
import zipfile
import zlib
from types import TracebackType
from typing import Any, Self

from retrieval.errors import IngestError
from retrieval.ingest.packing import most_unpacked

LOCKED = "is protected by a password: save a copy without one"

_COMPOUND = b"\xd0\xcf\x11\xe0"
"""The first bytes of what Word wrote before .docx, and of what it locks."""

_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError),
    ValueError,  # a place before the file begins
)


class Package:
    """The members of a zip file. What is damaged, locked or far too large is an IngestError."""

    def __init__(self, data: bytes) -> None:
        if data.startswith(_COMPOUND):
            raise IngestError(f"{LOCKED}; if it has none, save it in the format of its ending")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN as error:
            raise _damaged(error) from error
        most = most_unpacked(len(data))
        if sum(member.file_size for member in self._zip.infolist()) > most:
            raise IngestError(f"unpacks to more than {most:,} bytes: split it up")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    def read(self, name: str) -> bytes | None:
        """Give the bytes of a member; None if there is none of this name."""
        try:
            return self._zip.read(name)
        except KeyError:
            return None
        except RuntimeError as error:  # it is encrypted
            raise IngestError(LOCKED) from error
        except _BROKEN as error:
            raise _damaged(error) from error

    def xml(self, name: str) -> Any:
        """Give the root element of a member; None if there is none of this name."""
        from lxml import etree

        data = self.read(name)
        if data is None:
            return None
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_pis=True)
        try:
            return etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            raise _damaged(error) from error


def _damaged(error: Exception) -> IngestError:
    return IngestError(f"is damaged ({error}): save it anew")
