"""A refresh that several workers share: chunks of organisations, one set of data, exact lists.

Everybody computes from the same bytes, which the worker that runs the refresh has saved, so the
lists are those that it would have found alone, whatever changes meanwhile; what does change is
dealt with once for all, when it swaps the tables. A chunk is taken by locking its row: the lock of
a worker that dies is gone with it, and the next one takes the chunk.
"""

import io
import os
import socket
import time
from dataclasses import fields
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from partnerships.matching.engine import Columns, Engine, Lists, Ragged
from partnerships.matching.engine.columns import Array
from partnerships.matching.enums import RefreshState
from partnerships.matching.models import Refresh, RefreshChunk, RefreshInput
from partnerships.matching.queries import weights_of
from partnerships.matching.services.progress import Told
from phare_platform.lib.jobs import later

PART = 32 << 20  # bytes of the input in a row
PAUSE = 0.5  # seconds between two looks at what others still compute


def compute_in_chunks(refresh: Refresh, engine: Engine, told: Told) -> tuple[Lists, float]:
    """Everyone's lists with the help of all workers, and the CPU seconds of the others.

    Takes part itself, waits for those at work, and takes over from those who die.
    """
    _offer(refresh, engine.columns)
    while True:
        compute_chunks(refresh, engine=engine, told=told)
        if not refresh.chunks.filter(done_at=None).exists():
            break
        told.reached(_done(refresh))
        time.sleep(PAUSE)
    lists = _merged(refresh)
    others = refresh.chunks.exclude(worker=_worker())
    seconds = others.aggregate(sum=Coalesce(Sum("cpu_seconds"), 0.0))["sum"]
    refresh.inputs.all().delete()
    refresh.chunks.update(lists=None)
    return lists, float(seconds)


def compute_chunks(
    refresh: Refresh, *, engine: Engine | None = None, told: Told | None = None
) -> int:
    """Compute chunks of a running refresh as long as one is free; returns how many.

    The data are read only when there is something to do.
    """
    count = 0
    while True:
        with transaction.atomic():
            chunk = _take(refresh)
            if chunk is None:
                return count
            engine = engine or Engine(_input_of(refresh), weights_of(refresh.policy))
            _compute(chunk, engine, refresh.policy.list_length)
        count += 1
        if told:
            told.reached(_done(refresh))


def forget_chunks() -> None:
    """Delete what refreshes that are over have left; a chunk that a helper still computes stays."""
    RefreshInput.objects.all().delete()
    free = RefreshChunk.objects.select_for_update(skip_locked=True).defer("lists")
    RefreshChunk.objects.filter(pk__in=[chunk.pk for chunk in free]).delete()


@transaction.atomic
def _offer(refresh: Refresh, columns: Columns) -> None:
    data = _to_bytes(_flat(columns))
    for part, start in enumerate(range(0, len(data), PART)):
        RefreshInput.objects.create(refresh=refresh, part=part, data=data[start : start + PART])
    starts = range(0, len(columns), settings.MATCHING_CHUNK)
    chunks = [
        RefreshChunk(
            refresh=refresh,
            number=number,
            first=first,
            end=min(first + settings.MATCHING_CHUNK, len(columns)),
        )
        for number, first in enumerate(starts)
    ]
    RefreshChunk.objects.bulk_create(chunks)
    for helper in range(1, len(chunks)):  # one chunk at least is ours
        later("partnerships.matching.refresh_chunk", refresh_id=refresh.pk, helper=helper)


def _take(refresh: Refresh) -> RefreshChunk | None:
    with connection.cursor() as cursor:  # a chunk may take longer than an idle transaction may
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    free = RefreshChunk.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
    return (
        free.filter(refresh=refresh, refresh__state=RefreshState.RUNNING, done_at=None)
        .defer("lists")
        .order_by("number")
        .first()
    )


def _compute(chunk: RefreshChunk, engine: Engine, length: int) -> None:
    started = time.process_time()
    rows = _in_order(engine.columns)[chunk.first : chunk.end]
    lists = engine.lists(length, rows=np.sort(rows))
    chunk.lists = _to_bytes({field.name: getattr(lists, field.name) for field in fields(lists)})
    chunk.worker, chunk.done_at = _worker(), timezone.now()
    chunk.cpu_seconds = time.process_time() - started
    chunk.save(update_fields=["lists", "worker", "done_at", "cpu_seconds"])


def _in_order(columns: Columns) -> Array:
    """All rows, neighbours together: a chunk then has to do with fewer others."""
    return np.lexsort(columns.home.T)


def _merged(refresh: Refresh) -> Lists:
    """The lists of all chunks as one, organisations ascending."""
    parts = [_from_bytes(chunk.lists) for chunk in refresh.chunks.order_by("number").iterator(1)]
    order = np.argsort(np.concatenate([part["organisations"] for part in parts]))
    return Lists(
        **{
            field.name: np.concatenate([part.pop(field.name) for part in parts])[order]
            for field in fields(Lists)
        }
    )


def _done(refresh: Refresh) -> int:
    done = refresh.chunks.filter(done_at__isnull=False)
    counted = done.aggregate(sum=Coalesce(Sum("end") - Sum("first"), 0))
    return int(counted["sum"])


def _worker() -> str:
    return f"{socket.gethostname()[:80]} {os.getpid()}"


def _flat(columns: Columns) -> dict[str, Array]:
    flat: dict[str, Array] = {}
    for field in fields(columns):
        value = getattr(columns, field.name)
        if isinstance(value, Ragged):
            flat |= {f"{field.name}.starts": value.starts, f"{field.name}.values": value.values}
        else:
            flat[field.name] = value
    return flat


def _input_of(refresh: Refresh) -> Columns:
    parts = refresh.inputs.order_by("part").values_list("data", flat=True)
    flat: dict[str, Any] = _from_bytes(b"".join(parts.iterator(1)))
    for name in [name.removesuffix(".starts") for name in flat if name.endswith(".starts")]:
        flat[name] = Ragged(flat.pop(f"{name}.starts"), flat.pop(f"{name}.values"))
    return Columns(**flat)


def _to_bytes(arrays: dict[str, Array]) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, **arrays)
    return stream.getvalue()


def _from_bytes(data: bytes | memoryview | None) -> dict[str, Array]:
    with np.load(io.BytesIO(data or b""), allow_pickle=False) as arrays:
        return dict(arrays)
