"""Opening a partnership: who takes part, who is told, what is refused."""

import pytest
from django.utils import translation

from partnerships.lifecycle.models import CheckPoint, Partner, PartnershipEvent
from partnerships.lifecycle.services import edit_partnership, load_checklists, open_partnership
from partnerships.organisations.enums import Status
from phare_platform.lib.errors import Conflict, Refusal
from phare_platform.outbox.models import Message
from phare_platform.trace.models import Trace
from territories.fragilities.models import Domain
from tests.partnerships.lifecycle.cast import fresh

pytestmark = pytest.mark.django_db


def opened(workshops, rides, place, by, **fields):
    given = {
        "title": "Navettes du matin",
        "organisations": [workshops, rides],
        "place": place,
        "domains": [Domain.objects.get(pk=11)],
        "by": by,
    }
    return open_partnership(**{**given, **fields})


def test_it_begins_at_prepare_with_both_partners_and_a_first_line(
    register, workshops, rides, poitiers, alice
):
    partnership = opened(workshops, rides, poitiers, alice)
    assert (partnership.stage, partnership.version) == ("prepare", 1)
    assert all(p.agreed_at for p in Partner.objects.filter(partnership=partnership))
    event = PartnershipEvent.objects.get(partnership=partnership)
    assert (event.kind, event.actor, event.on_behalf_of) == ("opened", alice, workshops)
    assert Trace.objects.filter(deed="lifecycle.open_partnership", actor=alice).count() == 1


def test_the_others_and_the_facilitator_are_told_in_their_language_but_not_who_did_it(
    register, workshops, rides, poitiers, alice, bob, fanny
):
    opened(workshops, rides, poitiers, alice, facilitator=fanny)
    assert set(Message.objects.values_list("to", "kind")) == {
        (bob.email, "partnership"),
        (fanny.email, "partnership"),
    }
    assert (
        Message.objects.get(to=bob.email).subject == "Your partnership is open: Navettes du matin"
    )


def test_an_invited_organisation_is_asked_and_its_people_stay_unseen(
    register, workshops, rides, poitiers, alice, bob
):
    partnership = opened(workshops, rides, poitiers, alice, agreed=[workshops])
    assert Partner.objects.get(partnership=partnership, organisation=rides).agreed_at is None
    message = Message.objects.get()
    assert message.to == bob.email
    assert "say yes or no" in message.text


@pytest.mark.parametrize("title", ["", "   \n "])
def test_it_needs_a_title(register, workshops, rides, poitiers, alice, title):
    with pytest.raises(Refusal) as refused:
        opened(workshops, rides, poitiers, alice, title=title)
    assert refused.value.code == "no_title"


def test_a_title_is_one_line_and_never_too_long(register, workshops, rides, poitiers, alice):
    partnership = opened(workshops, rides, poitiers, alice, title="Un\nlong " + "titre " * 60)
    assert partnership.title.startswith("Un long titre")
    assert len(partnership.title) <= 150


def test_the_same_organisation_twice_is_one_partner_too_few(register, workshops, poitiers, alice):
    with pytest.raises(Refusal) as refused:
        opened(workshops, workshops, poitiers, alice)
    assert refused.value.code == "too_few_partners"


def test_a_closed_organisation_cannot_take_part(register, workshops, rides, poitiers, alice):
    rides.status = Status.CLOSED
    rides.save()
    with pytest.raises(Refusal) as refused:
        opened(workshops, rides, poitiers, alice)
    assert refused.value.code == "organisation_closed"


def test_only_a_facilitator_can_be_named(register, workshops, rides, poitiers, alice):
    with pytest.raises(Refusal) as refused:
        opened(workshops, rides, poitiers, alice, facilitator=alice)
    assert refused.value.code == "not_a_facilitator"


def test_a_description_is_saved_once_per_version(partnership, alice, poitiers):
    said = {
        "purpose": "Emmener au travail",
        "place": poitiers,
        "domains": list(Domain.objects.filter(pk__in=[1, 11])),
        "modes": ["patronage"],
        "by": alice,
    }
    edit_partnership(partnership, title="Navettes du soir", expected_version=1, **said)
    assert (fresh(partnership).title, fresh(partnership).version) == ("Navettes du soir", 2)
    with pytest.raises(Conflict) as late, translation.override("en"):
        edit_partnership(partnership, title="Autre", expected_version=1, **said)
    assert "Prepare" in str(late.value)
    assert fresh(partnership).title == "Navettes du soir"


def test_the_checklists_are_loaded_whole_and_again_changes_nothing(db):
    assert load_checklists() == 43
    before = list(CheckPoint.objects.order_by("pk").values())
    assert load_checklists() == 43
    assert list(CheckPoint.objects.order_by("pk").values()) == before
    point = CheckPoint.objects.get(pk="PR15")
    with translation.override("en"):
        assert point.label.startswith("Sign an agreement")
    with translation.override("fr"):
        assert point.label.startswith("Signer un accord")
