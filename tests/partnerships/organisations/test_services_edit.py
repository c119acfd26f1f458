"""Changing a profile: named fields only, traced, a new identity is checked again."""

import pytest

from partnerships.organisations.enums import Verification
from partnerships.organisations.services import edit_organisation, verify_organisation
from phare_platform.lib.errors import Conflict, Refusal
from phare_platform.lib.models import Job
from phare_platform.trace.models import Trace
from tests.partnerships.organisations.factories import OrganisationFactory


def test_only_what_changed_is_written_and_traced(ateliers, alice):
    after = edit_organisation(
        ateliers, by=alice, changes={"name": ateliers.name, "description": "Repairs and company."}
    )
    assert after.description == "Repairs and company."
    trace = Trace.objects.get(deed="organisations.edit_organisation")
    assert trace.details == {"fields": ["description"]}
    assert Job.objects.get().kwargs == {"together": [ateliers.pk]}


def test_a_trace_never_holds_contact_data(ateliers, alice):
    edit_organisation(ateliers, by=alice, changes={"contact_phone": "06 11 22 33 44"})
    assert "06 11" not in str(Trace.objects.get().details)


def test_nothing_changed_leaves_no_trace(ateliers, alice):
    edit_organisation(ateliers, by=alice, changes={"name": ateliers.name})
    assert not Trace.objects.exists()


@pytest.mark.parametrize("changes", [{"name": "Town hall"}, {"siren": "732829320"}])
def test_a_new_identity_asks_for_a_new_check(ateliers, alice, dora, changes):
    verify_organisation(ateliers, by=dora)
    after = edit_organisation(ateliers, by=alice, changes=changes)
    assert after.verification == Verification.UNVERIFIED
    assert after.verified_at is None


def test_a_new_description_does_not(ateliers, alice, dora):
    verify_organisation(ateliers, by=dora)
    assert edit_organisation(ateliers, by=alice, changes={"description": "New."}).is_verified


def test_a_new_siret_brings_its_siren(ateliers, alice):
    after = edit_organisation(ateliers, by=alice, changes={"siret": "73282932000074"})
    assert after.siren == "732829320"


def test_the_number_of_another_organisation_is_refused(ateliers, alice, poitiers):
    OrganisationFactory(home=poitiers, siren="732829320")
    with pytest.raises(Conflict) as conflict:
        edit_organisation(ateliers, by=alice, changes={"siren": "732829320"})
    assert conflict.value.code == "organisation_siren_once"


def test_a_wrong_number_is_refused_by_its_rule(ateliers, alice):
    with pytest.raises(Refusal) as refusal:
        edit_organisation(ateliers, by=alice, changes={"siren": "732829321"})
    assert refusal.value.code == "siren_check_digit"


@pytest.mark.parametrize("field", ["status", "verification", "source", "is_fictitious", "id"])
def test_what_members_do_not_decide_cannot_be_changed(ateliers, alice, field):
    with pytest.raises(ValueError, match="not editable"):
        edit_organisation(ateliers, by=alice, changes={field: "x"})
