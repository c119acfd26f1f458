"""Everyone's list, once a night or on demand."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.matching.engine import Columns, Engine, Lists
from partnerships.matching.enums import RefreshState
from partnerships.matching.models import MatchingChange, Refresh
from partnerships.matching.queries import load_columns, weights_of
from partnerships.matching.queries.showing import earlier_lists
from partnerships.matching.services.chunks import compute_in_chunks, forget_chunks
from partnerships.matching.services.obstacles import note_all_obstacles
from partnerships.matching.services.packing import pack_all_profiles
from partnerships.matching.services.policies import ensure_policy
from partnerships.matching.services.progress import Progress, Told
from partnerships.matching.services.remembering import forget
from partnerships.matching.services.sharing import ask_to_share_places
from partnerships.matching.services.showing import fill_places
from partnerships.matching.services.storing import database_time
from partnerships.matching.services.swapping import remove_leftovers, swapped, write_fresh
from phare_platform.lib.errors import Conflict
from phare_platform.lib.jobs import later
from phare_platform.lib.memory import give_back
from phare_platform.trace.services import leave_trace

A_DAY = timedelta(days=1)
ONLY_ONE = "partnerships.matching.refresh"  # names the lock that a running refresh holds


class Computed(NamedTuple):
    """Everyone's lists, the pairs whose areas nest, CPU seconds of helpers in other processes."""

    lists: Lists
    pairs: int
    helpers_seconds: float = 0.0


def refresh_matches(*, progress: Progress | None = None) -> Refresh:
    """Compute the list of every active organisation with the policy in force, and store them.

    Yesterday's lists stay in place until all new ones replace them in one transaction, so a
    failure leaves them as they were (and is recorded with its reason before it is raised). The
    result says how many organisations, lists with a suggestion, pairs whose areas nest, and CPU
    seconds. `progress(done, total)` is told as the lists are computed; so is the row of the
    refresh. Beyond `MATCHING_ONE_TASK_UP_TO` organisations, other workers are asked to help.

    Not one transaction as a whole: the computation takes seconds to minutes and must not hold
    one open. Raises Conflict (`refresh_running`) while another refresh runs anywhere; one whose
    process died is marked as failed and does not stand in the way.
    """
    forget()  # the memory is needed here, and what it holds will be old
    with _the_only_one():
        refresh = _begin()
        try:
            return _carry_out(refresh, progress)
        except BaseException as error:  # a time limit and Ctrl-C leave a record too
            _record_failure(refresh, f"{type(error).__name__}: {error}")
            raise


@contextmanager
def _the_only_one() -> Iterator[None]:
    """Hold a lock that lasts as long as the connection: a dead process holds none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [ONLY_ONE])
        (free,) = cursor.fetchone() or (False,)
    if not free:
        raise Conflict(_("The suggestions are being computed already."), code="refresh_running")
    try:
        yield
    finally:
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [ONLY_ONE])


@transaction.atomic
def _begin() -> Refresh:
    remove_leftovers()
    forget_chunks()
    # We hold the lock, so whoever is still said to be running is not.
    Refresh.objects.filter(state=RefreshState.RUNNING).update(
        state=RefreshState.FAILED, finished_at=timezone.now(), error="interrupted"
    )
    return Refresh.objects.create(policy=ensure_policy())


def _carry_out(refresh: Refresh, progress: Progress | None) -> Refresh:
    started = time.process_time()
    begun_at = database_time()
    pack_all_profiles(only_missing=True)
    columns = load_columns()
    give_back()
    told = Told(refresh, progress=progress, total=len(columns))
    shared = len(columns) > settings.MATCHING_ONE_TASK_UP_TO
    computed = (_shared if shared else _alone)(refresh, columns, told)
    told.reached(len(columns))
    give_back()
    shown, refresh.fairness = fill_places(computed.lists, policy=refresh.policy, now=timezone.now())
    write_fresh(computed.lists, shown=shown, policy=refresh.policy, at=begun_at)
    note_all_obstacles(
        columns, lists=computed.lists
    )  # before the swap, which keeps readers waiting
    with swapped(at=begun_at) as overtaken:
        for pk in overtaken:  # changed meanwhile: their old answers went into these lists
            later("partnerships.matching.refresh_organisations", together=[pk])
        ask_to_share_places()  # introductions and answers of the last minute
        seconds = time.process_time() - started + computed.helpers_seconds
        _record_success(refresh, computed, seconds)
    return refresh


def _alone(refresh: Refresh, columns: Columns, told: Told) -> Computed:
    engine = Engine(columns, weights_of(refresh.policy))
    lists = engine.lists(
        refresh.policy.list_length,
        before=earlier_lists(refresh.policy),
        progress=told.more,
    )
    return Computed(lists, engine.pairs)


def _shared(refresh: Refresh, columns: Columns, told: Told) -> Computed:
    engine = Engine(columns, weights_of(refresh.policy))
    return Computed(*compute_in_chunks(refresh, engine=engine, told=told))


def _record_success(refresh: Refresh, computed: Computed, cpu_seconds: float) -> None:
    lists = computed.lists
    refresh.state, refresh.finished_at = RefreshState.DONE, timezone.now()
    refresh.organisations_count = len(lists.organisations)
    refresh.with_suggestions_count = int((lists.counts > 0).sum())
    refresh.pairs_count, refresh.cpu_seconds = computed.pairs, round(cpu_seconds, 3)
    refresh.save()
    MatchingChange.objects.filter(noted_at__lt=timezone.now() - A_DAY).delete()
    leave_trace(
        "matching.refresh_matches",
        refresh,
        by=None,
        organisations=refresh.organisations_count,
        with_suggestions=refresh.with_suggestions_count,
    )


def _record_failure(refresh: Refresh, reason: str) -> None:
    # Where even this cannot be written, the next refresh finds the row and marks it.
    with suppress(DatabaseError), transaction.atomic():
        Refresh.objects.filter(pk=refresh.pk).update(
            state=RefreshState.FAILED, finished_at=timezone.now(), error=reason[:2000]
        )
