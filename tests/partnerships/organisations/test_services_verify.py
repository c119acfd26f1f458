"""The platform team says who an organisation is, or why it could not."""

import pytest

from partnerships.organisations.enums import Verification
from partnerships.organisations.services import refuse_organisation, verify_organisation
from phare_platform.lib.errors import Conflict, Refusal
from phare_platform.outbox.models import Message
from phare_platform.trace.models import Trace


def test_verified_its_owners_are_told(ateliers, dora, alice):
    verify_organisation(ateliers, by=dora)
    assert ateliers.is_verified
    assert ateliers.verified_by == dora
    assert Message.objects.get().recipient == alice
    assert Trace.objects.get().deed == "organisations.verify_organisation"


def test_it_is_verified_once(ateliers, dora):
    verify_organisation(ateliers, by=dora)
    with pytest.raises(Conflict):
        verify_organisation(ateliers, by=dora)
    assert Message.objects.count() == 1


def test_refused_its_owners_read_why(ateliers, dora):
    refuse_organisation(ateliers, by=dora, reason="The SIREN is that of a closed company.")
    assert ateliers.verification == Verification.REFUSED
    assert "closed company" in Message.objects.get().text


def test_a_refusal_gives_a_reason(ateliers, dora):
    with pytest.raises(Refusal):
        refuse_organisation(ateliers, by=dora, reason="  ")


def test_after_a_refusal_it_can_be_verified_and_the_reason_goes(ateliers, dora):
    refuse_organisation(ateliers, by=dora, reason="No number.")
    verify_organisation(ateliers, by=dora)
    assert (ateliers.verification_note, Message.objects.count()) == ("", 2)
