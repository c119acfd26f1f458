"""Signing up: a code by mail, the outbox as its carrier, the same answer for known addresses."""

import re

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import translation

from phare_platform.accounts.models import User
from phare_platform.outbox import sender
from phare_platform.outbox.enums import MessageKind, MessageStatus
from phare_platform.outbox.models import Message
from tests.platform.conftest import PASSWORD

pytestmark = pytest.mark.django_db
CODE = re.compile(r'<p class="code"[^>]*>\s*(\S+?)\s*</p>')


def sign_up(client, email="emma@example.org", **fields):
    data = {"email": email, "password1": PASSWORD, "display_name": "Emma Petit", **fields}
    return client.post(reverse("account_signup"), data)


def test_a_person_signs_up_with_the_code_that_the_mail_brings(client):
    answer = sign_up(client)
    assert answer.url == reverse("account_email_verification_sent")
    message = Message.objects.get()
    assert (message.to, message.kind) == ("emma@example.org", MessageKind.SECURITY)
    code = CODE.search(message.html).group(1)
    assert f"\n{code}\n" in message.text
    answer = client.post(answer.url, {"code": code})
    assert answer.url == reverse("start")
    person = User.objects.get()
    assert (person.display_name, person.language) == ("Emma Petit", "fr")
    assert client.get(reverse("account")).status_code == 200


def test_the_mail_leaves_by_the_relay_and_not_before(client):
    sign_up(client)
    assert mail.outbox == []
    assert sender.send_all_due() == 1
    assert mail.outbox[0].to == ["emma@example.org"]
    assert Message.objects.get().status == MessageStatus.SENT


def test_a_wrong_code_opens_nothing(client):
    page = sign_up(client).url
    assert client.post(page, {"code": "XXXX-XXXX"}).status_code == 200
    assert client.get(reverse("account")).status_code == 302


def test_a_person_who_reads_english_gets_english(client):
    client.cookies["phare-language"] = "en"
    sign_up(client)
    message = Message.objects.get()
    assert message.language == "en"
    assert message.subject == "Your code to join PHARE"
    assert User.objects.get().language == "en"


def test_a_known_address_gets_the_same_answer_and_another_mail(client, alice):
    unknown, known = sign_up(client), sign_up(client.__class__(), email=alice.email.upper())
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert Message.objects.count() == 2
    told = Message.objects.get(to__iexact=alice.email)
    assert told.recipient == alice
    assert reverse("account_reset_password") in told.text
    assert User.objects.count() == 2


@pytest.mark.parametrize("password", ["short", "password1234", "alice@example.org"])
def test_weak_passwords_are_refused_with_a_reason(client, password):
    answer = sign_up(client, email="alice@example.org", password1=password)
    assert answer.status_code == 200
    assert answer.context["form"].errors["password1"]
    assert not Message.objects.exists()


def test_a_name_with_markup_stays_text_in_the_mail(client):
    with translation.override("en"):
        sign_up(client, display_name="<b>Zoé</b> & co")
    message = Message.objects.get()
    assert "<b>Zoé</b> & co" in message.text
    assert "&lt;b&gt;Zoé&lt;/b&gt; &amp; co" in message.html
