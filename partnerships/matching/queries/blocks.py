"""Many rows of numbers from the database as one NumPy array, without a Python object for each."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import QuerySet
from numpy.typing import NDArray
from psycopg import Cursor

Array = NDArray[Any]
Values = Mapping[str, object] | Sequence[object]
Layout = Sequence[tuple[str, str]]
ROWS_IN_A_BLOCK = 8192
NEVER_BY_ITSELF = 1_000_000_000


def rows_of(
    sql: str, layout: Layout, values: Mapping[str, object] | Sequence[object] | None = None
) -> Array:
    """The rows of a query that gives a number to group by and some bytes, as records.

    The database strings the bytes of a group together, so a million rows come as a hundred long
    values. `layout` names the fields of a row as NumPy does (`>i8`: eight bytes in the order of
    the network, as `int8send` makes them). In no particular order.
    """
    text = f"SELECT string_agg(body, ''::bytea) FROM ({sql}) AS r(place, body) GROUP BY place"  # noqa: S608  # our own queries
    connection.ensure_connection()
    # Django's own cursor asks for text, where each byte takes two characters.
    with Cursor(connection.connection) as cursor:
        cursor.execute(text, values, binary=True)
        joined = b"".join(block for (block,) in cursor)
    return np.frombuffer(joined, np.dtype(list(layout)))


def pairs_of(pairs: QuerySet[Any, Any]) -> Array:
    """Two integers a row, from a queryset of two values, as a table of two columns."""
    sql, values = pairs.order_by().query.sql_with_params()
    block = (
        f"SELECT one / {ROWS_IN_A_BLOCK}, int8send(one) || int8send(other)"  # noqa: S608  # a number of ours
        f" FROM ({sql}) AS pairs(one, other)"
    )
    found = rows_of(block, [("pair", "(2,)>i8")], values)
    return found["pair"].astype(np.int64)


def asked(sql: str, values: Values | None = None) -> list[Any]:
    """The rows of a statement of ours that is asked again and again: planned once for a connection.

    Numbers come as they are, without a detour by text. What arrays and numbers it takes must be
    said in it (`%s::bigint[]`).
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        if connection.connection.prepare_threshold is None:  # a new connection
            # Touches what is prepared, and that is only what comes through here.
            cursor.execute("SET plan_cache_mode = force_generic_plan")
            connection.connection.prepare_threshold = NEVER_BY_ITSELF
        cursor.execute(sql, values, prepare=True, binary=True)
        return cursor.fetchall()
