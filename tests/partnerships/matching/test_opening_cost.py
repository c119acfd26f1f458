"""Opening a suggestion costs a dozen queries at most, and no more when everyone is here thrice."""

import pytest

from partnerships.matching.models import Policy, SuggestionList
from partnerships.matching.queries.close_ups import close_ups
from partnerships.matching.queries.profiles import load_profiles, profiles_of
from partnerships.matching.services import pack_profiles, refresh_matches
from partnerships.organisations.enums import Status
from partnerships.organisations.models import Organisation, ResourceDeclaration
from tests.partnerships.matching.country import (
    DATABASE_HOMES,
    build_country,
    put_all,
    state_priorities,
)
from tests.partnerships.matching.world import crowd as draw_crowd

pytestmark = pytest.mark.django_db
PAGE = "/suggestions/"
# address, and what opening it costs with session, person, organisation and header
COSTS = {"page": 14, "second page": 14, "one": 13, "api list": 11, "api one": 12}


def address(name, organisation, other):
    api = f"/api/v1/organisations/{organisation.pk}/suggestions/"
    return {
        "page": PAGE,
        "second page": f"{PAGE}?page=2",
        "one": f"{PAGE}{other.pk}/",
        "api list": api,
        "api one": f"{api}{other.pk}/",
    }[name]


@pytest.fixture
def grow(make_organisation):
    """More organisations that fit, each with its list and its place in those of others."""

    def more(count):
        Policy.objects.get_or_create(name="2026-11", is_active=True)
        start = Organisation.objects.count()
        for number in range(start, start + count):
            make_organisation(
                f"Voisine {number:03}",
                type=["association", "sme", "municipality", "university"][number % 4],
                home=["poitiers", "chatellerault", "bressuire"][number % 3],
                acts={11: 2},
                seeks={5: 1},
            )
        pack_profiles(Organisation.objects.values_list("pk", flat=True))
        refresh_matches()

    return more


@pytest.mark.parametrize("name", list(COSTS))
def test_opening_costs_the_same_with_three_times_as_many(
    client, alice, ateliers, grow, django_assert_max_num_queries, name
):
    client.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    costs = []
    for count in (20, 40):
        grow(count)
        other = Organisation.objects.get(pk=SuggestionList.objects.get(pk=ateliers.pk).shown[0])
        client.get(address(name, ateliers, other))
        with django_assert_max_num_queries(COSTS[name]) as captured:
            assert client.get(address(name, ateliers, other)).status_code == 200
        costs.append(len(captured))
    assert costs[0] == costs[1]


def test_close_ups_are_the_profiles_that_matching_goes_by():
    build_country()
    state_priorities(11, 3, 1)
    state_priorities(31, 5)
    put_all(draw_crowd(60, seed=3, homes=DATABASE_HOMES))
    Organisation.objects.filter(pk=4).update(status=Status.PAUSED)
    ResourceDeclaration.objects.filter(side="offer").update(note="le mardi")
    pks = range(1, 70)
    known = close_ups(pks)
    assert {pk: one.profile for pk, one in known.items()} == profiles_of(pks)
    assert len(load_profiles()) == 59
    for one in known.values():
        assert one.notes == dict.fromkeys(one.profile.offers, "le mardi")
        place = one.priority_place
        assert (place.pk if place else None) == one.profile.priority_place
        if place:
            place_again = type(place).objects.get(pk=place.pk)
            assert (place.name, place.level) == (place_again.name, place_again.level)


def test_a_close_up_costs_one_query(ateliers, crowd, django_assert_num_queries):
    with django_assert_num_queries(1):
        close_ups([ateliers.pk, *(other.pk for other in crowd)])
