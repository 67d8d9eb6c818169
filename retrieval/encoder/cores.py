"""How many threads are worth starting."""

from __future__ import annotations

import math
import os
import sys
from pathlib import Path

_CPUS = Path("/sys/devices/system/cpu")
_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def usable_cores() -> int:
    """Physical cores that this process may use (affinity and container limits), at least 1."""
    if sys.platform != "linux":
        return os.cpu_count() or 1
    cores = {_core(cpu) for cpu in os.sched_getaffinity(0)}
    return max(1, min(len(cores), _quota()))


def _core(cpu: int) -> str:
    """What the threads of one physical core have in common."""
    try:
        return (_CPUS / f"cpu{cpu}" / "topology" / "thread_siblings_list").read_text()
    except OSError:
        return str(cpu)


def _quota() -> int:
    try:
        share, period = _QUOTA.read_text().split()
        return math.ceil(int(share) / int(period))
    except (OSError, ValueError):
        return sys.maxsize
