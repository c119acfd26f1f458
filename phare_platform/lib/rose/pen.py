"""Turns the numbers of a rose into SVG."""

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

from phare_platform.lib.rose.values import (
    AXES,
    AXIS_OF,
    CODES,
    HUB,
    SHAPES,
    STEP,
    Rose,
    Shape,
    Words,
    angles,
    reach,
    spot,
)

LITERAL: Mapping[str, str] = {
    "economic": "#0b5fa5",
    "social": "#b3261e",
    "societal": "#6a3d9a",
    "environmental": "#2e7d32",
    "beam": "#ffc53d",
    "night": "#0b2a4a",
    "ink": "#1b1f24",
    "card": "#ffffff",
    "line": "#e2ded5",
    "soft": "#56606a",
    "bed": "#f3f0e9",
}
"""Colours for drawings that leave the page (mail, PDF); on a page the style sheet decides."""


def draw(
    rose: Rose,
    words: Words,
    *,
    size: str = "medium",
    literal: bool = False,
    sprite: str = "",
    css: str = "",
) -> str:
    """The SVG of a rose in one of SHAPES.

    `literal` writes colours as such, for mail and PDF, where no style sheet is at hand.
    `sprite` is the address of the file of icons; without it no icon is drawn.
    `css` replaces the class of the shape. Raises KeyError for an unknown size.
    """
    shape = SHAPES[size]
    pen = _Pen(shape, LITERAL.__getitem__ if literal else _variable)
    parts = [pen.disc()]
    parts += [pen.ray(rose, place, words.captions[place]) for place in range(len(CODES))]
    if rose.line is not None and shape.detail:
        parts += [pen.stroke(place, value) for place, value in enumerate(rose.line)]
    parts += [pen.beam(place) for place in sorted(rose.meet)]
    parts.append(pen.hub())
    if shape.labels:
        parts += [pen.label(place, text) for place, text in enumerate(words.labels)]
    if shape.icons and sprite:
        parts += [pen.icon(place, sprite) for place in range(len(CODES))]
    return pen.sheet(words, "".join(parts), css or shape.css)


def _variable(name: str) -> str:
    return f"var(--phare-{name})"


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class _Pen:
    """Draws the parts of one rose; every method returns a piece of SVG."""

    shape: Shape
    colour: Callable[[str], str]

    @property
    def centre(self) -> tuple[float, float]:
        return self.shape.width / 2, self.shape.height / 2

    def at(self, distance: float, degrees: float) -> str:
        x, y = spot(self.centre, distance, degrees)
        return f"{_number(x)} {_number(y)}"

    def wedge(self, inner: float, outer: float, start: float, end: float) -> str:
        """A piece of ring between two radii and two angles."""
        far, near = _number(outer), _number(inner)
        return (
            f"M{self.at(inner, start)}L{self.at(outer, start)}"
            f"A{far} {far} 0 0 1 {self.at(outer, end)}"
            f"L{self.at(inner, end)}A{near} {near} 0 0 0 {self.at(inner, start)}Z"
        )

    def disc(self) -> str:
        """The bed on which a glyph lies, or the four circles that let one read a value."""
        x, y = (_number(value) for value in self.centre)
        if not self.shape.detail:
            radius = _number(self.shape.radius)
            return f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{self.colour("bed")}"/>'
        circles = (reach(share, self.shape.radius) for share in (0.25, 0.5, 0.75, 1))
        line = self.colour("line")
        return "".join(
            f'<circle cx="{x}" cy="{y}" r="{_number(r)}" fill="none" stroke="{line}"/>'
            for r in circles
        )

    def ray(self, rose: Rose, place: int, caption: str) -> str:
        """One ray on its bed, or an empty hatched bed when its value is not known."""
        value, detail = rose.fill[place], self.shape.detail
        parts = [f"<title>{escape(caption)}</title>"] if detail else []
        if value is None:
            parts += [self.unknown(place)] if detail else []
        else:
            parts += [self.bed(place)] if detail else []
            parts += [self.petal(rose, place, value)] if value else []
        return f"<g>{''.join(parts)}</g>" if parts else ""

    def bed(self, place: int) -> str:
        path = self.wedge(self.shape.radius * HUB, self.shape.radius, *angles(place))
        return f'<path d="{path}" fill="{self.colour("bed")}"/>'

    def petal(self, rose: Rose, place: int, value: float) -> str:
        path = self.wedge(self.shape.radius * HUB, reach(value, self.shape.radius), *angles(place))
        pale = ' opacity=".5"' if rose.meet and place not in rose.meet else ""
        return f'<path d="{path}" fill="{self.colour(AXIS_OF[place])}"{pale}/>'

    def unknown(self, place: int) -> str:
        """A white bed with a broken edge, hatched: there is nothing to read here."""
        radius, (start, end) = self.shape.radius, angles(place)
        edge = self.wedge(radius * HUB, radius, start, end)
        steps = [reach(share / 6, radius) for share in range(7)]
        hatch = "".join(
            f"M{self.at(near, start)}L{self.at(far, end)}"
            for near, far in itertools.pairwise(steps)
        )
        line = self.colour("soft")
        return (
            f'<path d="{edge}" fill="{self.colour("card")}" stroke="{line}"'
            ' stroke-width=".8" stroke-dasharray="3 3"/>'
            f'<path d="{hatch}" fill="none" stroke="{line}" stroke-width=".8" opacity=".6"/>'
        )

    def stroke(self, place: int, value: float | None) -> str:
        """The contour of the second series, ringed with white so that it shows on every ray."""
        if value is None:
            return ""
        distance, (start, end) = reach(value, self.shape.radius), angles(place)
        far, thick = _number(distance), self.shape.radius / 60
        path = f"M{self.at(distance, start)}A{far} {far} 0 0 1 {self.at(distance, end)}"
        return "".join(
            f'<path d="{path}" fill="none" stroke="{self.colour(name)}"'
            f' stroke-width="{_number(width)}" stroke-linecap="round"/>'
            for name, width in (("card", thick * 2), ("ink", thick))
        )

    def beam(self, place: int) -> str:
        """The yellow arc: here the two answer each other."""
        radius, (start, end) = self.shape.radius, angles(place)
        if not self.shape.detail:
            path = self.wedge(radius - 3, radius + 1, start, end)
            return f'<path d="{path}" fill="{self.colour("beam")}"/>'
        path = self.wedge(radius + 2.5, radius + 9.5, start, end)
        night = self.colour("night")
        return f'<path d="{path}" fill="{self.colour("beam")}" stroke="{night}" stroke-width=".8"/>'

    def hub(self) -> str:
        """The small ring that names the four axes by colour."""
        inner, outer = self.shape.radius * HUB * 0.6, self.shape.radius * HUB * 0.9
        parts, start = [], 0
        for axis, count in AXES:
            path = self.wedge(inner, outer, start * STEP + 0.6, (start + count) * STEP - 0.6)
            parts.append(f'<path d="{path}" fill="{self.colour(axis)}"/>')
            start += count
        return "".join(parts)

    def label(self, place: int, text: str) -> str:
        """The short name beside its ray, on one or two lines."""
        middle = (place + 0.5) * STEP
        # Near the top and the bottom two labels share the width of one: push these outwards.
        push = 8 * math.cos(math.radians(middle)) ** 6
        x, y = spot(self.centre, self.shape.radius + 16 + push, middle)
        lines = [escape(line) for line in text.split("|")]
        left = middle < 180
        top = y + 4.5 - 7.5 * (len(lines) - 1)
        spans = "".join(
            f'<tspan x="{_number(x)}" y="{_number(top + 15 * row)}">{line}</tspan>'
            for row, line in enumerate(lines)
        )
        return (
            f'<text text-anchor="{"start" if left else "end"}" font-size="13.5"'
            f' font-weight="600" font-family="system-ui, sans-serif"'
            f' fill="{self.colour("ink")}" aria-hidden="true">{spans}</text>'
        )

    def icon(self, place: int, sprite: str) -> str:
        """The icon of the domain outside its ray: legible where a name would not fit."""
        x, y = spot(self.centre, self.shape.radius + 22, (place + 0.5) * STEP)
        return (
            f'<use href="{escape(sprite)}#{CODES[place]}" x="{_number(x - 10)}"'
            f' y="{_number(y - 10)}" width="20" height="20" fill="{self.colour(AXIS_OF[place])}"/>'
        )

    def sheet(self, words: Words, drawing: str, css: str) -> str:
        """The whole, with its title and its sentence for those who do not see it."""
        box = f"0 0 {_number(self.shape.width)} {_number(self.shape.height)}"
        told = f"<desc>{escape(words.description)}</desc>" if words.description else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="{css}" viewBox="{box}" role="img">'
            f"<title>{escape(words.title)}</title>{told}{drawing}</svg>"
        )
