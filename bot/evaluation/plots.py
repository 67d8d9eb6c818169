"""Plots as SVG: what a page shows without scripts or anything from elsewhere."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from lxml import etree
from lxml.builder import ElementMaker

WIDTH, HEIGHT = 480, 280
LEFT, RIGHT, TOP, BOTTOM = 52, 28, 12, 44
_E = ElementMaker()
_TICKS = 4

Place = tuple[float, float]


def line(
    points: Sequence[Place], across: str, upward: str, *, most: Place = (1.0, 1.0)
) -> etree._Element:
    """A curve through points from (0, 0) to ``most``, with the names of both axes."""
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in (_at(point, most) for point in points))
    dots = [
        _E.circle(cx=f"{x:.1f}", cy=f"{y:.1f}", r="2.5")
        for x, y in (_at(point, most) for point in points)
    ]
    return _svg(across, upward, most, _E.polyline(points=drawn), *dots)


def steps(values: Sequence[float], across: str, upward: str) -> etree._Element:
    """The share of values up to each value: how many of all are at most so large."""
    ordered = sorted(values)
    most = (_rounded_up(ordered[-1] or 1.0), 1.0)
    count = len(ordered)
    places = [(value, number / count) for number, value in enumerate(ordered, 1)]
    corners = [(0.0, 0.0)]
    for before, place in pairwise([(0.0, 0.0), *places]):
        corners += [(place[0], before[1]), place]
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in (_at(place, most) for place in corners))
    return _svg(across, upward, most, _E.polyline(points=drawn))


def bars(values: Sequence[tuple[str, Sequence[int]]], across: str, upward: str) -> etree._Element:
    """Bars side by side for each name, one of each series."""
    tallest = max((value for _, group in values for value in group), default=0) or 1
    wide = (WIDTH - LEFT - RIGHT) / len(values)
    drawn = []
    for number, (name, group) in enumerate(values):
        left = LEFT + number * wide
        drawn.append(_text(left + wide / 2, HEIGHT - BOTTOM + 16, name, "middle"))
        each = wide * 0.8 / len(group)
        for series, value in enumerate(group):
            x, y = left + wide * 0.1 + series * each, _at((0, value), (1, tallest))[1]
            tall = HEIGHT - BOTTOM - y
            drawn.append(
                _E.rect(
                    {"class": f"series{series}"},
                    x=f"{x:.1f}", y=f"{y:.1f}", width=f"{each:.1f}", height=f"{tall:.1f}",
                )
            )  # fmt: skip
    return _svg(across, upward, (0.0, float(tallest)), *drawn)


def _svg(across: str, upward: str, most: Place, *drawn: etree._Element) -> etree._Element:
    """A frame with ticks and names around what is drawn; none across where that has no most."""
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    parts = [
        _E.path({"class": "axis"}, d=f"M{LEFT},{TOP} V{bottom} H{right}"),
        _text((LEFT + right) / 2, HEIGHT - 6, across, "middle"),
        _E.text(
            {
                "text-anchor": "middle",
                "transform": f"translate(12 {(TOP + bottom) / 2}) rotate(-90)",
            },
            upward,
        ),
    ]
    for number in range(_TICKS + 1):
        share = number / _TICKS
        y = bottom - share * (bottom - TOP)
        parts.append(_text(LEFT - 6, y + 4, _tick(share * most[1]), "end"))
        if most[0]:
            x = LEFT + share * (right - LEFT)
            parts.append(_text(x, bottom + 16, _tick(share * most[0]), "middle"))
    label = {"role": "img", "aria-label": f"{upward} by {across}"}
    return _E.svg(label, *parts, *drawn, viewBox=f"0 0 {WIDTH} {HEIGHT}")


def _at(point: Place, most: Place) -> Place:
    """Where a point stands in the picture."""
    x, y = point[0] / most[0], point[1] / most[1]
    return LEFT + x * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - y * (HEIGHT - BOTTOM - TOP)


def _text(x: float, y: float, words: str, anchor: str) -> etree._Element:
    return _E.text({"text-anchor": anchor}, words, x=f"{x:.1f}", y=f"{y:.1f}")


def _rounded_up(value: float) -> float:
    """The end of an axis that shows so much, with ticks at round numbers."""
    size = 10.0 ** math.floor(math.log10(value))
    return next(each * size for each in (1, 2, 4, 6, 8, 10) if each * size >= value)


def _tick(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.3g}"
