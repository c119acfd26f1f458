"""A refresh gives everyone the oracle's list, alone, all at once or not at all."""

import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from partnerships.matching import tasks
from partnerships.matching.enums import AnswerKind, RefreshState
from partnerships.matching.models import Policy, Refresh, SuggestionAnswer, SuggestionList
from partnerships.matching.queries import load_profiles
from partnerships.matching.rules import Weights
from partnerships.matching.services import (
    ensure_policy,
    progress,
    refresh_matches,
    refresh_organisation,
    refreshing,
)
from partnerships.organisations.enums import Status
from partnerships.organisations.models import Organisation
from phare_platform.lib.errors import Conflict
from phare_platform.lib.models import Job
from phare_platform.trace.models import Trace
from tests.partnerships.matching import oracle
from tests.partnerships.matching.country import (
    DATABASE_HOMES,
    build_country,
    put_all,
    state_priorities,
    stored_lists,
)
from tests.partnerships.matching.world import crowd, inside

pytestmark = pytest.mark.django_db
LENGTH = 8


@pytest.fixture
def everyone(db):
    build_country()
    state_priorities(11, 3, 1)
    state_priorities(31, 5)
    Policy.objects.create(name="short", is_active=True, list_length=LENGTH)
    return put_all(crowd(60, seed=3, homes=DATABASE_HOMES))


def expected(excluded=frozenset()):
    profiles = list(load_profiles().values())
    return {
        one.id: [
            match[:2]
            for match in oracle.full_list(one, profiles, Weights(), inside, excluded)[:LENGTH]
        ]
        for one in profiles
    }


@pytest.fixture
def somebody_at_work(db):
    """Another connection that holds the lock of a running refresh."""
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [refreshing.ONLY_ONE])
        yield
    other.close()


def test_everyone_gets_the_oracles_list(everyone):
    SuggestionAnswer.objects.create(organisation_id=1, other_id=2, kind=AnswerKind.DECLINED)
    refresh = refresh_matches()
    lists = expected({(1, 2)})
    assert stored_lists() == lists
    assert any(len(found) == LENGTH for found in lists.values())
    assert refresh.state == RefreshState.DONE
    assert refresh.organisations_count == 60
    assert refresh.with_suggestions_count == sum(1 for found in lists.values() if found)
    assert refresh.pairs_count > 0
    assert refresh.cpu_seconds > 0
    assert refresh.finished_at >= refresh.started_at
    assert Trace.objects.filter(deed="matching.refresh_matches", subject_id=refresh.pk).exists()


def test_lists_name_their_policy_and_time(everyone):
    refresh = refresh_matches()
    stored = SuggestionList.objects.first()
    assert stored.policy == refresh.policy
    assert refresh.started_at <= stored.computed_at <= refresh.finished_at


def test_the_next_refresh_replaces_all_lists(everyone):
    refresh_matches()
    Organisation.objects.filter(pk=1).update(status=Status.PAUSED)
    refresh_matches()
    assert stored_lists() == expected()
    assert 1 not in stored_lists()
    assert all(1 not in stored.partners for stored in SuggestionList.objects.all())


def test_a_failure_keeps_yesterdays_lists_and_says_why(everyone, monkeypatch):
    refresh_matches()
    before = stored_lists()
    Organisation.objects.filter(pk=1).update(status=Status.PAUSED)

    def break_down(*_args, **_values):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(refreshing, "_record_success", break_down)
    with pytest.raises(RuntimeError):
        refresh_matches()
    assert stored_lists() == before
    failed = Refresh.objects.latest("pk")
    assert (failed.state, failed.error) == (RefreshState.FAILED, "RuntimeError: the disk is full")
    assert failed.finished_at


def test_a_second_refresh_says_that_one_is_running(everyone, somebody_at_work):
    with pytest.raises(Conflict) as refused:
        refresh_matches()
    assert refused.value.code == "refresh_running"
    assert not Refresh.objects.exists()


def test_the_task_leaves_when_a_refresh_is_running(everyone, somebody_at_work):
    assert tasks.refresh() is None


def test_a_refresh_whose_process_died_does_not_stand_in_the_way(everyone):
    dead = Refresh.objects.create(policy=ensure_policy())
    assert refresh_matches().state == RefreshState.DONE
    dead.refresh_from_db()
    assert (dead.state, dead.error) == (RefreshState.FAILED, "interrupted")


def test_the_lock_is_free_again_afterwards(everyone):
    refresh_matches()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [refreshing.ONLY_ONE])
        assert cursor.fetchone() == (True,)
    other.close()


def test_who_changed_meanwhile_is_computed_again(everyone, monkeypatch):
    load = refreshing.load_columns

    def load_then_change():
        columns = load()
        refresh_organisation(everyone[7])
        return columns

    monkeypatch.setattr(refreshing, "load_columns", load_then_change)
    refresh_matches()
    wanted = Job.objects.filter(task="partnerships.matching.refresh_organisations")
    assert [job.kwargs for job in wanted] == [{"together": [7]}]


def test_progress_reaches_the_end(everyone):
    told = []
    refresh_matches(progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (60, 60)
    assert [done for done, _total in told] == sorted(done for done, _total in told)


def test_progress_is_in_the_database_while_it_goes_on(everyone, monkeypatch):
    monkeypatch.setattr(progress, "EVERY", 0.001)
    noted = []

    def look(done, _total):
        kept = Refresh.objects.get()
        noted.append((kept.state, kept.done_count, kept.total_count, done))

    refresh = refresh_matches(progress=look)
    assert {(state, total) for state, _kept, total, _done in noted} == {(RefreshState.RUNNING, 60)}
    assert all(kept == done for _state, kept, _total, done in noted)
    refresh.refresh_from_db()
    assert (refresh.done_count, refresh.total_count) == (60, 60)


def test_the_lists_are_given_up_with_the_refresh(everyone, monkeypatch):
    """An interruption reaches the engine while it works, and the engine ends."""
    at_an_end = threading.Event()

    def endless(self, length, *, before, progress):
        try:
            while True:
                progress(1)
        finally:
            at_an_end.set()

    def interrupt(_done, _total):
        raise KeyboardInterrupt

    monkeypatch.setattr(refreshing.Engine, "lists", endless)
    with pytest.raises(KeyboardInterrupt):
        refresh_matches(progress=interrupt)
    assert at_an_end.is_set()
    assert Refresh.objects.get().error == "KeyboardInterrupt: "


def test_in_chunks_everyone_gets_the_same_list(everyone, settings):
    SuggestionAnswer.objects.create(organisation_id=1, other_id=2, kind=AnswerKind.DECLINED)
    settings.MATCHING_ONE_TASK_UP_TO, settings.MATCHING_CHUNK = 59, 13
    told = []
    refresh = refresh_matches(progress=lambda done, _total: told.append(done))
    assert stored_lists() == expected({(1, 2)})
    assert [(chunk.first, chunk.end) for chunk in refresh.chunks.order_by("number")] == [
        (0, 13), (13, 26), (26, 39), (39, 52), (52, 60),
    ]  # fmt: skip
    assert told == [13, 26, 39, 52, 60]
    helpers = Job.objects.filter(task="partnerships.matching.refresh_chunk")
    assert helpers.count() == 4
    assert tasks.refresh_chunk(**helpers[0].kwargs) == 0  # too late: nothing left to do
    assert stored_lists() == expected({(1, 2)})


def test_up_to_the_limit_one_task_does_it_alone(everyone, settings):
    settings.MATCHING_ONE_TASK_UP_TO = 60
    assert not refresh_matches().chunks.exists()
    assert not Job.objects.filter(task="partnerships.matching.refresh_chunk").exists()


def test_nobody_to_match_is_no_failure(db):
    refresh = refresh_matches()
    assert (refresh.state, refresh.organisations_count) == (RefreshState.DONE, 0)


def test_the_task_says_how_many_got_a_suggestion(everyone):
    assert tasks.refresh() == sum(1 for found in expected().values() if found)


def test_the_command_prints_what_came_out(everyone):
    output = StringIO()
    call_command("refresh_matches", stdout=output)
    assert "Policy short: 60 organisations" in output.getvalue()
    assert "CPU seconds" in output.getvalue()


def test_the_command_says_when_one_is_running_and_how_far_it_is(everyone, somebody_at_work):
    Refresh.objects.create(policy=ensure_policy(), total_count=60, done_count=20)
    with pytest.raises(CommandError, match="20 of 60 organisations are done") as refused:
        call_command("refresh_matches")
    assert refused.value.returncode == 1
