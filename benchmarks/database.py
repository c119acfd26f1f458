"""Filling a database by COPY: the platform's own tables, and tables of plain numbers."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from django.db import connection, models
from django.utils import timezone

from benchmarks.generate import World
from partnerships.matching.engine import Columns
from partnerships.matching.engine.columns import BIT_OF_MODE, BIT_OF_RESOURCE, Array
from partnerships.matching.models import SuggestionAnswer
from partnerships.organisations.models import (
    AreaOfAction,
    Declaration,
    Organisation,
    ResourceDeclaration,
)
from territories.fragilities.models import Priority
from territories.places.models import Place

ROWS_AT_A_TIME = 200_000
TYPES = ["association", "sme", "municipality", "university"]  # one for each kind
SQL_TYPES = {"i2": "smallint", "i4": "integer", "i8": "bigint", "f4": "real", "f8": "float8"}


def copy_columns(table: str, columns: Mapping[str, Array]) -> None:
    """Append arrays of numbers as rows, in PostgreSQL's binary form: no row is touched twice."""
    types = {name: values.dtype.str[1:] for name, values in columns.items()}
    record = np.dtype(
        [("fields", ">i2")]
        + [(f"{part}_{name}", form) for name, kind in types.items()
           for part, form in (("size", ">i4"), ("value", f">{kind}"))]
    )  # fmt: skip
    count = len(next(iter(columns.values())))
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
        for start in range(0, count, ROWS_AT_A_TIME):
            part = slice(start, start + ROWS_AT_A_TIME)
            rows = np.zeros(min(ROWS_AT_A_TIME, count - start), record)
            rows["fields"] = len(columns)
            for name, values in columns.items():
                rows[f"size_{name}"] = values.dtype.itemsize
                rows[f"value_{name}"] = values[part]
            copy.write(rows.tobytes())
        copy.write(b"\xff\xff")


def make_table(table: str, columns: Mapping[str, Array], *indexes: str) -> None:
    """A new table of numbers with these columns, indexed and analysed."""
    types = [f"{name} {SQL_TYPES[values.dtype.str[1:]]}" for name, values in columns.items()]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
        cursor.execute(f"CREATE UNLOGGED TABLE {table} ({', '.join(types)})")
    copy_columns(table, columns)
    with connection.cursor() as cursor:
        for index in indexes:
            cursor.execute(f"CREATE INDEX ON {table} {index}")
        cursor.execute(f"VACUUM ANALYZE {table}")


def place_keys() -> dict[tuple[str, str], int]:
    """The keys of the places of the database, by level and code."""
    rows = Place.objects.values_list("level", "code", "pk")
    return {(level, code): pk for level, code, pk in rows}


def fill(world: World) -> None:
    """Put seeded organisations into the platform's tables, declarations and refusals included."""
    columns = world.columns
    filled = [Priority, Organisation, Declaration, ResourceDeclaration, AreaOfAction]
    with connection.cursor() as cursor:
        # Half a dozen million foreign keys need no check: they come from these very places.
        cursor.execute("SET session_replication_role = replica")
        indexes = _without_indexes([*filled, SuggestionAnswer])
    Place.objects.filter(pk__in=world.unlocated.tolist()).update(lat=None, lon=None)
    place, domain, rank = world.priorities.T.astype(np.int32)
    _insert(Priority, {"place_id": place, "domain_id": domain, "rank": rank},
            source="'diagnosis'", place_id="place_id", domain_id="domain_id",
            rank="rank")  # fmt: skip
    _insert(
        Organisation,
        {"id": columns.ids, "home": columns.home[:, 0], "kind": columns.kind.astype(np.int16),
         "modes": columns.modes.astype(np.int32)},
        id="id",
        name="'Organisation ' || id",
        home_id="home",
        type=f"({_array(TYPES)})[kind + 1]",
        modes=_codes_of("modes", BIT_OF_MODE),
    )  # fmt: skip
    for side, table in (("acts", columns.acts), ("seeks", columns.seeks)):
        row, number = np.nonzero(table)
        _insert(
            Declaration,
            {"id": columns.ids[row], "domain": (number + 1).astype(np.int16),
             "level": table[row, number].astype(np.int16)},
            organisation_id="id", domain_id="domain", level="level", side=f"'{side}'",
        )  # fmt: skip
    for side, bits in (("offer", columns.offers), ("need", columns.needs)):
        row, number = np.nonzero(bits[:, None] & np.array(list(BIT_OF_RESOURCE.values())))
        _insert(
            ResourceDeclaration,
            {"id": columns.ids[row], "resource": number.astype(np.int16)},
            organisation_id="id", side=f"'{side}'",
            resource=f"({_array(BIT_OF_RESOURCE)})[resource + 1]",
        )  # fmt: skip
    owner = np.repeat(columns.ids, np.diff(columns.areas.starts))
    _insert(AreaOfAction, {"id": owner, "place": columns.areas.values.astype(np.int32)},
            organisation_id="id", place_id="place")  # fmt: skip
    one, other = _pairs(columns)
    _insert(SuggestionAnswer, {"one": one, "other": other},
            organisation_id="one", other_id="other", kind="'declined'")  # fmt: skip
    with connection.cursor() as cursor:
        for index in indexes:
            cursor.execute(index)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")


def _without_indexes(filled: list[type[models.Model]]) -> list[str]:
    """Drop the indexes of these tables that keep no promise; returns what makes them anew.

    To build an index over millions of rows is several times as fast as to keep it meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indrelid = ANY(%s::regclass[]) AND NOT indisunique",
            [[model._meta.db_table for model in filled]],
        )
        found = cursor.fetchall()
        for name, _definition in found:
            cursor.execute(f"DROP INDEX {name}")
    return [definition for _name, definition in found]


def _insert(model: type[models.Model], columns: dict[str, Array], **expressions: str) -> None:
    """Insert a row of `model` for each row of arrays; fields not named get their defaults."""
    constants: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if field.column is None or field.column in expressions or field.primary_key:
            continue
        if field.generated:
            continue
        value = field.get_default()
        constants[field.column] = timezone.now() if value is None and not field.null else value
    names = [*expressions, *constants]
    values = [*expressions.values(), *(["%s"] * len(constants))]
    make_table("bench_stage", columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join(names)})"
            f" SELECT {', '.join(values)} FROM bench_stage",
            list(constants.values()),
        )
        cursor.execute("DROP TABLE bench_stage")


def _pairs(columns: Columns) -> tuple[Array, Array]:
    """Excluded pairs of ids, each once."""
    excluded = columns.excluded
    one = np.repeat(np.arange(len(columns)), np.diff(excluded.starts))
    once = one < excluded.values
    return columns.ids[one[once]], columns.ids[excluded.values[once]]


def _array(codes: Any) -> str:
    return "ARRAY[" + ", ".join(f"'{code}'" for code in codes) + "]"


def _codes_of(column: str, bit_of: Mapping[str, int]) -> str:
    """An expression for the codes whose bits are set, as text[]."""
    cases = [f"CASE WHEN {column} & {bit} > 0 THEN '{code}' END" for code, bit in bit_of.items()]
    return f"array_remove(ARRAY[{', '.join(cases)}], NULL)"
