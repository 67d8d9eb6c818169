"""How costs grow with the number of passages: fitted exponents, and a plot of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True, slots=True)
class Panel:
    """Quantities of one unit, by name, each with a value for each size."""

    title: str
    unit: str
    values: Mapping[str, Sequence[float]]


def exponent(sizes: Sequence[int], values: Sequence[float]) -> float:
    """Give the power of the size by which values grow, fitted to all that are known.

    NaN for fewer than two.
    """
    known = np.isfinite(values)
    if known.sum() < 2:
        return float("nan")
    logs = np.log(np.array(sizes)[known]), np.log(np.maximum(np.array(values)[known], 1e-3))
    return float(np.polyfit(*logs, 1)[0])


def growth(path: Path, sizes: Sequence[int], panels: Sequence[Panel]) -> None:
    """Plot the panels side by side, both axes logarithmic, as an SVG. Raises OSError."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"svg.hashsalt": "quoth", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(11, 7), layout="constrained")
        for axes, panel in zip(figure.subplots(2, 2).flat, panels, strict=True):
            for name, values in panel.values.items():
                label = f"{name} (n to the {exponent(sizes, values):.2f})"
                axes.loglog(sizes, values, marker="o", markersize=3, label=label)
            axes.set(title=panel.title, xlabel="passages", ylabel=panel.unit)
            axes.grid(alpha=0.3)
            axes.legend(frameon=False)
        figure.savefig(path, format="svg", metadata={"Date": None})
