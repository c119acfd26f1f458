"""Two policies on today's organisations: asked for on a page, worked out by a task."""

import time
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, replace
from datetime import timedelta

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.matching.engine import Columns, Engine, Lists, Ragged
from partnerships.matching.engine.columns import Array
from partnerships.matching.engine.measures import measures_of
from partnerships.matching.engine.places import share_places
from partnerships.matching.engine.quality import FIRST, agreement_of, found_in, quality_of
from partnerships.matching.enums import ComparisonState
from partnerships.matching.models import Policy, PolicyComparison
from partnerships.matching.queries import load_columns, weights_of
from partnerships.matching.queries.comparisons import Yeses, said_yes
from partnerships.matching.queries.showing import crowd_of, sharing_of
from partnerships.matching.services.packing import pack_all_profiles
from phare_platform.accounts.models import User
from phare_platform.lib.errors import Refusal, refused_by
from phare_platform.lib.jobs import later
from phare_platform.trace.services import leave_trace

MOST_COMPARED = 100_000  # above, a sample of the lists is computed, each against everyone
SAMPLE, SEED = 20_000, 2026
GIVEN_UP_AFTER = timedelta(minutes=40)  # longer than the task may take: its process is dead
TOLD_EVERY = 1.0  # seconds
Measures = dict[str, float | int | None]


@transaction.atomic
def ask_comparison(first: Policy, *, second: Policy, by: User | None) -> PolicyComparison:
    """Have two policies compared soon, by a task.

    Raises Refusal for a policy with itself, Conflict (`comparison_one_per_pair`) while the same
    two are being compared; one whose process died does not stand in the way.
    """
    if first.pk == second.pk:
        raise Refusal(_("Choose two different policies."), code="comparison_of_two")
    PolicyComparison.objects.filter(
        state__in=[ComparisonState.WAITING, ComparisonState.RUNNING],
        created_at__lt=timezone.now() - GIVEN_UP_AFTER,
    ).update(state=ComparisonState.FAILED, finished_at=timezone.now(), error="interrupted")
    under_way = refused_by(
        "comparison_one_per_pair", _("These two policies are being compared already.")
    )
    with under_way, transaction.atomic():
        comparison = PolicyComparison.objects.create(first=first, second=second, created_by=by)
    leave_trace("matching.ask_comparison", comparison, by=by, first=first.name, second=second.name)
    later("partnerships.matching.compare_policies", comparison_id=comparison.pk)
    return comparison


def run_comparison(comparison: PolicyComparison) -> PolicyComparison:
    """Compute both policies on today's organisations and keep what comes out.

    Stores no list: nobody sees anything of it. Does nothing unless the comparison waits, so that
    a task handed out twice works once. A failure is recorded with its reason, then raised. Not one
    transaction: the computation takes seconds to minutes and tells how far it is.
    """
    waiting = PolicyComparison.objects.filter(pk=comparison.pk, state=ComparisonState.WAITING)
    if not waiting.update(state=ComparisonState.RUNNING, started_at=timezone.now()):
        return comparison
    try:
        _compare(comparison)
    except BaseException as error:  # a time limit leaves a record too
        PolicyComparison.objects.filter(pk=comparison.pk).update(
            state=ComparisonState.FAILED,
            finished_at=timezone.now(),
            error=f"{type(error).__name__}: {error}"[:2000],
        )
        raise
    comparison.refresh_from_db()
    return comparison


@dataclass(frozen=True)
class Today:
    """What both policies are computed on: everyone, the lists to compute, who said yes.

    In `anew`, those who said yes to each other have not met yet.
    """

    columns: Columns
    anew: Columns
    rows: Array
    yeses: Yeses


def _compare(comparison: PolicyComparison) -> None:
    today = _today()
    tell = _teller(comparison, today)
    one, first = _computed(comparison.first, today, tell)
    other, second = _computed(comparison.second, today, tell)
    PolicyComparison.objects.filter(pk=comparison.pk).update(
        state=ComparisonState.DONE,
        finished_at=timezone.now(),
        done_count=2 * len(today.rows),
        result={
            "first": first,
            "second": second,
            "agreement": asdict(agreement_of(one, other)),
            "yeses": len(today.yeses.pairs),
        },
    )


def _today() -> Today:
    pack_all_profiles(only_missing=True)
    columns, yeses = load_columns(), said_yes()
    anew = replace(columns, excluded=_without(columns, yeses.pairs))
    return Today(columns, anew, _rows(len(columns)), yeses)


def _without(columns: Columns, pairs: Collection[tuple[int, int]]) -> Ragged:
    """The exclusions, these pairs of ids left out."""
    excluded, size = columns.excluded, len(columns)
    owner = np.repeat(np.arange(size), np.diff(excluded.starts))
    ids = np.array(sorted(pairs), np.int64).reshape(-1, 2)
    ids = ids[np.isin(ids, columns.ids).all(axis=1)]  # others are not active
    one, other = np.searchsorted(columns.ids, ids.T)
    let_off = np.concatenate([one * size + other, other * size + one])
    kept = ~np.isin(owner * size + excluded.values, let_off)
    starts = np.zeros(size + 1, excluded.starts.dtype)
    np.cumsum(np.bincount(owner[kept], minlength=size), out=starts[1:])
    return Ragged(starts, excluded.values[kept])


def _rows(size: int) -> Array:
    """Everyone, or the same sample every time where there are too many."""
    if size <= MOST_COMPARED:
        return np.arange(size)
    return np.sort(np.random.default_rng(SEED).choice(size, SAMPLE, replace=False))


def _computed(policy: Policy, today: Today, tell: Callable[[int], None]) -> tuple[Lists, Measures]:
    """What everyone would read under a policy, and all its measures."""
    started = time.process_time()
    engine = Engine(today.columns, weights_of(policy))
    lists = engine.lists(policy.list_length, rows=today.rows, progress=tell)
    shown, fairness = _shown(policy, today, lists)
    measures: Measures = asdict(quality_of(today.columns, shown))
    measures |= {"cpu_seconds": round(time.process_time() - started, 3), "pairs": engine.pairs}
    return shown, measures | fairness | _answers(policy, today)


def _shown(policy: Policy, today: Today, lists: Lists) -> tuple[Lists, Measures]:
    """The places shown of each list, and how evenly they spread.

    Places are shared among everyone; a sample shows the heads of its lists and tells nothing of
    fairness.
    """
    if len(today.rows) < len(today.columns):
        return lists, {}
    crowd = crowd_of(lists.organisations, lists.ids, lists.points, now=timezone.now())
    places = share_places(crowd.candidates, sharing_of(policy))
    everyone = np.ones(len(today.columns), np.bool_)
    measured = measures_of(crowd.candidates, places, groups={"all": everyone})["all"]
    ids = np.append(lists.organisations, 0)  # NOBODY finds the 0 at the end
    shown = Lists(lists.organisations, ids[places.rows], places.points, places.counts)
    return shown, dict(measured["after"]) if measured else {}


def _answers(policy: Policy, today: Today) -> Measures:
    """How well the policy finds those who said yes, had they not met yet."""
    asked = np.flatnonzero(np.isin(today.anew.ids, list(today.yeses.wanted)))
    if not len(asked):
        return {}
    lists = Engine(today.anew, weights_of(policy)).lists(FIRST, rows=asked)
    found = found_in(lists, today.yeses.wanted)
    if found is None:
        return {}
    return {
        "precision": found.precision,
        "recall": found.recall,
        "ndcg": found.ndcg,
        "answers_count": found.lists_count,
    }


def _teller(comparison: PolicyComparison, today: Today) -> Callable[[int], None]:
    """Write how far it is, once a second at most, where the page reads it."""
    mine = PolicyComparison.objects.filter(pk=comparison.pk)
    done, told_at = 0, time.monotonic()
    mine.update(
        organisations_count=len(today.columns),
        compared_count=len(today.rows),
        total_count=2 * len(today.rows),
    )

    def tell(more: int) -> None:
        nonlocal done, told_at
        done += more
        if time.monotonic() - told_at >= TOLD_EVERY:
            told_at = time.monotonic()
            mine.update(done_count=done)

    return tell
