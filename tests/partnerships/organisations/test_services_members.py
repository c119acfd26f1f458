"""Invitations, roles, leaving: a link works once, and there is always an owner."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from partnerships.organisations import rules
from partnerships.organisations.enums import Role
from partnerships.organisations.models import Invitation, Membership
from partnerships.organisations.queries import invitation_of
from partnerships.organisations.services import (
    accept_invitation,
    change_role,
    invite_member,
    leave_organisation,
    remove_member,
    revoke_invitation,
)
from phare_platform.lib.errors import Conflict, Refusal
from phare_platform.outbox.models import Message
from phare_platform.trace.models import Trace


def token_sent():
    text = Message.objects.filter(dedupe_key__startswith="invitation:").latest("pk").text
    return re.search(r"/invitation/([\w-]+)/", text)[1]


@pytest.fixture
def invitation(ateliers, alice, nina):
    return invite_member(ateliers, email="Nina@Example.org ", role=Role.READER, by=alice)


def test_the_link_is_good_for_14_days_and_its_secret_is_stored_hashed(invitation):
    assert invitation.email == "nina@example.org"
    assert invitation.expires_at - invitation.created_at >= timedelta(days=13, hours=23)
    token = token_sent()
    assert token not in str(vars(invitation))
    assert invitation_of(token) == invitation
    assert invitation_of(token[:-1]) is None


def test_accepting_makes_a_member_and_tells_the_owner(invitation, nina, alice, ateliers):
    membership = accept_invitation(invitation, by=nina)
    assert (membership.user, membership.role) == (nina, Role.READER)
    message = Message.objects.get(dedupe_key__startswith="invitation-accepted:")
    assert message.recipient == alice
    assert "nina@example.org" in message.text
    assert Trace.objects.filter(deed="organisations.accept_invitation", actor=nina).exists()


def test_a_link_works_once(invitation, nina, charlie):
    accept_invitation(invitation, by=nina)
    with pytest.raises(Conflict):
        accept_invitation(invitation, by=charlie)
    assert not Membership.objects.filter(user=charlie).exists()


def test_a_link_stops_after_14_days(invitation, nina, time_machine):
    time_machine.move_to(timezone.now() + timedelta(days=14, minutes=1))
    with pytest.raises(Conflict):
        accept_invitation(invitation, by=nina)


def test_a_withdrawn_link_is_worthless(invitation, nina, alice):
    revoke_invitation(invitation, by=alice)
    with pytest.raises(Conflict):
        accept_invitation(invitation, by=nina)
    with pytest.raises(Conflict):
        revoke_invitation(invitation, by=alice)


def test_inviting_again_sends_a_new_link_and_ends_the_old_one(invitation, ateliers, alice, nina):
    old = token_sent()
    newer = invite_member(ateliers, email="nina@example.org", role=Role.EDITOR, by=alice)
    assert invitation_of(token_sent()) == newer
    assert invitation_of(old).revoked_at
    assert Message.objects.filter(dedupe_key__startswith="invitation:").count() == 2


def test_an_unknown_address_is_invited_the_same_way(invitation, ateliers, alice):
    other = invite_member(ateliers, email="unknown@example.org", role=Role.READER, by=alice)
    known, unknown = Message.objects.order_by("pk")
    assert known.subject == unknown.subject
    assert other.expires_at - other.created_at == pytest.approx(
        invitation.expires_at - invitation.created_at, abs=timedelta(seconds=1)
    )


def test_a_member_is_not_invited(ateliers, alice):
    with pytest.raises(Conflict):
        invite_member(ateliers, email="BOB@example.org", role=Role.READER, by=alice)


def test_not_more_than_fifty_a_day(ateliers, alice, time_machine, monkeypatch):
    monkeypatch.setattr(
        "partnerships.organisations.services.members.INVITATIONS_A_DAY", 2
    )  # the same rule, sooner
    assert rules.INVITATIONS_A_DAY == 50
    for name in ("a", "b"):
        invite_member(ateliers, email=f"{name}@example.org", role=Role.READER, by=alice)
    with pytest.raises(Refusal) as refusal:
        invite_member(ateliers, email="c@example.org", role=Role.READER, by=alice)
    assert refusal.value.code == "too_many_invitations"
    time_machine.move_to(timezone.now() + timedelta(days=1, minutes=1))
    assert invite_member(ateliers, email="c@example.org", role=Role.READER, by=alice)


@pytest.mark.parametrize(("had", "given"), [("reader", "owner"), ("owner", "reader")])
def test_a_member_who_accepts_keeps_the_higher_role(invitation, nina, ateliers, had, given):
    Membership.objects.create(organisation=ateliers, user=nina, role=had)
    Invitation.objects.update(role=given)
    invitation.refresh_from_db()
    assert accept_invitation(invitation, by=nina).role == Role.OWNER


def test_a_role_changes_and_the_member_is_told(ateliers, alice, bob):
    membership = ateliers.memberships.get(user=bob)
    change_role(membership, role=Role.OWNER, by=alice)
    message = Message.objects.get()
    assert message.recipient == bob
    assert "owner" in message.text
    trace = Trace.objects.get(deed="organisations.change_role")
    assert trace.details == {"member": bob.pk, "before": "editor", "after": "owner"}


def test_changing_to_the_same_role_does_nothing(ateliers, alice, bob):
    change_role(ateliers.memberships.get(user=bob), role=Role.EDITOR, by=alice)
    assert not Trace.objects.exists()
    assert not Message.objects.exists()


def test_a_removed_member_is_told(ateliers, alice, bob):
    remove_member(ateliers.memberships.get(user=bob), by=alice)
    assert not ateliers.memberships.filter(user=bob).exists()
    assert Message.objects.get().recipient == bob


def test_there_is_always_an_owner(ateliers, alice):
    membership = ateliers.memberships.get(user=alice)
    deeds = [
        lambda: leave_organisation(ateliers, by=alice),
        lambda: remove_member(membership, by=alice),
        lambda: change_role(membership, role=Role.READER, by=alice),
    ]
    for deed in deeds:
        with pytest.raises(Refusal) as refusal:
            deed()
        assert refusal.value.code == "last_owner"
    assert ateliers.memberships.get(user=alice).role == Role.OWNER


def test_an_owner_whose_account_is_closed_does_not_count(ateliers, alice, bob):
    change_role(ateliers.memberships.get(user=bob), role=Role.OWNER, by=alice)
    bob.is_active = False
    bob.save()
    with pytest.raises(Refusal):
        leave_organisation(ateliers, by=alice)


def test_anybody_else_may_leave(ateliers, bob):
    leave_organisation(ateliers, by=bob)
    assert not ateliers.memberships.filter(user=bob).exists()
    with pytest.raises(Conflict):
        leave_organisation(ateliers, by=bob)
