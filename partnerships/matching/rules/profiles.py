"""What the score knows of an organisation, and the weights it is worked out with."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

ALL_POINTS = 10_000
EARTH_RADIUS = 12_742  # in half-kilometres


class Position(NamedTuple):
    """A point of the globe in whole half-kilometres from the centre of the Earth.

    Three integers make distances exact and equal everywhere, overseas included, without any
    trigonometry between pairs: the chord differs from the arc by less than 1 % up to 3,000 km.
    """

    x: int
    y: int
    z: int


def position_of(lat: float, lon: float) -> Position:
    """The position of a latitude and longitude in degrees."""
    phi, theta = math.radians(lat), math.radians(lon)
    return Position(
        round(EARTH_RADIUS * math.cos(phi) * math.cos(theta)),
        round(EARTH_RADIUS * math.cos(phi) * math.sin(theta)),
        round(EARTH_RADIUS * math.sin(phi)),
    )


@dataclass(frozen=True, slots=True)
class Home:
    """Where an organisation lives: keys of places, 0 where there is none, and a position."""

    municipality: int = 0
    intermunicipality: int = 0
    department: int = 0
    region: int = 0
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """An organisation as matching sees it. Domains are numbers 1 to 16, levels 1 to 3.

    `areas` are the keys of the places where it works, `around` those of all the places that
    contain one of them, even in part. `priorities` gives the rank (1: first) of the domains that
    come first on its territory, `priority_place` the key of the place that states them.
    """

    id: int
    kind: str
    home: Home = Home()
    acts: Mapping[int, int] = field(default_factory=dict)
    seeks: Mapping[int, int] = field(default_factory=dict)
    offers: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    modes: frozenset[str] = frozenset()
    areas: frozenset[int] = frozenset()
    around: frozenset[int] = frozenset()
    priorities: Mapping[int, int] = field(default_factory=dict)
    priority_place: int | None = None


class Components(NamedTuple):
    """Points of one direction, component by component; they sum to the directed score."""

    complementary: int
    shared: int
    resources: int
    proximity: int
    worlds: int
    modes: int

    @property
    def total(self) -> int:
        """The directed score, 0 to 10,000."""
        return sum(self)


@dataclass(frozen=True, slots=True)
class Weights:
    """A policy: the points of each component, and the least that each direction must reach.

    Raises ValueError when the points do not sum to 10,000.
    """

    complementary: int = 3000
    shared: int = 2000
    resources: int = 2000
    proximity: int = 2000
    worlds: int = 400
    modes: int = 600
    floor: int = 2500

    def __post_init__(self) -> None:
        if sum(self.points) != ALL_POINTS or min(self.points) < 0:
            raise ValueError(f"The points of a policy sum to {ALL_POINTS:,}, all zero or more.")

    @property
    def points(self) -> Components:
        """The six weights in the order of the components."""
        return Components(
            self.complementary,
            self.shared,
            self.resources,
            self.proximity,
            self.worlds,
            self.modes,
        )
