"""One organisation says something new: what it costs until all lists are right again."""

from statistics import median
from typing import Any

import numpy as np
from django.db import connection

from benchmarks.meter import Meter
from benchmarks.sql import Yardstick
from partnerships.matching.models import SuggestionList
from partnerships.matching.services import refresh_organisation
from partnerships.organisations.models import Declaration, Organisation

LISTS_RECOMPUTED = 5  # by SQL for each edit, of those that name the organisation; the rest counted


def measure_edits(meter: Meter, yardstick: Yardstick, length: int, count: int) -> dict[str, Any]:
    """Edit some organisations one by one; medians of CPU seconds with the engine and with SQL.

    SQL computes the organisation's own list and every list that names it, before or after.
    """
    dice = np.random.default_rng(17)
    rows = dice.choice(len(yardstick.columns), min(count, len(yardstick.columns)), replace=False)
    ours, theirs, walls, touched = [], [], [], []
    for row in rows.tolist():
        pk = int(yardstick.columns.ids[row])
        naming = _naming(pk)
        _edit(pk)
        organisation = Organisation.objects.get(pk=pk)
        changed, spent = meter.of(refresh_organisation, organisation)
        ours.append(spent.cpu)
        walls.append(spent.wall)
        touched.append(changed)
        naming |= _naming(pk)
        some = np.searchsorted(yardstick.columns.ids, sorted(naming)[:LISTS_RECOMPUTED])
        own = meter.of(yardstick.best, row, length)[1].cpu
        each = [meter.of(yardstick.best, other, length)[1].cpu for other in some.tolist()]
        theirs.append(own + (len(naming) * float(np.mean(each)) if each else 0.0))
    return {
        "edits": len(rows),
        "engine_cpu": median(ours),
        "engine_wall": median(walls),
        "sql_cpu": median(theirs),
        "lists_touched": median(touched),
    }


def _edit(pk: int) -> None:
    """Another level for everything that it acts on."""
    for declared in Declaration.objects.filter(organisation=pk, side="acts"):
        declared.level = declared.level % 3 + 1
        declared.save(update_fields=["level"])


def _naming(pk: int) -> set[int]:
    """Whose lists name this organisation."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT organisation_id FROM {SuggestionList._meta.db_table} WHERE %s = ANY(partners)",
            [pk],
        )
        return {found for (found,) in cursor.fetchall()}
