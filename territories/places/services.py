"""Loading the places that ship with the project (`territories/data/`, see its README).

Everything happens in the database: the file is copied into a temporary table, then each level is
written from it in one statement. Rows that say nothing new are not touched, so organisations and
partnerships keep the places they point to.
"""

import csv
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

from territories.places.enums import Level
from territories.places.models import Containment, LoadedFile, Place

DATA = Path(__file__).resolve().parent.parent / "data"
PLACES, FORMER = DATA / "places.csv", DATA / "former_municipalities.csv"
LEVELS_DOWN = [
    Level.COUNTRY,
    Level.REGION,
    Level.DEPARTMENT,
    Level.INTERMUNICIPALITY,
    Level.MUNICIPALITY,
]
# What stands above each level in the column `parent_code`.
PARENT_LEVEL = {
    Level.REGION: Level.COUNTRY,
    Level.DEPARTMENT: Level.REGION,
    Level.INTERMUNICIPALITY: Level.DEPARTMENT,
    Level.MUNICIPALITY: Level.DEPARTMENT,
}
INPUT_COLUMNS = (
    "level code name kind siren parent_code epci_code postcodes population lat lon position_source "
    "former_codes former_names"
)


@dataclass(frozen=True)
class Load:
    """What a loader did: how many rows it holds, and whether it had anything to do."""

    name: str
    rows: int
    changed: bool


def load_if_changed(
    name: str, *, files: Sequence[Path], load: Callable[[], object], force: bool = False
) -> bool:
    """Run `load` unless these very files were loaded under `name` before; say whether it ran.

    Two starts at once wait for each other: the second finds the work done. `force` loads anyway.
    """
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"load {name}"])
        if not force and LoadedFile.objects.filter(name=name, sha256=digest).exists():
            return False
        load()
        LoadedFile.objects.update_or_create(name=name, defaults={"sha256": digest})
    return True


def load_places(*, places: Path = PLACES, former: Path = FORMER, force: bool = False) -> Load:
    """Write every place of the files and which lies within which; quick when already loaded.

    Places that a later file leaves out stay: organisations may live there. Positions that an
    operator loaded (`official`) are kept.
    """
    changed = load_if_changed(
        "places",
        files=[places, former],
        load=lambda: _write_places(places, former),
        force=force,
    )
    return Load("places", Place.objects.count(), changed)


def _write_places(places: Path, former: Path) -> None:
    _copy_into_temporary_table(_input_rows(places, former))
    with connection.cursor() as cursor:
        for level in LEVELS_DOWN:
            cursor.execute(UPSERT, {"level": level, "above": PARENT_LEVEL.get(level)})
            # A plan made for the few rows of the level above would crawl through this one.
            cursor.execute(f"ANALYZE {connection.ops.quote_name(Place._meta.db_table)}")
        cursor.execute(CONTAINMENT)
        cursor.execute("DROP TABLE place_input")
        cursor.execute(f"ANALYZE {connection.ops.quote_name(Containment._meta.db_table)}")


def _input_rows(places: Path, former: Path) -> Iterator[list[str | None]]:
    codes, names = _former_by_municipality(former)
    with places.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = row["code"] if row["level"] == Level.MUNICIPALITY else ""
            row["postcodes"] = _array(row["postcodes"].split("|") if row["postcodes"] else [])
            row["former_codes"] = _array(sorted(codes.get(key, ())))
            row["former_names"] = " / ".join(sorted(names.get(key, set()) - {row["name"]}))
            yield [row[column] or None for column in INPUT_COLUMNS.split()]


def _former_by_municipality(path: Path) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    codes: dict[str, set[str]] = defaultdict(set)
    names: dict[str, set[str]] = defaultdict(set)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            names[row["municipality_code"]].add(row["name"])
            if row["code"] != row["municipality_code"]:
                codes[row["municipality_code"]].add(row["code"])
    return codes, names


def _array(values: Iterable[str]) -> str:
    # Codes are digits and letters: nothing to escape.
    return "{" + ",".join(values) + "}"


def _copy_into_temporary_table(rows: Iterable[list[str | None]]) -> None:
    columns = INPUT_COLUMNS.split()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS place_input")
        cursor.execute(f"CREATE TEMPORARY TABLE place_input ({' text, '.join(columns)} text)")
        with cursor.copy(f"COPY place_input ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute("ANALYZE place_input")


# One level at a time, from the top: the places above already have their keys. In an update, a
# position from an operator (`official`) wins over the file's.
UPSERT = """
INSERT INTO territories_place AS place (
    level, code, name, kind, siren, parent_id, intermunicipality_id, postcodes, population,
    lat, lon, position_source, former_codes, former_names
)
SELECT new.level, new.code, new.name, coalesce(new.kind, ''), coalesce(new.siren, ''),
       above.id, epci.id, new.postcodes::varchar[], new.population::integer,
       new.lat::float, new.lon::float, new.position_source,
       new.former_codes::varchar[], coalesce(new.former_names, '')
FROM place_input new
LEFT JOIN territories_place above ON above.level = %(above)s AND above.code = new.parent_code
LEFT JOIN territories_place epci
       ON epci.level = 'intermunicipality' AND epci.code = new.epci_code
WHERE new.level = %(level)s
ON CONFLICT (level, code) DO UPDATE SET
    name = excluded.name, kind = excluded.kind, siren = excluded.siren,
    parent_id = excluded.parent_id, intermunicipality_id = excluded.intermunicipality_id,
    postcodes = excluded.postcodes, population = excluded.population,
    former_codes = excluded.former_codes, former_names = excluded.former_names,
    lat = CASE place.position_source WHEN 'official'
          THEN place.lat ELSE excluded.lat END,
    lon = CASE place.position_source WHEN 'official'
          THEN place.lon ELSE excluded.lon END,
    position_source = CASE place.position_source WHEN 'official'
          THEN place.position_source ELSE excluded.position_source END
WHERE (place.name, place.kind, place.siren, place.parent_id, place.intermunicipality_id,
       place.postcodes, place.population, place.lat, place.lon, place.position_source,
       place.former_codes, place.former_names)
   IS DISTINCT FROM
      (excluded.name, excluded.kind, excluded.siren, excluded.parent_id,
       excluded.intermunicipality_id, excluded.postcodes, excluded.population, excluded.lat,
       excluded.lon, excluded.position_source, excluded.former_codes, excluded.former_names)
"""

# A municipality lies in its own department only, in however many its intermunicipality lies; an
# intermunicipality lies in the department of each of its municipalities, whatever its parent.
CONTAINMENT = """
WITH municipality AS MATERIALIZED (
    SELECT town.id, town.intermunicipality_id AS epci_id, department.id AS department_id,
           region.id AS region_id, region.parent_id AS country_id
    FROM territories_place town
    JOIN territories_place department ON department.id = town.parent_id
    JOIN territories_place region ON region.id = department.parent_id
    WHERE town.level = 'municipality'
), wanted (inner_id, outer_id) AS MATERIALIZED (
    SELECT id, unnest(array_remove(ARRAY[epci_id, department_id, region_id, country_id], NULL))
    FROM municipality
    UNION ALL (
        SELECT epci_id, unnest(ARRAY[department_id, region_id, country_id])
        FROM municipality WHERE epci_id IS NOT NULL
        UNION
        SELECT department_id, unnest(ARRAY[region_id, country_id]) FROM municipality
        UNION
        SELECT region_id, country_id FROM municipality
    )
), gone AS (
    DELETE FROM territories_containment old WHERE NOT EXISTS (
        SELECT FROM wanted WHERE wanted.inner_id = old.inner_id AND wanted.outer_id = old.outer_id
    )
)
INSERT INTO territories_containment (inner_id, outer_id)
SELECT inner_id, outer_id FROM wanted
ON CONFLICT (inner_id, outer_id) DO NOTHING
"""
