"""What a rose shows and where each part of it lies. Plain numbers, nothing drawn yet."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

AXES: tuple[tuple[str, int], ...] = (
    ("economic", 3),
    ("social", 5),
    ("societal", 6),
    ("environmental", 2),
)
CODES: tuple[str, ...] = tuple(f"D{number:02}" for number in range(1, 17))
AXIS_OF: tuple[str, ...] = tuple(axis for axis, count in AXES for _ in range(count))

STEP = 360 / len(CODES)
GAP = 1.2  # degrees left free on each side of a ray
HUB = 0.2  # radius of the hub, as a share of the outer radius

Values = Sequence[float | None]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The frame of one size of rose, in the drawing's own units."""

    width: float
    height: float
    radius: float
    css: str
    labels: bool = False
    icons: bool = False
    detail: bool = True


SHAPES: Mapping[str, Shape] = {
    "large": Shape(width=640, height=490, radius=190, css="rose rose-wide", labels=True),
    "medium": Shape(width=360, height=360, radius=142, css="rose rose-medium", icons=True),
    "small": Shape(width=220, height=220, radius=98, css="rose rose-small"),
    "glyph": Shape(width=48, height=48, radius=22, css="rose rose-glyph", detail=False),
}


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the drawing says: a title, a sentence, and per ray a caption and a short label.

    A short label may hold one "|", where it breaks into two lines.
    """

    title: str
    description: str = ""
    captions: Sequence[str] = CODES
    labels: Sequence[str] = CODES


@dataclass(frozen=True, kw_only=True)
class Rose:
    """What is drawn: `fill` as rays, `line` as contour strokes, `meet` as yellow arcs.

    `fill` and `line` hold sixteen values from 0 to 1 in the order of CODES, None where nothing is
    known; `meet` holds positions from 0 to 15. Raises ValueError for anything else.
    """

    fill: Values
    line: Values | None = None
    meet: Collection[int] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        """Refuse a drawing that could only mislead."""
        for series in (self.fill, self.line):
            if series is not None:
                _check(series)
        if not set(self.meet) <= set(range(len(CODES))):
            raise ValueError("meet holds positions from 0 to 15")


def _check(series: Values) -> None:
    if len(series) != len(CODES):
        raise ValueError(f"a rose has {len(CODES)} rays, not {len(series)}")
    for code, value in zip(CODES, series, strict=True):
        if value is not None and not 0 <= value <= 1:
            raise ValueError(f"{code}: {value} is not between 0 and 1")


def angles(position: int) -> tuple[float, float]:
    """Where a ray starts and ends, in degrees clockwise from the top, gaps taken off."""
    return position * STEP + GAP, (position + 1) * STEP - GAP


def reach(value: float, radius: float) -> float:
    """How far from the centre a value lies: the hub for 0, `radius` for 1, linear between."""
    hub = radius * HUB
    return hub + (radius - hub) * value


def spot(centre: tuple[float, float], distance: float, degrees: float) -> tuple[float, float]:
    """The point at a distance from the centre and an angle clockwise from the top."""
    turn = math.radians(degrees - 90)
    return centre[0] + distance * math.cos(turn), centre[1] + distance * math.sin(turn)
