"""Everyone's list, once a night or on demand."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.matching.engine import Engine, Lists, columns_of
from partnerships.matching.enums import RefreshState
from partnerships.matching.models import Refresh
from partnerships.matching.queries import exclusions, load_profiles, weights_of
from partnerships.matching.services.obstacles import note_all_obstacles
from partnerships.matching.services.policies import ensure_policy
from partnerships.matching.services.storing import database_time, replace_lists
from phare_platform.lib.errors import Conflict
from phare_platform.lib.jobs import later
from phare_platform.trace.services import leave_trace

Progress = Callable[[int, int], object]
ONLY_ONE = "partnerships.matching.refresh"  # names the lock that a running refresh holds


def refresh_matches(*, progress: Progress | None = None) -> Refresh:
    """Compute the list of every active organisation with the policy in force, and store them.

    Yesterday's lists stay in place until all new ones replace them in one transaction, so a
    failure leaves them as they were (and is recorded with its reason before it is raised). The
    result says how many organisations, lists with a suggestion, pairs whose areas nest, and CPU
    seconds of this process. `progress(done, total)` is told as the lists are computed.

    Not one transaction as a whole: the computation takes seconds to minutes and must not hold
    one open. Raises Conflict (`refresh_running`) while another refresh runs anywhere; one whose
    process died is marked as failed and does not stand in the way.
    """
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
    # We hold the lock, so whoever is still said to be running is not.
    Refresh.objects.filter(state=RefreshState.RUNNING).update(
        state=RefreshState.FAILED, finished_at=timezone.now(), error="interrupted"
    )
    return Refresh.objects.create(policy=ensure_policy())


def _carry_out(refresh: Refresh, progress: Progress | None) -> Refresh:
    started = time.process_time()
    begun_at = database_time()
    columns = columns_of(load_profiles().values(), exclusions())
    engine = Engine(columns, weights_of(refresh.policy))
    done, total = 0, len(columns)

    def tell(more: int) -> None:
        nonlocal done
        done += more
        if progress:
            progress(done, total)

    lists = engine.lists(refresh.policy.list_length, progress=tell)
    with transaction.atomic():
        overtaken = replace_lists(lists, policy=refresh.policy, at=begun_at)
        note_all_obstacles(columns, lists)
        for pk in overtaken:  # changed meanwhile: their old answers went into these lists
            later("partnerships.matching.refresh_organisation", organisation_id=pk)
        return _record_success(refresh, lists, engine.pairs, time.process_time() - started)


def _record_success(refresh: Refresh, lists: Lists, pairs: int, cpu_seconds: float) -> Refresh:
    refresh.state, refresh.finished_at = RefreshState.DONE, timezone.now()
    refresh.organisations_count = len(lists.organisations)
    refresh.with_suggestions_count = int((lists.counts > 0).sum())
    refresh.pairs_count, refresh.cpu_seconds = pairs, round(cpu_seconds, 3)
    refresh.save()
    leave_trace(
        "matching.refresh_matches",
        refresh,
        by=None,
        organisations=refresh.organisations_count,
        with_suggestions=refresh.with_suggestions_count,
    )
    return refresh


def _record_failure(refresh: Refresh, reason: str) -> None:
    # Where even this cannot be written, the next refresh finds the row and marks it.
    with suppress(DatabaseError), transaction.atomic():
        Refresh.objects.filter(pk=refresh.pk).update(
            state=RefreshState.FAILED, finished_at=timezone.now(), error=reason[:2000]
        )
