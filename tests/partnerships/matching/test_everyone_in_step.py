"""What a worker remembers of everyone is brought in step with whatever others committed, or not."""

import random
import threading
import time
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest
from django.db import connection, connections, transaction

from partnerships.matching.engine import Engine
from partnerships.matching.models import MatchingChange, PackedProfile, Policy, SuggestionList
from partnerships.matching.queries import everyone as everyone_module
from partnerships.matching.queries import load_columns, weights_of
from partnerships.matching.queries.everyone import Everyone
from partnerships.matching.queries.exclusions import excluded_with
from partnerships.matching.services import (
    activate_policy,
    refresh_matches,
    refresh_organisations,
    remembering,
    share_places,
)
from partnerships.organisations.models import AreaOfAction, Organisation
from territories.places.models import Containment, Place
from tests.partnerships.matching.country import (
    DATABASE_HOMES,
    build_country,
    put,
    put_all,
    redeclare,
    state_priorities,
    stored_lists,
)
from tests.partnerships.matching.test_incremental import decline, partner, pause_or_wake, shown
from tests.partnerships.matching.world import all_matches, crowd, profile

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people():
    build_country()
    policy = Policy.objects.create(
        name="short", is_active=True, list_length=6, places=4, reserved_places=1, exposure_cap=5
    )
    remembering.forget()
    organisations = put_all(crowd(40, seed=20, homes=DATABASE_HOMES))
    refresh_matches()
    yield policy, organisations
    remembering.forget()


def elsewhere(deed):
    """Do something in another connection, to its end."""

    def run():
        try:
            deed()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    assert not thread.is_alive()


@contextmanager
def unfinished(deed):
    """Do something in a transaction of another connection, and commit it when the block ends."""
    done, go_on = threading.Event(), threading.Event()

    def run():
        try:
            with transaction.atomic():
                deed()
                done.set()
                go_on.wait(30)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert done.wait(30)
        yield
    finally:
        go_on.set()
        thread.join(30)


def assert_as_loaded_anew(everyone):
    """The same answers for all, and every owner of a list that names somebody."""
    fresh = Everyone(everyone.policy)
    engine = Engine(load_columns(), weights_of(everyone.policy))
    for pk in range(1, 80):
        is_here = PackedProfile.objects.filter(pk=pk).exists()
        assert everyone.rows.is_here(pk) == fresh.rows.is_here(pk) == is_here
        assert everyone.naming.owners_of(pk) >= fresh.naming.owners_of(pk)
        if is_here:
            row, other = everyone.rows.row_of(pk), fresh.rows.row_of(pk)
            assert everyone.last[row] == fresh.last[other]
            found = everyone.rows.best(row, excluded_with([pk])[pk], 100)
            found = list(zip(*found, strict=True))
            assert found == all_matches(engine, pk)


def new_profile(pk, seed):
    return replace(crowd(1, seed=seed, homes=DATABASE_HOMES)[0], id=pk)


def test_a_transaction_that_began_first_and_ends_last_is_not_missed(people):
    policy, organisations = people
    everyone = Everyone(policy)
    with unfinished(lambda: redeclare(organisations[3], new_profile(3, 900))):
        redeclare(organisations[4], new_profile(4, 901))
        assert everyone.bring_in_step()
        assert_as_loaded_anew(everyone)
        redeclare(organisations[5], new_profile(5, 902))
        assert everyone.bring_in_step()
        assert_as_loaded_anew(everyone)
    assert everyone.bring_in_step()
    assert_as_loaded_anew(everyone)
    assert not np.array_equal(Everyone(policy).last, [])


def test_one_that_is_under_way_while_everyone_is_loaded_is_not_missed(people):
    policy, organisations = people
    with unfinished(lambda: redeclare(organisations[3], new_profile(3, 900))):
        everyone = Everyone(policy)
        assert_as_loaded_anew(everyone)
    assert everyone.bring_in_step()
    assert_as_loaded_anew(everyone)


def test_what_this_transaction_changes_later_is_not_missed(people):
    policy, organisations = people
    with transaction.atomic():
        redeclare(organisations[3], new_profile(3, 900))
        everyone = Everyone(policy)
        elsewhere(lambda: redeclare(organisations[4], new_profile(4, 901)))
        redeclare(organisations[5], new_profile(5, 902))
        assert everyone.bring_in_step()
        assert_as_loaded_anew(everyone)
        redeclare(organisations[6], new_profile(6, 903))
    elsewhere(lambda: put(profile(70, areas=[31], acts={2: 3}, seeks={4: 1})))
    assert everyone.bring_in_step()
    assert_as_loaded_anew(everyone)


@pytest.mark.parametrize(
    "deed",
    [
        lambda: state_priorities(11, 5, 2, 9),
        lambda: Place.objects.filter(pk=100).update(lat=44.0, lon=1.0),
        lambda: Containment.objects.filter(inner=102).delete(),
        lambda: PackedProfile.objects.filter(pk__lte=20).delete(),
        lambda: AreaOfAction.objects.filter(organisation__lte=20).delete(),
        refresh_matches,
    ],
    ids=["priorities", "position", "containment", "many leave", "areas", "refresh"],
)
def test_what_changes_many_at_once(people, deed, monkeypatch):
    policy, _organisations = people
    everyone = Everyone(policy)
    monkeypatch.setattr(everyone_module, "MOST", 5)
    elsewhere(deed)
    assert not everyone.bring_in_step()
    monkeypatch.setattr(everyone_module, "MOST", 10**6)
    everyone = Everyone(policy)
    assert everyone.bring_in_step()
    assert_as_loaded_anew(everyone)


def test_areas_changed_by_hand_are_noted_row_by_row(people):
    policy, _organisations = people
    everyone = Everyone(policy)
    AreaOfAction.objects.filter(organisation=3).delete()
    AreaOfAction.objects.create(organisation_id=5, place_id=32)
    AreaOfAction.objects.filter(organisation=6, place=1).update(place=10)
    noted = MatchingChange.objects.order_by("pk").last()
    assert not noted.lists
    assert everyone.bring_in_step()
    assert_as_loaded_anew(everyone)


def test_what_fails_is_forgotten(people):
    policy, organisations = people
    refresh_organisations([3], remember=True)
    before = remembering.everyone_now(policy, remember=True)

    with transaction.atomic():
        redeclare(organisations[3], profile(3, areas=[1], acts=dict.fromkeys(range(1, 17), 3)))
        refresh_organisations([3], remember=True)
        transaction.set_rollback(True)
    assert remembering._remembered == {}
    refresh_organisations([4], remember=True)
    again = remembering.everyone_now(policy, remember=True)
    assert again is not before
    assert_as_loaded_anew(again)


def test_it_is_remembered_until_a_refresh_or_another_policy(people):
    refresh_organisations([3], remember=True)
    first = remembering._remembered["everyone"]
    refresh_organisations([4, 5], remember=True)
    assert remembering._remembered["everyone"] is first
    refresh_organisations([4])  # in front of a page: nothing is kept
    assert remembering._remembered == {}
    refresh_organisations([4], remember=True)
    trial = Policy.objects.create(name="trial", list_length=4)
    activate_policy(trial, by=None)
    refresh_organisations([4], remember=True)
    assert remembering._remembered["everyone"].policy == trial
    refresh_matches()
    assert remembering._remembered == {}


def test_a_worker_without_edits_forgets(people, monkeypatch):
    for clock in remembering._clock.values():  # of tests before
        clock.cancel()
    remembering._clock.clear()
    monkeypatch.setattr(remembering, "IDLE", 0.3)
    refresh_organisations([3], remember=True)
    time.sleep(0.2)
    refresh_organisations([4], remember=True)
    assert remembering._remembered
    while clock := remembering._clock.get("idle"):
        clock.join(5)
    assert remembering._remembered == {}


class Workers:
    """Two workers of one process, each with a memory of its own."""

    def __init__(self):
        self.memories = [{}, {}]

    def refresh(self, number, pks):
        remembering._remembered.clear()
        remembering._remembered.update(self.memories[number])
        refresh_organisations(pks, remember=True)
        self.memories[number] = dict(remembering._remembered)


@pytest.mark.parametrize("seed", range(3))
def test_two_workers_that_remember_keep_all_lists_as_a_refresh_would(people, seed):
    _policy, organisations = people
    draw, workers, kinds = random.Random(seed), Workers(), []
    new = iter(crowd(60, seed=400 + seed, homes=DATABASE_HOMES))
    waiting = []
    for _edit in range(40):
        pk, other = draw.sample(sorted(organisations), 2)
        one, two = organisations[pk], organisations[other]
        kind = draw.choice(["declare", "declare", "pause", "decline", "partner", "new", "share"])
        kinds.append(kind)
        if kind == "declare":
            changed = [one]
            elsewhere(lambda one=one: redeclare(one, replace(next(new), id=one.pk)))
        elif kind == "pause":
            changed = pause_or_wake(draw, one)
        elif kind == "decline":
            changed = decline(draw, one, two)
        elif kind == "partner":
            changed = partner(draw, one, two)
        elif kind == "new":
            newcomer = put(replace(next(new), id=max(organisations) + 1))
            organisations[newcomer.pk], changed = newcomer, [newcomer]
        else:
            share_places()
            changed = []
        waiting += [organisation.pk for organisation in changed]
        if draw.random() < 0.6:
            draw.shuffle(waiting)
            workers.refresh(draw.randint(0, 1), waiting)
            waiting = []
    workers.refresh(0, waiting)
    for number in (0, 1):
        everyone = workers.memories[number].get("everyone")
        if everyone and everyone.bring_in_step():
            assert_as_loaded_anew(everyone)
    assert any(workers.memories)
    share_places()
    kept, kept_shown = stored_lists(), shown()
    refresh_matches()
    assert kept == stored_lists(), kinds
    assert kept_shown == shown(), kinds


def test_an_organisation_that_vanishes_leaves_every_list_alone(people):
    refresh_organisations([3], remember=True)
    Organisation.objects.filter(pk=40).delete()
    refresh_organisations([40, 4], remember=True)
    assert not SuggestionList.objects.filter(pk=40).exists()
    assert remembering._remembered["everyone"].rows.is_here(39)
    assert not remembering._remembered["everyone"].rows.is_here(40)


def test_old_notes_go_with_a_refresh(people):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE partnerships_matchingchange SET noted_at = now() - interval '2 days'"
        )
    refresh_matches()
    assert list(MatchingChange.objects.values_list("lists", "organisations")) == [(True, None)]
