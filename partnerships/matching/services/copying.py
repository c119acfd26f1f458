"""Lists as the bytes that PostgreSQL's binary COPY reads, made by NumPy many rows at a time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np

from partnerships.matching.engine import Lists
from partnerships.matching.engine.columns import Array
from partnerships.matching.services.showing import Shown

COLUMNS = (
    "organisation_id, policy_id, computed_at, reserved_count, partners, points, shown, shown_points"
)
HEADER, END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # PostgreSQL counts its microseconds from here
INT2, INT4 = (">i2", 21), (">i4", 23)  # how a value is laid out, and the number of its type
ARRAYS = {"partners": INT4, "points": INT2, "shown": INT4, "shown_points": INT2}
ROWS_AT_A_TIME = 16_384


def binary_rows(lists: Lists, shown: Shown, *, policy_id: int, at: datetime) -> Iterator[bytes]:
    """The rows of `COLUMNS` for these lists, between the header and the end of a binary COPY.

    Rows of equal lengths are laid out together, as records of one size; so they come in the order
    of their lengths, not of their ids.
    """
    yield HEADER
    both = np.stack([lists.counts, shown.counts], axis=1)
    lengths, kind = np.unique(both, axis=0, return_inverse=True)
    order = np.argsort(kind.reshape(-1), kind="stable")
    edges = np.searchsorted(kind.reshape(-1)[order], np.arange(len(lengths) + 1))
    for (count, places), first, end in zip(lengths.tolist(), edges, edges[1:], strict=False):
        layout = np.dtype(_layout(count, places))
        for start in range(first, end, ROWS_AT_A_TIME):
            rows = order[start : min(start + ROWS_AT_A_TIME, end)]
            records = _frame(layout, len(rows))
            records["organisation"] = lists.organisations[rows]
            records["policy"] = policy_id
            records["computed"] = (at - EPOCH) // timedelta(microseconds=1)
            records["reserved"] = shown.reserved[rows]
            for name, table, length in (
                ("partners", lists.ids, count),
                ("points", lists.points, count),
                ("shown", shown.ids, places),
                ("shown_points", shown.points, places),
            ):
                if length:
                    records[name]["values"]["value"] = table[rows, :length]
            yield records.tobytes()
    yield END


def _layout(count: int, places: int) -> list[tuple[str, object]]:
    """The fields of a row; before each value stands its size in bytes."""
    layout: list[tuple[str, object]] = [("width", ">i2")]
    for name, kind in (
        ("organisation", ">i8"),
        ("policy", ">i8"),
        ("computed", ">i8"),
        ("reserved", ">i2"),
        *((name, _array(name, places if "shown" in name else count)) for name in ARRAYS),
    ):
        layout += [(f"{name}_size", ">i4"), (name, kind)]
    return layout


def _array(name: str, length: int) -> np.dtype[np.void]:
    kind, _number = ARRAYS[name]
    fields: list[tuple[object, ...]] = [("dimensions", ">i4"), ("nulls", ">i4"), ("type", ">i4")]
    if length:
        value = np.dtype([("size", ">i4"), ("value", kind)])
        fields += [("length", ">i4"), ("lowest", ">i4"), ("values", value, (length,))]
    return np.dtype(fields)


def _frame(layout: np.dtype[np.void], rows: int) -> Array:
    """Rows with everything in them that is the same in all."""
    one = np.zeros(1, layout)
    names = [name for name in layout.names or () if f"{name}_size" in (layout.names or ())]
    one["width"] = len(names)
    for name in names:
        one[f"{name}_size"] = layout[name].itemsize
    for name, (_kind, number) in ARRAYS.items():
        one[name]["type"] = number
        if "values" in (layout[name].names or ()):
            values = one[name]["values"]
            one[name]["dimensions"], one[name]["lowest"] = 1, 1
            one[name]["length"] = values.shape[-1]
            values["size"] = values.dtype["value"].itemsize
    return np.repeat(one, rows)
