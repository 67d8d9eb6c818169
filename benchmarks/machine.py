"""What the machine can do at most, and durations that can be compared on a busy one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import torch

from retrieval.encoder.bulk import cpu_flags

SIDE = 2048
PER_PIECE, PER_PAIR = 21.23e6, 9.2e3
"""Operations of all-MiniLM-L6-v2 for a word piece, and for a pair of pieces that see each other."""

_TOLD = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "amx_int8")


def features() -> str:
    """Tell those features of the processor that decide how fast it multiplies."""
    flags = cpu_flags()
    found = ", ".join(name for name in _TOLD if name in flags)
    return found or torch.backends.cpu.get_cpu_capability()


def seconds(work: Callable[[], object]) -> float:
    """Give how long a call takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def in_turns(works: Sequence[Callable[[], object]], rounds: int) -> list[list[float]]:
    """Give each work's durations, a round each: what disturbs one disturbs all.

    A round before them isn't counted.
    """
    measured = [[seconds(work) for work in works] for _ in range(rounds + 1)][1:]
    return [[one[number] for one in measured] for number in range(len(works))]


def ceiling(kind: torch.dtype, threads: int) -> float:
    """Give the operations a second of large products of matrices, the best of several."""
    torch.set_num_threads(threads)
    one, other = (torch.rand(SIDE, SIDE).to(kind) for _ in range(2))
    return 2 * SIDE**3 / min(seconds(lambda: one @ other) for _ in range(8))


def operations(lengths: Sequence[int]) -> float:
    """Give the operations that encoding texts of so many word pieces takes, without padding."""
    return sum(PER_PIECE * length + PER_PAIR * length**2 for length in lengths)
