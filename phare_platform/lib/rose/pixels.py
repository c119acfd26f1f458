"""The rose as a small PNG, for mail: mail readers show no SVG.

A picture is known by its name alone (`picture_name`), which holds levels of domains and nothing
about who sees it; whoever has the name can draw it. Two roses lie over each other: rays and
strokes from 0 to 3, and a yellow arc where the two meet. The ground is a light disc, so that it
reads on dark screens too.
"""

import math
import re
import struct
import zlib
from collections.abc import Collection, Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from phare_platform.lib.rose.pen import LITERAL
from phare_platform.lib.rose.values import AXES, AXIS_OF, CODES, HUB, STEP, angles, reach

NAME = re.compile(r"rose-([0-3]{16})-([0-3]{16})-([0-9a-f]{4})")
SIDE = 208  # drawn at twice the size it is shown at
FINER = 3  # each pixel is the mean of so many by so many
LEVELS = 3
RADIUS, DISC = 86.0, 103.0
Ground = NDArray[np.uint8]


def picture_name(
    fill: Mapping[int, float], line: Mapping[int, float], meet: Collection[int]
) -> str:
    """The name of the picture: both by domain number (1 to 16), shares of the highest level."""
    arcs = sum(1 << (number - 1) for number in meet)
    return f"rose-{_levels(fill)}-{_levels(line)}-{arcs:04x}"


def draw_picture(name: str) -> bytes:
    """The PNG of this name. Raises ValueError for a name that is none."""
    known = NAME.fullmatch(name)
    if known is None:
        raise ValueError(name)
    fill, line, arcs = known[1], known[2], int(known[3], 16)
    image = _ground().copy()
    for place in range(len(CODES)):
        meets = bool(arcs >> place & 1)
        pale = arcs > 0 and not meets
        box, ray = _ray(place, int(fill[place]), int(line[place]), meets=meets, pale=pale)
        _lay(image[box], ray)
    return _png(image)


def _levels(values: Mapping[int, float]) -> str:
    return "".join(str(round(values.get(n, 0) * LEVELS)) for n in range(1, len(CODES) + 1))


@lru_cache(1)
def _fine() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Distance from the centre and degrees clockwise from the top, of every fine pixel."""
    step = (np.arange(SIDE * FINER, dtype=np.float32) + 0.5) / FINER - SIDE / 2
    x, y = step[None, :], step[:, None]
    return np.hypot(x, y), np.degrees(np.arctan2(x, -y)) % 360


@lru_cache(1)
def _ground() -> Ground:
    """The light disc, the faint circles and the ring of the four axes."""
    distance, degrees = _fine()
    layers = [(distance <= DISC, LITERAL["card"])]
    for share in (1 / 3, 2 / 3, 1):
        circle = np.abs(distance - reach(share, RADIUS)) < 0.6
        layers.append((circle, LITERAL["line"]))
    start, inner, outer = 0, RADIUS * HUB * 0.55, RADIUS * HUB * 0.9
    for axis, count in AXES:
        within = (degrees > start * STEP + 2) & (degrees < (start + count) * STEP - 2)
        layers.append((within & (distance > inner) & (distance < outer), LITERAL[axis]))
        start += count
    return _paint(layers)


@lru_cache(2048)
def _ray(
    place: int, fill: int, line: int, *, meets: bool, pale: bool
) -> tuple[tuple[slice, slice], Ground]:
    """One domain: its ray, the stroke of the other rose, the arc; and where it lies."""
    begin, end = angles(place)
    box = _box(begin, end)
    distance, degrees = (part[_times(box)] for part in _fine())
    within = (degrees >= begin) & (degrees <= end)
    hub = RADIUS * HUB
    layers = [(within & (distance > hub) & (distance < RADIUS), LITERAL["bed"])]
    if fill:
        colour = LITERAL[AXIS_OF[place]]
        petal = within & (distance > hub) & (distance < reach(fill / LEVELS, RADIUS))
        layers.append((petal, _mixed(colour, LITERAL["card"]) if pale else colour))
    if line:
        edge = np.abs(distance - reach(line / LEVELS, RADIUS))
        layers += [(within & (edge < 4), LITERAL["card"]), (within & (edge < 2.2), LITERAL["ink"])]
    if meets:
        arc = within & (distance > RADIUS + 3) & (distance < RADIUS + 13)
        heart = within & (distance > RADIUS + 4.5) & (distance < RADIUS + 11.5)
        layers += [(arc, LITERAL["night"]), (heart, LITERAL["beam"])]
    return box, _paint(layers)


def _box(begin: float, end: float) -> tuple[slice, slice]:
    """The pixels that hold a ray, with its arc."""
    corners = [
        (SIDE / 2 + r * math.sin(math.radians(a)), SIDE / 2 - r * math.cos(math.radians(a)))
        for r in (RADIUS * HUB, DISC)
        for a in (begin, (begin + end) / 2, end)
    ]
    xs, ys = zip(*corners, strict=True)
    return (
        slice(max(0, math.floor(min(ys)) - 1), min(SIDE, math.ceil(max(ys)) + 1)),
        slice(max(0, math.floor(min(xs)) - 1), min(SIDE, math.ceil(max(xs)) + 1)),
    )


def _times(box: tuple[slice, slice]) -> tuple[slice, slice]:
    rows, columns = box
    return (
        slice(rows.start * FINER, rows.stop * FINER),
        slice(columns.start * FINER, columns.stop * FINER),
    )


def _paint(layers: list[tuple[NDArray[np.bool_], str]]) -> Ground:
    """Layers one over the other, made smaller; the fourth value is how much is covered."""
    height, width = layers[0][0].shape
    colours = np.zeros((height, width, 4), np.float32)
    for mask, colour in layers:
        colours[mask] = (*_rgb(colour), 255)
    small = colours.reshape(height // FINER, FINER, width // FINER, FINER, 4)
    covered = small[..., 3:].sum((1, 3))
    mean = small[..., :3].sum((1, 3)) * 255 / np.maximum(covered, 1)
    share = covered / FINER**2
    return np.concatenate([mean, share], axis=2).round().astype(np.uint8)


def _lay(image: Ground, ray: Ground) -> None:
    """Put a ray over what is there already."""
    share = ray[..., 3:].astype(np.uint16)
    mixed = (ray[..., :3] * share + image[..., :3] * (255 - share) + 127) // 255
    image[..., :3] = mixed
    np.maximum(image[..., 3:], ray[..., 3:], out=image[..., 3:])


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _mixed(one: str, other: str) -> str:
    return "#" + "".join(f"{(a + b) // 2:02x}" for a, b in zip(_rgb(one), _rgb(other), strict=True))


def _png(image: Ground) -> bytes:
    """Red, green, blue and opacity as a PNG file."""
    height, width, _four = image.shape
    rows = np.zeros((height, 1 + width * 4), np.uint8)  # each row begins with its filter: none
    rows[:, 1:] = image.reshape(height, width * 4)
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes())), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
