"""What stands in the way of an organisation is kept with its list: of all, and of one edited."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from partnerships.matching.models import Introduction, Obstacle, Policy, SuggestionAnswer
from partnerships.matching.services import refresh_matches, refresh_organisation
from partnerships.organisations.models import Organisation
from tests.partnerships.matching.country import (
    DATABASE_HOMES,
    build_country,
    put_all,
    redeclare,
)
from tests.partnerships.matching.world import crowd, profile

pytestmark = pytest.mark.django_db


def kept():
    return {o.pk: (o.kind, o.domain_id, o.acting_count) for o in Obstacle.objects.all()}


def kinds():
    return {pk: kind for pk, (kind, _domain, _count) in kept().items()}


@pytest.fixture
def country(db):
    build_country()
    return Policy.objects.create(name="present", is_active=True)


HOME, FAR = DATABASE_HOMES[0], DATABASE_HOMES[5]
CAST = [
    profile(1, areas=[11], home=HOME, acts={5: 3}, seeks={1: 2}),
    profile(2, areas=[11], home=HOME, acts={1: 3}, seeks={5: 2}),
    profile(3, areas=[11], home=HOME),  # nothing declared
    profile(4, areas=[], home=HOME, acts={5: 1}),  # nowhere
    profile(5, areas=[12], home=HOME, seeks={1: 2, 16: 3}),  # works where nobody does
    profile(6, areas=[30], home=HOME, seeks={16: 3}),  # on what nobody does
    profile(7, areas=[11], home=FAR, needs=["money_grant"], modes=["patronage"], acts={5: 1}),
    profile(8, areas=[21], home=FAR, acts={2: 1}),
    profile(9, areas=[21], home=FAR, acts={2: 1}),
]


def test_each_reason_is_found_by_a_refresh(country):
    organisations = put_all(CAST)
    Organisation.objects.filter(pk=9).update(status="paused")
    Policy.objects.update(floor=6000)
    refresh_matches()
    assert kinds() == {
        3: "nothing_declared",
        4: "no_area",
        5: "nobody_around",
        6: "no_domain",
        7: "below_floor",
        8: "nobody_around",
        9: "paused",
    }
    assert kept()[5] == ("nobody_around", 1, 1)  # one at home in its department acts on it
    assert kept()[6] == ("no_domain", 16, 0)
    SuggestionAnswer.objects.create(
        organisation=organisations[1], other=organisations[2], kind="declined"
    )
    Introduction.objects.create(
        first=organisations[1], second=organisations[3], expires_at=timezone.now()
    )
    Organisation.objects.filter(pk=1).update(capacity=1)
    refresh_matches()
    assert (kinds()[1], kinds()[2]) == ("full", "below_floor")


def test_everyone_who_fits_being_known_is_a_reason_of_its_own(country):
    one, other = put_all(CAST[:2]).values()
    refresh_matches()
    assert kinds() == {}
    SuggestionAnswer.objects.create(organisation=one, other=other, kind="declined")
    refresh_matches()
    assert kinds() == {1: "all_known", 2: "all_known"}


def test_what_stays_the_same_keeps_its_date_and_what_is_over_goes(country):
    put_all(CAST)
    refresh_matches()
    long_ago = timezone.now() - timedelta(days=30)
    Obstacle.objects.update(since=long_ago)
    redeclare(Organisation.objects.get(pk=3), profile(3, areas=[11], seeks={16: 1}))
    Organisation.objects.filter(pk=6).update(status="closed")
    refresh_matches()
    since = dict(Obstacle.objects.values_list("pk", "since"))
    assert since[4] == since[5] == long_ago
    assert since[3] > long_ago  # still nobody, for another reason
    assert 6 not in since


def test_an_edit_puts_its_own_obstacle_right_and_those_of_whom_it_frees(country):
    put_all(CAST[:1])
    refresh_matches()
    assert kinds() == {1: "nobody_around"}
    new = put_all(CAST[1:2])[2]
    refresh_organisation(new)
    assert kinds() == {}
    Organisation.objects.filter(pk=2).update(status="paused")
    refresh_organisation(new)
    assert kinds() == {1: "nobody_around", 2: "paused"}


@pytest.mark.parametrize("seed", range(4))
def test_after_an_edit_its_obstacle_is_the_one_that_a_refresh_would_find(country, seed):
    Policy.objects.update(floor=6500)
    organisations = put_all(crowd(25, seed=seed, homes=DATABASE_HOMES))
    refresh_matches()
    draw = random.Random(seed)
    found = set()
    for new in crowd(8, seed=50 + seed, homes=DATABASE_HOMES):
        pk = draw.choice(sorted(organisations))
        redeclare(organisations[pk], replace(new, id=pk))
        refresh_organisation(organisations[pk])
        mine = kept().get(pk)
        with_list = {k for k in organisations if k not in kept()}
        refresh_matches()
        assert kept().get(pk) == mine
        assert with_list == {k for k in organisations if k not in kept()}
        found.add(mine and mine[0])
    assert found - {None}
