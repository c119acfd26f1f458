"""The people of an organisation: members see them, owners manage them."""

import pytest
from django.urls import reverse

from partnerships.organisations.enums import Role
from partnerships.organisations.models import Invitation, JoinRequest
from partnerships.organisations.services import ask_to_join
from phare_platform.outbox.models import Message
from tests.partnerships.organisations.factories import OrganisationFactory


def url_of(name, organisation, *more):
    return reverse(f"partnerships:organisation_{name}", args=[organisation.pk, *more])


@pytest.fixture
def wish(ateliers, nina):
    return ask_to_join(ateliers, by=nina, message="Me!")


@pytest.fixture
def as_owner(client, alice):
    client.force_login(alice)
    return client


def test_an_owner_sees_everything_to_do(as_owner, ateliers, wish):
    page = as_owner.get(url_of("members", ateliers)).content.decode()
    assert "One person asks to join" in page
    assert "Me!" in page
    assert url_of("invite", ateliers) in page


def test_an_editor_sees_people_and_no_button_but_leaving(client, ateliers, wish, bob):
    client.force_login(bob)
    page = client.get(url_of("members", ateliers)).content.decode()
    assert "Alice Morin" in page
    assert "Nina Robin" not in page
    assert url_of("invite", ateliers) not in page
    assert url_of("leave", ateliers) in page


def test_inviting(as_owner, ateliers):
    response = as_owner.post(
        url_of("invite", ateliers), {"email": "x@example.org", "role": "reader"}
    )
    assert response.url == url_of("members", ateliers)
    assert Invitation.objects.get().role == Role.READER
    assert Message.objects.get().to == "x@example.org"


def test_the_answer_is_the_same_for_a_known_and_an_unknown_address(as_owner, ateliers, nina):
    pages = []
    for address in (nina.email, "none@example.org"):
        response = as_owner.post(
            url_of("invite", ateliers), {"email": address, "role": "reader"}, follow=True
        )
        told = str(next(iter(response.context["messages"])))
        pages.append((response.status_code, told.replace(address, "…")))
    assert pages[0] == pages[1]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"email": "nobody", "role": "reader"}, "email"),
        ({"email": "x@example.org", "role": "king"}, "role"),
        ({"email": "bob@example.org", "role": "reader"}, "email"),
    ],
)
def test_an_invitation_that_cannot_be_is_refused_at_its_field(as_owner, ateliers, data, field):
    response = as_owner.post(url_of("invite", ateliers), data)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not Invitation.objects.exists()


def test_a_double_click_invites_once(as_owner, ateliers):
    data = {"email": "x@example.org", "role": "reader", "idempotency_key": "k" * 32}
    for _ in range(2):
        as_owner.post(url_of("invite", ateliers), data)
    assert Invitation.objects.count() == 1


def test_withdrawing_an_invitation(as_owner, ateliers):
    as_owner.post(url_of("invite", ateliers), {"email": "x@example.org", "role": "reader"})
    invitation = Invitation.objects.get()
    as_owner.post(url_of("invitation_revoke", ateliers, invitation.pk))
    invitation.refresh_from_db()
    assert invitation.revoked_at


def test_changing_a_role_and_removing(as_owner, ateliers, bob):
    member = ateliers.memberships.get(user=bob)
    as_owner.post(url_of("member_role", ateliers, member.pk), {"role": "owner"})
    member.refresh_from_db()
    assert member.role == Role.OWNER
    as_owner.post(url_of("member_remove", ateliers, member.pk))
    assert not ateliers.memberships.filter(pk=member.pk).exists()


def test_a_role_that_does_not_exist_is_refused(as_owner, ateliers, bob):
    member = ateliers.memberships.get(user=bob)
    response = as_owner.post(
        url_of("member_role", ateliers, member.pk), {"role": "king"}, follow=True
    )
    assert "alert-danger" in response.content.decode()
    member.refresh_from_db()
    assert member.role == Role.EDITOR


@pytest.mark.parametrize(
    ("data", "state"),
    [
        ({"answer": "accept", "role": "reader"}, "accepted"),
        ({"answer": "decline"}, "declined"),
        ({"answer": "accept", "role": "king"}, "open"),
        ({}, "open"),
    ],
)
def test_answering_a_wish_to_join(as_owner, ateliers, wish, data, state):
    as_owner.post(url_of("join_answer", ateliers, wish.pk), data)
    assert JoinRequest.objects.get().state == state


def test_a_second_answer_is_told(as_owner, ateliers, wish):
    as_owner.post(url_of("join_answer", ateliers, wish.pk), {"answer": "decline"})
    response = as_owner.post(
        url_of("join_answer", ateliers, wish.pk),
        {"answer": "accept", "role": "reader"},
        follow=True,
    )
    assert "answered this request already" in response.content.decode()


def test_the_last_owner_stays(as_owner, ateliers, alice):
    response = as_owner.post(url_of("leave", ateliers), follow=True)
    assert "needs an owner" in response.content.decode()
    assert ateliers.memberships.filter(user=alice).exists()


def test_leaving(client, ateliers, bob):
    client.force_login(bob)
    assert client.post(url_of("leave", ateliers)).url == reverse("start")
    assert not ateliers.memberships.filter(user=bob).exists()


def test_an_owner_who_steps_back_still_reads_the_page(as_owner, ateliers, alice, bob):
    ateliers.memberships.filter(user=bob).update(role=Role.OWNER)
    own = ateliers.memberships.get(user=alice)
    response = as_owner.post(url_of("member_role", ateliers, own.pk), {"role": "reader"})
    assert response.url == url_of("members", ateliers)


def test_what_belongs_to_another_organisation_is_not_found(as_owner, ateliers, transports, nina):
    """Its identifiers in the address of one's own organisation."""
    member = transports.memberships.get()
    wish = ask_to_join(transports, by=nina)
    urls = [
        url_of("member_role", ateliers, member.pk),
        url_of("member_remove", ateliers, member.pk),
        url_of("join_answer", ateliers, wish.pk),
        url_of("invitation_revoke", ateliers, 999),
    ]
    for url in urls:
        data = {"role": "reader", "answer": "accept"}
        assert as_owner.post(url, data).status_code == 404, url


def test_acting_for_another_organisation(as_owner, ateliers, transports, alice, places):
    second = OrganisationFactory(home=places["niort"], owner=alice)
    choose = reverse("partnerships:organisation_choose")
    as_owner.post(choose, {"organisation": second.pk})
    assert as_owner.session["current_organisation"] == second.pk
    for wrong in (transports.pk, "", "x", "9" * 30):
        assert as_owner.post(choose, {"organisation": wrong}).status_code == 404
    assert as_owner.get(choose).status_code == 405
    away = as_owner.post(choose, {"organisation": second.pk, "next": "https://evil.example/"})
    assert away.url == reverse("start")
