"""Everyone's lists change all at once, and the table is afterwards what migrations made of it."""

import threading
from datetime import UTC, datetime

import numpy as np
import pytest
from django.db import connection, connections, transaction

from partnerships.matching.engine import Lists
from partnerships.matching.models import Policy, SuggestionList
from partnerships.matching.services import refresh_matches, refresh_organisation
from partnerships.matching.services.showing import Shown
from partnerships.matching.services.swapping import (
    FRESH,
    LIVE,
    check_references,
    swapped,
    write_fresh,
)
from partnerships.organisations.enums import Status
from partnerships.organisations.models import Organisation
from phare_platform.lib.models import Job
from tests.partnerships.matching.country import DATABASE_HOMES, build_country, put_all, stored_lists
from tests.partnerships.matching.world import crowd

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 11, 20, 1, 30, 5, 123456, tzinfo=UTC)

SCHEMA = """
SELECT 'column', attname, format_type(atttypid, atttypmod), attnotnull::text, attstorage::text,
       coalesce(pg_get_expr(adbin, adrelid), ''), attidentity::text
FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attrelid = %(table)s::regclass AND attnum > 0 AND NOT attisdropped
UNION ALL
SELECT 'constraint', conname, pg_get_constraintdef(oid), contype::text, convalidated::text,
       condeferrable::text, coalesce(confrelid::regclass::text, '')
FROM pg_constraint WHERE conrelid = %(table)s::regclass
UNION ALL
SELECT 'index', indexname, indexdef, '', '', '', '' FROM pg_indexes WHERE tablename = %(table)s
UNION ALL
SELECT 'trigger', tgfoid::regproc::text, tgtype::text, '', '', '', ''
FROM pg_trigger WHERE tgrelid = %(table)s::regclass
ORDER BY 1, 2, 3
"""


def schema():
    with connection.cursor() as cursor:
        cursor.execute(SCHEMA, {"table": LIVE})
        return cursor.fetchall()


@pytest.fixture
def everyone(db):
    build_country()
    Policy.objects.create(name="first", is_active=True, list_length=6, places=4)
    return put_all(crowd(40, seed=4, homes=DATABASE_HOMES))


def change_policy(name):
    with transaction.atomic():
        Policy.objects.update(is_active=False)
        return Policy.objects.create(name=name, is_active=True, list_length=6, places=4)


def forget_the_check():
    """References as a swap leaves them before they are checked."""
    with connection.cursor() as cursor:
        for _kind, name, definition, contype, *_rest in schema():
            if contype == "f":
                cursor.execute(f'ALTER TABLE {LIVE} DROP CONSTRAINT "{name}"')
                again = f'ADD CONSTRAINT "{name}" {definition} NOT VALID'
                cursor.execute(f"ALTER TABLE {LIVE} {again}")


def test_the_schema_is_the_one_that_migrations_made(everyone):
    made = schema()
    assert {kind for kind, *_rest in made} == {"column", "constraint", "index", "trigger"}
    for _ in range(2):
        refresh_matches()
        assert schema() == made


def test_a_swap_cut_short_before_the_references_are_checked_is_mended_by_the_next(everyone):
    made = schema()
    refresh_matches()
    forget_the_check()
    assert schema() != made
    refresh_matches()
    assert schema() == made


def test_an_organisation_deleted_a_moment_before_the_swap_leaves_no_list(everyone):
    made = schema()
    refresh_matches()
    lists = stored_lists()
    forget_the_check()
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SET LOCAL session_replication_role = replica")  # nobody checks
        cursor.execute(f"UPDATE {LIVE} SET organisation_id = 99 WHERE organisation_id = 7")  # noqa: S608
    check_references()
    assert schema() == made
    del lists[7]
    assert stored_lists() == lists


def test_every_length_of_list_comes_back_as_it_was_written(everyone):
    dice = np.random.default_rng(7)
    counts = np.array([k % 7 for k in range(40)], np.int32)
    ids = dice.integers(1, 2**31 - 1, (40, 6))
    points = dice.integers(0, 10_001, (40, 6)).astype(np.int32)
    nothing = np.zeros((40, 6), np.int32)
    tables = {"ids": ids, "points": points, "brings": nothing, "receives": nothing}
    known = {name: tables[name] for name in Lists.__slots__ if name in tables}
    lists = Lists(organisations=np.arange(1, 41), counts=counts, **known)
    policy = Policy.objects.get()
    shown = Shown(ids[:, :4], points[:, :4], np.minimum(counts, 4), np.zeros(40, np.int16))
    write_fresh(lists, shown=shown, policy=policy, at=AT)
    with swapped(at=AT) as overtaken:
        assert overtaken == []
    for k, stored in enumerate(SuggestionList.objects.order_by("pk")):
        assert stored.partners == ids[k, : counts[k]].tolist()
        assert stored.points == points[k, : counts[k]].tolist()
        assert stored.shown == stored.partners[:4]
        assert stored.shown_points == stored.points[:4]
        assert (stored.policy_id, stored.computed_at) == (policy.pk, AT)
        assert stored.reserved_count == 0


def test_who_leaves_before_the_swap_gets_no_list_and_leaves_those_of_others(everyone):
    refresh_matches()
    Organisation.objects.filter(pk=3).delete()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {FRESH} (LIKE {LIVE} INCLUDING ALL EXCLUDING INDEXES)")
        cursor.execute(f"ALTER TABLE {FRESH} ADD CONSTRAINT {FRESH}_key_2 PRIMARY KEY (policy_id)")
    refresh = refresh_matches()  # what was left over of another one does not disturb it
    assert refresh.organisations_count == 39

    def then_pause():
        Organisation.objects.filter(pk=4).update(status=Status.PAUSED)

    lists_of_before = stored_lists()
    with pytest.MonkeyPatch.context() as patch:
        from partnerships.matching.services import refreshing

        write = refreshing.write_fresh

        def write_then_pause(*values, **more):
            write(*values, **more)
            then_pause()

        patch.setattr(refreshing, "write_fresh", write_then_pause)
        refresh_matches()
    assert set(lists_of_before) - set(stored_lists()) == {4}
    waiting = Job.objects.filter(task="partnerships.matching.refresh_organisations")
    assert [job.kwargs for job in waiting] == [{"together": [4]}]


def test_readers_never_see_a_half(everyone):
    refresh_matches()
    seen, wrong, stop = set(), [], threading.Event()

    def read():
        try:
            while not stop.is_set():
                rows = SuggestionList.objects.values_list("policy", "computed_at")
                found = list(rows)
                if len(found) != 40 or len(set(found)) != 1:
                    wrong.append((len(found), set(found)))
                seen.update(found)
                one = SuggestionList.objects.get(pk=7)
                if len(one.partners) != len(one.points):
                    wrong.append(one)
        except Exception as error:  # whatever it is, the test must hear of it
            wrong.append(error)
        finally:
            connections.close_all()

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(12):
        change_policy(f"policy-{number}")
        refresh_matches()
    stop.set()
    for reader in readers:
        reader.join(30)
    assert not wrong
    assert len(seen) > 6


def test_a_correction_and_a_swap_at_once_leave_both_done(everyone):
    refresh_matches()
    failed = []

    def correct():
        try:
            for pk in range(1, 9):
                refresh_organisation(everyone[pk])
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    other = threading.Thread(target=correct)
    other.start()
    for _ in range(4):
        refresh_matches()
    other.join(60)
    assert not failed
    lists = stored_lists()
    refresh_matches()
    assert stored_lists() == lists


def test_a_long_reader_is_waited_for_and_nobody_is_blocked_behind_it_for_long(everyone):
    refresh_matches()
    before = SuggestionList.objects.get(pk=1).computed_at
    reading, done = threading.Event(), threading.Event()

    def read_slowly():
        with transaction.atomic():
            SuggestionList.objects.count()
            reading.set()
            done.wait(1.5)
        connections.close_all()

    reader = threading.Thread(target=read_slowly)
    reader.start()
    reading.wait(10)
    refresh_matches()  # gives way, tries again, and comes through
    reader.join(30)
    assert SuggestionList.objects.get(pk=1).computed_at > before
