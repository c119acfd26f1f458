"""The places that ship with the project, as arrays: where people live and what lies within what."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from partnerships.matching.engine import Ragged
from partnerships.matching.engine.columns import Array
from partnerships.matching.rules import position_of
from territories.places.services import PLACES

Keys = Mapping[tuple[str, str], int]
MUNICIPALITY, INTERMUNICIPALITY, DEPARTMENT, REGION, COUNTRY = range(5)
LEVELS = ("municipality", "intermunicipality", "department", "region", "country")


@dataclass(frozen=True)
class Places:
    """Municipalities row by row, and every place by its key.

    `home` holds the keys of municipality, intermunicipality (0: none), department, region and
    country. `level` and `around` (the places that contain it, even in part) are indexed by key.
    `straddling` are the keys of intermunicipalities that lie in several departments.
    """

    population: Array
    home: Array
    position: Array
    level: Array
    around: Ragged
    straddling: Array


def read_places(keys: Keys | None = None) -> Places:
    """Read the shipped file; `keys` are those of a database, else places are numbered from 1."""
    with PLACES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if keys is None:
        keys = {(row["level"], row["code"]): number for number, row in enumerate(rows, 1)}
    country = keys["country", "FR"]
    region_of = {
        row["code"]: keys["region", row["parent_code"]]
        for row in rows
        if row["level"] == "department"
    }
    towns = [row for row in rows if row["level"] == "municipality"]
    home = np.array(
        [
            (
                keys["municipality", row["code"]],
                keys["intermunicipality", row["epci_code"]] if row["epci_code"] else 0,
                keys["department", row["parent_code"]],
                region_of[row["parent_code"]],
                country,
            )
            for row in towns
        ],
        np.int32,
    )
    size = max(keys.values()) + 1
    level = np.full(size, COUNTRY, np.int8)
    for row in rows:
        level[keys[row["level"], row["code"]]] = LEVELS.index(row["level"])
    around = _around(home, size)
    departments = [(level[around.row(key)] == DEPARTMENT).sum() for key in range(size)]
    return Places(
        population=np.array([float(row["population"] or 0) for row in towns]),
        home=home,
        position=np.array(
            [position_of(float(row["lat"]), float(row["lon"])) for row in towns], np.int32
        ),
        level=level,
        around=around,
        straddling=np.flatnonzero((level == INTERMUNICIPALITY) & (np.array(departments) > 1)),
    )


def _around(home: Array, size: int) -> Ragged:
    """For each key, the places it lies in: an intermunicipality in all its towns' departments."""
    pairs = [
        home[:, [inner, outer]]
        for inner in range(MUNICIPALITY, COUNTRY)
        for outer in range(inner + 1, COUNTRY + 1)
    ]
    return ragged_of(np.concatenate(pairs), size)


def ragged_of(pairs: Array, rows: int) -> Ragged:
    """Rows of ascending values out of (row, value) pairs; double ones and zeros are left out."""
    kept = pairs[(pairs[:, 0] > 0) & (pairs[:, 1] > 0)] if len(pairs) else pairs
    return Ragged.of_pairs(kept[:, 0], kept[:, 1], rows)
