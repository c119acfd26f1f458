"""After a change of one organisation all lists are what a refresh of everyone would make them."""

import random
from dataclasses import replace

import pytest

from partnerships.matching import tasks
from partnerships.matching.models import Policy, SuggestionList
from partnerships.matching.rules import Match
from partnerships.matching.rules.keeping import kept_list
from partnerships.matching.services import refresh_matches, refresh_organisation
from partnerships.organisations.enums import Status
from partnerships.organisations.models import Organisation
from phare_platform.trace.models import Trace
from tests.partnerships.matching.country import (
    DATABASE_HOMES,
    build_country,
    put,
    put_all,
    redeclare,
    stored_lists,
)
from tests.partnerships.matching.world import crowd, profile

pytestmark = pytest.mark.django_db


@pytest.fixture
def everyone(db):
    build_country()
    Policy.objects.create(name="short", is_active=True, list_length=4)
    organisations = put_all(crowd(50, seed=9, homes=DATABASE_HOMES))
    refresh_matches()
    return organisations


def assert_as_after_a_full_refresh():
    kept = stored_lists()
    refresh_matches()
    assert kept == stored_lists()


@pytest.mark.parametrize("seed", range(6))
def test_a_changed_organisation_takes_its_place_everywhere(everyone, seed):
    draw = random.Random(seed)
    for new in crowd(8, seed=100 + seed, homes=DATABASE_HOMES):
        pk = draw.choice(sorted(everyone))
        redeclare(everyone[pk], replace(new, id=pk))
        refresh_organisation(everyone[pk])
    assert_as_after_a_full_refresh()


def test_lists_change_only_where_it_enters_or_leaves(everyone):
    before = stored_lists()
    assert refresh_organisation(everyone[5]) == 0
    assert stored_lists() == before
    best = max(before, key=lambda pk: sum(pk in [m[0] for m in found] for found in before.values()))
    redeclare(everyone[best], profile(best, areas=[11], seeks={1: 1}))
    changed = refresh_organisation(everyone[best])
    after = stored_lists()
    differing = {pk for pk in after if after[pk] != before[pk]} - {best}
    assert changed == len(differing) > 3
    assert_as_after_a_full_refresh()


def test_a_newcomer_gets_a_list_and_a_place(everyone):
    newcomer = put(
        profile(77, areas=[1], home=DATABASE_HOMES[0], acts=dict.fromkeys(range(1, 17), 2))
    )
    assert refresh_organisation(newcomer) > 0
    assert SuggestionList.objects.get(pk=77).partners
    assert_as_after_a_full_refresh()


def test_a_tie_with_the_last_place_goes_to_the_smaller_id(everyone):
    alike = {"areas": [120], "home": DATABASE_HOMES[5], "seeks": {16: 3}, "acts": {16: 3}}
    put_all(profile(pk, **alike) for pk in range(901, 906))
    refresh_matches()
    assert [found[0] for found in stored_lists()[905]] == [901, 902, 903, 904]
    refresh_organisation(put(profile(900, **alike)))
    assert [found[0] for found in stored_lists()[905]] == [900, 901, 902, 903]
    assert_as_after_a_full_refresh()


def test_a_paused_organisation_leaves_every_list(everyone):
    Organisation.objects.filter(pk=3).update(status=Status.PAUSED)
    refresh_organisation(everyone[3])
    assert 3 not in stored_lists()
    assert not SuggestionList.objects.filter(partners__contains=[3]).exists()
    assert_as_after_a_full_refresh()


def test_lists_of_another_policy_wait_for_the_next_refresh(everyone):
    before = stored_lists()
    Policy.objects.update(is_active=False)
    trial = Policy.objects.create(name="trial", is_active=True, list_length=4)
    Organisation.objects.filter(pk=3).update(status=Status.PAUSED)
    assert refresh_organisation(everyone[3]) == 0
    assert refresh_organisation(everyone[4]) == 0
    assert SuggestionList.objects.get(pk=4).policy == trial
    after = stored_lists()
    assert {pk for pk in before if before[pk] != after.get(pk)} <= {3, 4}


def test_the_list_says_when_it_was_made_and_others_keep_their_time(everyone):
    before = dict(SuggestionList.objects.values_list("pk", "computed_at"))
    redeclare(everyone[5], profile(5, areas=[1], acts=dict.fromkeys(range(1, 17), 3)))
    assert refresh_organisation(everyone[5]) > 0
    after = dict(SuggestionList.objects.values_list("pk", "computed_at"))
    assert {pk for pk in after if after[pk] != before[pk]} == {5}
    assert after[5] > before[5]
    assert Trace.objects.filter(deed="matching.refresh_organisation", subject_id=5).exists()


def test_the_task_passes_over_an_organisation_that_is_gone(everyone):
    assert tasks.refresh_organisations([999]) == 0
    assert not Trace.objects.filter(subject_id=999).exists()
    assert tasks.refresh_organisations([999, 5]) == 0
    assert Trace.objects.filter(subject_id=5).exists()


FULL = [Match(1, 90), Match(2, 80), Match(3, 70)]


@pytest.mark.parametrize(
    ("current", "found", "kept"),
    [
        (FULL[:2], Match(9, 85), [1, 9, 2]),
        (FULL[:2], Match(9, 10), [1, 2, 9]),
        (FULL[:2], None, [1, 2]),
        (FULL, Match(9, 75), [1, 2, 9]),
        (FULL, Match(9, 70), [1, 2, 3]),
        (FULL, Match(9, 60), [1, 2, 3]),
        ([Match(9, 90), *FULL[1:]], Match(9, 75), [2, 9, 3]),
        ([*FULL[:2], Match(9, 70)], Match(9, 71), [1, 2, 9]),
        ([*FULL[:2], Match(9, 70)], Match(9, 70), [1, 2, 9]),
        ([*FULL[:2], Match(9, 70)], Match(9, 69), None),
        ([Match(9, 90), *FULL[1:]], Match(9, 60), None),
        ([*FULL[:2], Match(9, 70)], None, None),
        ([*FULL[:1], Match(9, 70)], None, [1]),
    ],
)
def test_a_list_is_kept_right_or_admits_that_it_cannot_tell(current, found, kept):
    lists = [match.other for match in current], [match.points for match in current]
    result = kept_list(*lists, 9, found and found.points, 3)
    assert (None if result is None else result[0]) == kept
