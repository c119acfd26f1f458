"""A refresh in processes of their own: killed at any moment, or shared by several."""

import random
import time

import pytest
from django.db import connection, transaction

from partnerships.matching.engine import Engine
from partnerships.matching.enums import RefreshState
from partnerships.matching.models import (
    Policy,
    Refresh,
    RefreshChunk,
    RefreshInput,
    SuggestionList,
)
from partnerships.matching.queries import load_columns
from partnerships.matching.rules import Weights
from partnerships.matching.services import compute_chunks, refresh_matches
from partnerships.matching.services.swapping import FRESH
from phare_platform.lib.models import Job
from tests.partnerships.matching.country import (
    DATABASE_HOMES,
    build_country,
    put_all,
    stored_lists,
)
from tests.partnerships.matching.processes import workers
from tests.partnerships.matching.test_services_swapping import schema
from tests.partnerships.matching.world import crowd

pytestmark = pytest.mark.django_db(transaction=True)
SIZE = 150
CHUNKS = {"MATCHING_ONE_TASK_UP_TO": "10", "MATCHING_CHUNK": "4"}


@pytest.fixture
def everyone(db):
    build_country()
    change_policy("first", 3000)
    return put_all(crowd(SIZE, seed=8, homes=DATABASE_HOMES))


def change_policy(name, complementary):
    """Another policy, with which the lists are others."""
    with transaction.atomic():
        Policy.objects.update(is_active=False)
        return Policy.objects.create(
            name=name,
            is_active=True,
            list_length=8,
            complementary=complementary,
            shared=5000 - complementary,
        )


def whole_lists():
    """Every stored list, after making sure that all come from one and the same refresh."""
    rows = list(SuggestionList.objects.values_list("policy", "computed_at"))
    assert len(rows) == SIZE
    assert len(set(rows)) == 1
    return rows[0][0], stored_lists()


@pytest.mark.parametrize("environment", [{}, CHUNKS], ids=["alone", "in chunks"])
def test_killed_at_any_moment_the_lists_are_whole_and_the_next_run_finishes(everyone, environment):
    dice = random.Random(20261121)
    refresh_matches()
    made = schema()
    known, lists = whole_lists()
    killed = 0
    with workers(1, **environment) as (worker,):
        started = time.monotonic()
        worker.start("refresh")
        assert worker.ended() == 0
        usual = time.monotonic() - started
        known, lists = whole_lists()
        for number in range(10):
            policy = change_policy(f"policy-{number}", 1000 + 200 * number)
            worker.start("refresh")
            time.sleep(dice.uniform(0.05, 1.0) * usual)
            killed += worker.kill()
            now, found = whole_lists()
            if now == known:
                assert found == lists  # yesterday's, untouched
            else:
                assert now == policy.pk  # killed after the swap
            known, lists = now, found
        worker.start("refresh")
        assert worker.ended() == 0
    assert killed >= 7
    last, found = whole_lists()
    assert last == policy.pk
    states = list(Refresh.objects.order_by("pk").values_list("state", flat=True))
    assert states[-1] == RefreshState.DONE
    assert RefreshState.RUNNING not in states
    assert schema() == made
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [FRESH])
        assert cursor.fetchone() == (None,)
    refresh_matches()
    assert stored_lists() == found


def test_two_processes_share_a_refresh_and_find_what_one_finds(everyone):
    expected = refresh_matches()
    lists = stored_lists()
    shared = False
    with workers(2, **CHUNKS) as (helper, coordinator):
        for _ in range(5):  # the first may be through before the second has looked up
            SuggestionList.objects.all().delete()
            helper.start("help")
            coordinator.start("refresh")
            assert coordinator.ended() == 0
            assert helper.ended() == 0
            assert stored_lists() == lists
            refresh = Refresh.objects.latest("pk")
            shared = len(set(refresh.chunks.values_list("worker", flat=True))) == 2
            if shared:
                break
    assert shared
    assert refresh.state == RefreshState.DONE
    for count in ("organisations_count", "with_suggestions_count", "pairs_count"):
        assert getattr(refresh, count) == getattr(expected, count)
    assert (refresh.done_count, refresh.total_count) == (SIZE, SIZE)
    assert refresh.cpu_seconds > sum(refresh.chunks.values_list("cpu_seconds", flat=True))
    assert not RefreshInput.objects.exists()
    assert not RefreshChunk.objects.filter(lists__isnull=False).exists()


def test_a_change_in_the_middle_touches_no_chunk_and_is_dealt_with_afterwards(everyone):
    refresh_matches()
    lists = stored_lists()
    with workers(2, **CHUNKS) as (helper, coordinator):
        helper.start("help")
        coordinator.start("refresh")
        while not RefreshChunk.objects.filter(done_at__isnull=False).exists():
            time.sleep(0.005)
        everyone[5].declarations.all().delete()
        everyone[9].areas.all().delete()
        assert coordinator.ended() == 0
        assert helper.ended() == 0
    assert stored_lists() == lists


def test_the_chunk_of_a_helper_that_dies_is_taken_up_by_another(everyone):
    refresh_matches()
    lists = stored_lists()
    dice, killed = random.Random(5), 0
    with workers(2, **CHUNKS) as (helper, coordinator):
        for _ in range(5):
            helper.start("help")
            coordinator.start("refresh")
            while not RefreshChunk.objects.filter(refresh__state="running").exists():
                time.sleep(0.002)
            time.sleep(dice.uniform(0, 0.15))
            killed += helper.kill()
            assert coordinator.ended() == 0
            assert stored_lists() == lists
            Job.objects.all().delete()
    assert killed


def test_a_chunk_that_somebody_computes_is_left_to_them(everyone):
    refresh = Refresh.objects.create(policy=Policy.objects.get(), total_count=SIZE)
    for number, first in enumerate((0, 75)):
        RefreshChunk.objects.create(refresh=refresh, number=number, first=first, end=first + 75)
    engine = Engine(load_columns(), Weights())
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT 1 FROM partnerships_refreshchunk WHERE number = 0 FOR UPDATE")
        assert compute_chunks(refresh, engine=engine) == 1
        cursor.execute("ROLLBACK")
    other.close()
    assert compute_chunks(refresh, engine=engine) == 1
    assert compute_chunks(refresh) == 0
    assert not refresh.chunks.filter(done_at=None).exists()
