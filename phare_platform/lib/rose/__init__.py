"""The rose of the sixteen domains: plain values in, one SVG drawing out.

Sixteen rays in four quadrants, one quadrant per axis (3, 5, 6 and 2 domains), clockwise from the
top. The length of a ray is its value, 0 to 1, measured from the edge of the hub. A second series
is drawn as contour strokes at the same scale. A yellow arc outside a ray says that two
organisations answer each other there. None means "not known" and never looks like 0.

No Django, no clock, no text of its own: the caller brings every word, already translated.
"""

from phare_platform.lib.rose.pen import LITERAL, draw
from phare_platform.lib.rose.values import (
    AXES,
    AXIS_OF,
    CODES,
    SHAPES,
    Rose,
    Values,
    Words,
    angles,
    reach,
    spot,
)

__all__ = [
    "AXES",
    "AXIS_OF",
    "CODES",
    "LITERAL",
    "SHAPES",
    "Rose",
    "Values",
    "Words",
    "angles",
    "draw",
    "reach",
    "spot",
]
