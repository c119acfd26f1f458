"""Somebody invited who has no account: signs up, proves the address, and is back at the link."""

import re

from django.urls import reverse

from partnerships.organisations.models import Membership
from partnerships.organisations.services import invite_member
from phare_platform.outbox.models import Message


def test_a_newcomer_comes_back_to_the_invitation(client, ateliers, alice):
    invite_member(ateliers, email="new@example.org", role="reader", by=alice)
    link = re.search(r"https?://[^/]+(/\S+)", Message.objects.get().text)[1]
    page = client.get(link).content.decode()
    sign_up = re.search(rf'href="({reverse("account_signup")}\?next=[^"]+)"', page)[1]
    client.post(
        sign_up,
        {
            "email": "new@example.org",
            "password1": "a lighthouse keeper sleeps",
            "display_name": "New One",
            "next": link,
        },
    )
    code = re.search(
        r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", Message.objects.latest("pk").text, re.M
    )
    response = client.post(reverse("account_email_verification_sent"), {"code": code[1]})
    assert response.url == link
    client.post(link)
    assert Membership.objects.get(user__email="new@example.org").role == "reader"
