"""One organisation says something new: what it costs until all lists are right again."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection

from benchmarks.meter import Meter
from benchmarks.reference import Wrong
from benchmarks.sql import Yardstick
from partnerships.matching.engine import Engine
from partnerships.matching.models import SuggestionList
from partnerships.matching.queries import load_columns
from partnerships.matching.services import pack_profiles, refresh_organisations
from partnerships.organisations.models import Declaration

LISTS_RECOMPUTED = 5  # by SQL for each edit, of those that name the organisation; the rest counted
BURST = 40  # edits that come together
BURSTS = 3


def measure_edits(meter: Meter, yardstick: Yardstick, length: int, count: int) -> dict[str, Any]:
    """Edit some organisations one by one, then some together; CPU seconds of ours and of SQL.

    SQL computes the organisation's own list and every list that names it, before or after. The
    worker that does it has everyone in memory; what it takes to load them is told apart.
    """
    settings.DEBUG = False  # which would keep a copy of each query
    dice = np.random.default_rng(17)
    ids = yardstick.columns.ids
    burst = min(BURST, len(ids) // (BURSTS + 1))
    several = dice.choice(len(ids), min(count, len(ids) // 4) + BURSTS * burst, replace=False)
    rows, together = np.split(several, [len(several) - BURSTS * burst])
    before = _memory()
    _, loading = meter.of(refresh_organisations, [int(ids[rows[0]])], remember=True)
    memory = _memory() - before
    ours, theirs, walls, touched = [], [], [], []
    for row in rows.tolist():
        pk = int(ids[row])
        naming = _naming(pk)
        _edit([pk])
        changed, spent = meter.of(refresh_organisations, [pk], remember=True)
        ours.append(spent.cpu)
        walls.append(spent.wall)
        touched.append(changed)
        naming |= _naming(pk)
        theirs.append(_by_sql(meter, yardstick, row, length, naming))
    bursts = []
    for some in np.split(together, BURSTS):
        pks = ids[some].tolist()
        _edit(pks)
        _, spent = meter.of(refresh_organisations, pks, remember=True)
        bursts.append(spent.cpu / len(pks))
    _verify(yardstick, length, ids[several].tolist())
    return {
        "edits": len(rows),
        "engine_cpu": median(ours),
        "engine_cpu_mean": float(np.mean(ours)),
        "engine_wall": median(walls),
        "sql_cpu": median(theirs),
        "sql_cpu_mean": float(np.mean(theirs)),
        "lists_touched": median(touched),
        "burst": burst,
        "burst_cpu": median(bursts),
        "loading_cpu": loading.cpu,
        "memory_mb": memory,
    }


def _by_sql(
    meter: Meter, yardstick: Yardstick, row: int, length: int, naming: set[int]
) -> float:  # fmt: skip
    some = np.searchsorted(yardstick.columns.ids, sorted(naming)[:LISTS_RECOMPUTED])
    own = meter.of(yardstick.best, row, length)[1].cpu
    each = [meter.of(yardstick.best, other, length)[1].cpu for other in some.tolist()]
    return own + (len(naming) * float(np.mean(each)) if each else 0.0)


def _edit(pks: Sequence[int]) -> None:
    """Another level for everything that each acts on, as the service that declares leaves it."""
    for declared in Declaration.objects.filter(organisation__in=pks, side="acts"):
        declared.level = declared.level % 3 + 1
        declared.save(update_fields=["level"])
    pack_profiles(pks)


def _naming(pk: int) -> set[int]:
    """Whose lists name this organisation."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT organisation_id FROM {SuggestionList._meta.db_table} WHERE %s = ANY(partners)",
            [pk],
        )
        return {found for (found,) in cursor.fetchall()}


def _verify(yardstick: Yardstick, length: int, edited: Sequence[int]) -> None:
    """All stored lists are those of an engine that is built anew."""
    lists = Engine(load_columns(), yardstick.weights).lists(length)
    place = {pk: k for k, pk in enumerate(lists.organisations.tolist())}
    stored = SuggestionList.objects.values_list("pk", "partners", "points")
    for pk, partners, points in stored.iterator(chunk_size=10_000):
        if list(zip(partners, points, strict=True)) != [tuple(m) for m in lists.row(place[pk])]:
            raise Wrong(f"After {len(edited)} edits the list of {pk} is not the engine's")


def _memory() -> float:
    """Megabytes that this process holds."""
    line = next(
        line for line in Path("/proc/self/status").read_text().splitlines() if "VmRSS" in line
    )
    return int(line.split()[1]) / 1024
