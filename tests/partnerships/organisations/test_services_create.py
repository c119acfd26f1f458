"""Creating an organisation: single, owned by its creator, acting around its home."""

import pytest
from django.utils import translation

from partnerships.organisations.enums import Role
from partnerships.organisations.models import Organisation
from partnerships.organisations.services import close_organisation, create_organisation
from phare_platform.lib.errors import Conflict, Refusal
from phare_platform.trace.models import Trace
from tests.partnerships.organisations.factories import OrganisationFactory

SIREN, SIRET, RNA = "732829320", "73282932000074", "W863001234"


def create(by, home, name="Les Jardins", **values):
    return create_organisation(name, type="association", home=home, by=by, **values)


def test_whoever_creates_it_owns_it_and_a_trace_says_so(nina, poitiers):
    organisation = create(nina, poitiers, "  Les   Jardins ")
    assert organisation.name == "Les Jardins"
    assert [(m.user, m.role) for m in organisation.memberships.all()] == [(nina, Role.OWNER)]
    trace = Trace.objects.get(deed="organisations.create_organisation")
    assert (trace.actor, trace.subject_id) == (nina, organisation.pk)


def test_it_acts_in_its_department_and_in_neighbours_beyond_the_border(nina, places):
    organisation = create(nina, places["latille"])
    codes = [area.place.name for area in organisation.areas.order_by("pk")]
    assert codes == ["Vienne", "Parthenay-Gâtine"]  # 14 km away; Niort is 50 km away


def test_far_from_any_border_it_acts_in_its_department_alone(nina, poitiers):
    assert [a.place.name for a in create(nina, poitiers).areas.all()] == ["Vienne"]


def test_without_a_position_it_acts_in_its_department(nina, places):
    places["latille"].lat = places["latille"].lon = None
    places["latille"].save()
    assert [a.place.name for a in create(nina, places["latille"]).areas.all()] == ["Vienne"]


@pytest.mark.parametrize(
    ("numbers", "constraint"),
    [
        ({"siren": SIREN}, "organisation_siren_once"),
        ({"siret": SIRET}, "organisation_siret_once"),
        ({"rna": RNA}, "organisation_rna_once"),
        ({}, "organisation_name_once"),
    ],
)
def test_the_same_organisation_is_never_created_twice(nina, alice, poitiers, numbers, constraint):
    create(alice, poitiers, **numbers)
    with translation.override("en"), pytest.raises(Conflict, match="ask to join") as conflict:
        create(nina, poitiers, "les jardins", distinct=True, **numbers)
    assert conflict.value.code == constraint
    assert Organisation.objects.count() == 1


def test_one_that_looks_like_another_is_created_once_the_person_says_it_is_distinct(
    nina, alice, poitiers
):
    create(alice, poitiers)
    with pytest.raises(Conflict) as conflict:
        create(nina, poitiers, rna=RNA)
    assert conflict.value.code == "organisation_alike"
    assert Organisation.objects.count() == 1
    assert create(nina, poitiers, rna=RNA, distinct=True).rna == RNA


def test_the_same_name_in_another_municipality_is_another_organisation(nina, places):
    create(nina, places["poitiers"])
    assert create(nina, places["niort"]).pk


def test_a_closed_organisation_keeps_nobody_from_starting_again(nina, alice, poitiers):
    close_organisation(create(alice, poitiers), by=alice)
    assert create(nina, poitiers).pk


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"siren": "732829321"}, "siren_check_digit"),
        ({"siret": "1"}, "siret_length"),
        ({"rna": "X"}, "rna_form"),
        ({"name": "  "}, "name_empty"),
    ],
)
def test_what_cannot_be_is_refused_by_its_rule(nina, poitiers, values, code):
    with pytest.raises(Refusal) as refusal:
        create(nina, poitiers, **values)
    assert refusal.value.code == code
    assert not Organisation.objects.exists()


def test_the_home_is_a_municipality(nina, places):
    with pytest.raises(Refusal) as refusal:
        create(nina, places["vienne"])
    assert refusal.value.code == "home_level"


def test_two_imported_organisations_without_number_may_share_a_name(poitiers):
    OrganisationFactory(name="Amicale", home=poitiers, source="file", source_ref="1")
    assert OrganisationFactory(name="Amicale", home=poitiers, source="file", source_ref="2").pk
