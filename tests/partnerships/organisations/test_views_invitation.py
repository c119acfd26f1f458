"""The page behind an invitation's link: a look changes nothing, a button joins, once."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from partnerships.organisations.models import Invitation, Membership
from partnerships.organisations.services import invite_member, revoke_invitation
from phare_platform.outbox.models import Message


@pytest.fixture
def link(ateliers, alice):
    invite_member(ateliers, email="nina@example.org", role="reader", by=alice)
    return re.search(r"https?://[^/]+(/\S+)", Message.objects.get().text)[1]


def test_a_visitor_sees_who_invites_and_can_sign_up_or_in(client, link):
    response = client.get(link)
    page = response.content.decode()
    assert response.status_code == 200
    assert "Les Ateliers du Clain" in page
    for name in ("account_login", "account_signup"):
        assert f"{reverse(name)}?next=" in page
    assert response.headers["Referrer-Policy"] == "same-origin"


def test_a_visitor_who_posts_is_sent_to_the_login_page_and_back(client, link):
    response = client.post(link)
    assert response.url == f"{reverse('account_login')}?next={link}"
    assert Invitation.objects.get().accepted_at is None


def test_looking_changes_nothing(client, link, nina):
    client.force_login(nina)
    for method in (client.get, client.head):
        assert method(link).status_code == 200
    assert Invitation.objects.get().accepted_at is None


def test_the_button_joins(client, link, nina, ateliers):
    client.force_login(nina)
    response = client.post(link)
    assert response.url == ateliers.get_absolute_url()
    assert Membership.objects.get(user=nina).role == "reader"
    assert client.session["current_organisation"] == ateliers.pk


def test_somebody_signed_in_with_another_address_is_told(client, link, nina, charlie):
    client.force_login(nina)
    assert "It was sent to" not in client.get(link).content.decode()
    client.force_login(charlie)
    assert "It was sent to nina@example.org" in client.get(link).content.decode()


def test_a_used_link_explains_itself_and_leads_on(client, link, nina, charlie, ateliers):
    client.force_login(nina)
    client.post(link)
    again = client.get(link)
    assert again.status_code == 410
    assert ateliers.get_absolute_url() in again.content.decode()
    client.force_login(charlie)
    for response in (client.get(link), client.post(link)):
        assert response.status_code == 410
        assert "works once" in response.content.decode()
    assert not Membership.objects.filter(user=charlie, organisation=ateliers).exists()


def test_an_expired_link_explains_itself(client, link, nina, time_machine):
    time_machine.move_to(timezone.now() + timedelta(days=15))
    client.force_login(nina)
    response = client.post(link)
    assert response.status_code == 410
    assert "It was good until" in response.content.decode()
    assert not Membership.objects.filter(user=nina).exists()


def test_a_withdrawn_link_explains_itself(client, link, alice):
    revoke_invitation(Invitation.objects.get(), by=alice)
    response = client.get(link, headers={"accept-language": "en"})
    assert response.status_code == 410
    assert "withdrawn" in response.content.decode()


@pytest.mark.parametrize("end", ["x", "ééé", "a" * 300])
def test_a_made_up_link_is_not_found_and_says_what_to_do(client, link, end):
    response = client.get(link.rstrip("/")[:-3] + end + "/")
    assert response.status_code == 404
    assert "Ateliers" not in response.content.decode()
