"""Partners who are invited, agree, decline and leave; facilitators who take and are named."""

import pytest

from partnerships.lifecycle.models import Partner, PartnershipEvent
from partnerships.lifecycle.queries import partners_of
from partnerships.lifecycle.services import (
    add_partner,
    agree_to_partnership,
    decline_partnership,
    name_facilitator,
    open_partnership,
    remove_partner,
    take_partnership,
)
from phare_platform.lib.errors import Conflict, Refusal
from phare_platform.outbox.models import Message
from tests.partnerships.lifecycle.cast import fresh, lead_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def invitation(register, workshops, rides, poitiers, alice):
    return open_partnership(
        title="Attente", organisations=[workshops, rides], place=poitiers, domains=[], by=alice,
        agreed=[workshops],
    )  # fmt: skip


def people_shown(partnership):
    return {str(m.user) for line in partners_of(partnership) for m in line.people}


def test_the_people_of_an_invited_partner_are_shown_once_it_has_agreed(
    invitation, rides, bob, alice
):
    assert people_shown(invitation) == {"Alice"}
    Message.objects.all().delete()
    agree_to_partnership(invitation, organisation=rides, by=bob)
    assert people_shown(invitation) == {"Alice", "Bob"}
    assert Message.objects.get().to == alice.email
    agree_to_partnership(invitation, organisation=rides, by=bob)
    assert PartnershipEvent.objects.filter(kind="partner_joined").count() == 1


def test_declining_alone_with_one_partner_ends_it(invitation, rides, bob):
    decline_partnership(invitation, organisation=rides, by=bob)
    ended = fresh(invitation)
    assert (ended.stage, ended.end_reason) == ("ended", "other")


def test_declining_among_three_leaves_the_two_others(partnership, neighbour, charlie, alice):
    add_partner(partnership, organisation=neighbour, by=alice)
    decline_partnership(partnership, organisation=neighbour, by=charlie)
    assert fresh(partnership).stage == "prepare"
    assert Partner.objects.filter(partnership=partnership, left_at=None).count() == 2


def test_who_has_agreed_leaves_rather_than_declines(partnership, rides, bob):
    with pytest.raises(Refusal) as refused:
        decline_partnership(partnership, organisation=rides, by=bob)
    assert refused.value.code == "agreed_already"


def test_two_partners_always_remain(partnership, rides, alice):
    with pytest.raises(Refusal) as refused:
        remove_partner(partnership, organisation=rides, by=alice)
    assert refused.value.code == "too_few_partners"
    assert Partner.objects.filter(partnership=partnership, left_at=None).count() == 2


def test_a_partner_who_left_can_be_invited_again(partnership, neighbour, charlie, alice):
    add_partner(partnership, organisation=neighbour, by=alice)
    agree_to_partnership(partnership, organisation=neighbour, by=charlie)
    remove_partner(partnership, organisation=neighbour, by=charlie)
    again = add_partner(partnership, organisation=neighbour, by=alice)
    assert (again.left_at, again.agreed_at) == (None, None)
    with pytest.raises(Conflict) as twice:
        add_partner(partnership, organisation=neighbour, by=alice)
    assert twice.value.code == "partner_once"


def test_nobody_joins_during_the_evaluation(partnership, neighbour, alice):
    lead_to(partnership, "evaluate", by=alice)
    with pytest.raises(Refusal) as refused:
        add_partner(partnership, organisation=neighbour, by=alice)
    assert refused.value.code == "partners_closed"


def test_a_stranger_is_not_a_partner(partnership, neighbour, charlie):
    for service in (agree_to_partnership, decline_partnership, remove_partner):
        with pytest.raises(Refusal) as refused:
            service(partnership, organisation=neighbour, by=charlie)
        assert refused.value.code == "not_a_partner"


def test_the_first_facilitator_who_takes_it_has_it(invitation, fanny, felix):
    assert take_partnership(invitation, by=fanny).facilitator == fanny
    with pytest.raises(Conflict) as late:
        take_partnership(invitation, by=felix)
    assert late.value.code == "taken"
    assert fresh(invitation).facilitator == fanny


def test_only_facilitators_take_and_are_named(partnership, invitation, alice, fanny, felix):
    with pytest.raises(Refusal) as refused:
        take_partnership(invitation, by=alice)
    assert refused.value.code == "not_a_facilitator"
    with pytest.raises(Refusal) as refused:
        name_facilitator(partnership, facilitator=alice, by=fanny)
    assert refused.value.code == "not_a_facilitator"
    assert name_facilitator(partnership, facilitator=felix, by=fanny).facilitator == felix
    assert PartnershipEvent.objects.get(kind="facilitator_named").data == {"facilitator": felix.pk}
