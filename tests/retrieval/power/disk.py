"""What a disk may hold after the power went: what was synced, and of the rest all, nothing or some.

The strict reading of POSIX: a file's content is on the disk once the file was synced, its name once
its folder was, in their order; of what was written since, any part may be, and no more than whole
sectors of a write together.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512


@dataclass(frozen=True, slots=True)
class Call:
    """A line of the trace: see shim.c."""

    kind: str
    inode: int
    at: int
    path: str
    other: str
    data: bytes


def read_trace(path: Path) -> list[Call]:
    calls, content, place = [], path.read_bytes(), 0
    while place < len(content):
        end = content.index(b"\n", place)
        kind, inode, at, *paths = content[place:end].decode().split("\t")
        place, data = end + 1, b""
        if kind == "W":
            data = content[place : place + int(paths[0])]
            place += len(data)
        first, other = (*paths, "", "")[:2]
        calls.append(Call(kind, int(inode), int(at), first, other, data))
    return calls


@dataclass(eq=False)
class _File:
    synced: bytearray = field(default_factory=bytearray)
    since: list[Call] = field(default_factory=list)


@dataclass(eq=False)
class _Name:
    call: Call
    file: _File | None
    synced: bool = False


class Disk:
    """The files below a folder, as the calls so far have left them."""

    def __init__(self, root: Path, before: Mapping[int, tuple[Path, bytes]] | None = None) -> None:
        """Begin with files that are on the disk already, by their numbers (inodes)."""
        self._root = root
        self._files: dict[int, _File] = {}
        self._names: list[_Name] = []
        for inode, (path, content) in (before or {}).items():
            self._files[inode] = _File(bytearray(content))
            there = Call("C", inode, 0, str(path), "", b"")
            self._names.append(_Name(there, self._files[inode], synced=True))

    def take(self, call: Call) -> None:
        """Do what a call did."""
        if call.kind == "C":
            self._files[call.inode] = _File()
            self._names.append(_Name(call, self._files[call.inode]))
        elif call.kind in "RLU":
            self._names.append(_Name(call, None))
        elif call.kind in "WT" and call.inode in self._files:
            self._files[call.inode].since.append(call)
        elif call.kind == "S" and call.inode in self._files and not Path(call.path).is_dir():
            file = self._files[call.inode]
            for one in file.since:
                _write(file.synced, one, len(one.data))
            file.since.clear()
        elif call.kind == "S":
            for name in self._names:
                target = name.call.other or name.call.path
                if str(Path(target).parent) == call.path:
                    name.synced = True

    def cut(self, to: Path, kept: str, seed: int) -> None:
        """Write below ``to`` what is left, with "all", "nothing" or "some" of what wasn't synced.

        The index of a write-ahead log is memory that processes share, and always gone.
        """
        chance = random.Random(seed)
        for path, file in self._tree(kept, chance).items():
            if path.endswith("-shm"):
                continue
            content = bytearray(file.synced)
            for call in file.since:
                _write(content, call, _part(len(call.data), kept, chance))
            new = to / Path(path).relative_to(self._root)
            new.parent.mkdir(parents=True, exist_ok=True)
            new.write_bytes(content)

    def _tree(self, kept: str, chance: random.Random) -> dict[str, _File]:
        tree: dict[str, _File] = {}
        over: set[str] = set()
        for name in self._names:
            call = name.call
            folder = str(Path(call.other or call.path).parent)
            if folder in over:
                continue
            stays = name.synced or kept == "all" or (kept == "some" and chance.random() < 0.8)
            if not stays:
                over.add(folder)  # names of a folder come in their order
            elif call.kind == "C" and name.file:
                tree[call.path] = name.file
            elif call.kind == "U":
                tree.pop(call.path, None)
            elif call.path in tree:
                tree[call.other] = tree[call.path] if call.kind == "L" else tree.pop(call.path)
        return tree


def _part(length: int, kept: str, chance: random.Random) -> int | None:
    """Give how many bytes of a write are kept; None for not even the truncation that it is."""
    if kept == "all":
        return length
    if kept == "nothing" or chance.random() < 0.3:
        return None
    return length if chance.random() < 0.6 else chance.randint(0, length) // SECTOR * SECTOR


def _write(content: bytearray, call: Call, length: int | None) -> None:
    if length is None:
        return
    if call.kind == "T":
        del content[call.at :]
        content.extend(bytes(call.at - len(content)))
        return
    content.extend(bytes(max(0, call.at - len(content))))
    content[call.at : call.at + length] = call.data[:length]


def marks(calls: Sequence[Call]) -> list[str]:
    """Give what the program said it had done or was about to do."""
    return [call.path for call in calls if call.kind == "M"]
