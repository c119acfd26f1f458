"""The team's administration: behind allauth's door, with a second factor where asked for."""

import pytest
from django.urls import reverse

from phare_platform.outbox.enums import MessageKind, MessageStatus
from phare_platform.outbox.models import Message
from tests.platform.outbox.conftest import queue

pytestmark = pytest.mark.django_db


def test_a_visitor_never_sees_django_s_own_login(client):
    answer = client.get(reverse("admin:index"), follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))


def test_people_who_are_not_of_the_team_are_refused(client, alice):
    client.force_login(alice)
    assert client.get(reverse("admin:index"), follow=True).status_code == 403


def test_the_team_enters(client, dora):
    client.force_login(dora)
    assert client.get(reverse("admin:index")).status_code == 200


def test_the_team_without_a_second_factor_sets_it_up_first(client, dora, settings):
    settings.ADMIN_NEEDS_SECOND_FACTOR = True
    client.force_login(dora)
    answer = client.get(reverse("admin:index"), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("mfa_index")
    page = client.get(reverse("admin:outbox_message_changelist"))
    assert page.status_code == 302


@pytest.mark.parametrize("model", ["message", "unsubscription"])
def test_mail_is_read_only_in_the_administration(client, dora, model):
    client.force_login(dora)
    assert client.get(reverse(f"admin:outbox_{model}_changelist")).status_code == 200
    assert client.get(reverse(f"admin:outbox_{model}_add")).status_code == 403


def test_trouble_comes_first_and_can_be_sent_again(client, dora):
    client.force_login(dora)
    bad, good = queue("bad"), queue("good")
    Message.objects.filter(pk=bad.pk).update(status=MessageStatus.QUARANTINED, attempts=5)
    page = client.get(reverse("admin:outbox_message_changelist"))
    assert [message.pk for message in page.context["cl"].result_list] == [bad.pk, good.pk]
    client.post(
        reverse("admin:outbox_message_changelist"),
        {"action": "send_again", "_selected_action": [bad.pk, good.pk]},
    )
    bad.refresh_from_db()
    assert (bad.status, bad.attempts) == (MessageStatus.PENDING, 0)


def test_the_team_cannot_read_the_codes_of_others(client, dora):
    client.force_login(dora)
    secret = queue("secret", kind=MessageKind.SECURITY)
    digest = queue("digest")
    show = "admin:outbox_message_change"
    assert "Text of digest" in client.get(reverse(show, args=[digest.pk])).content.decode()
    page = client.get(reverse(show, args=[secret.pk])).content.decode()
    assert "Text of secret" not in page
