"""Bounces and complaints: kept once, suppressing the address, never touching what people said."""

import base64
import json
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import include, path, reverse
from django.utils import timezone

from phare_platform.outbox import events, sender, services
from phare_platform.outbox.enums import DeliveryKind, MessageKind, MessageStatus, SuppressionReason
from phare_platform.outbox.models import DeliveryEvent, Message, Suppression, Unsubscription
from phare_platform.outbox.webhooks import HEADER, signature
from phare_platform.urls import urlpatterns as known
from tests.platform.outbox.conftest import queue

pytestmark = pytest.mark.django_db
urlpatterns = [*known, path("courrier/fournisseur/", include("anymail.urls"))]
HOOK = reverse("outbox:events")
SECRET = "a-secret-of-the-provider"
PREFERENCES = reverse("mail_preferences")


@pytest.fixture
def program(settings):
    settings.MAIL_WEBHOOK_SECRETS = ["an-old-secret", SECRET]
    return Client(enforce_csrf_checks=True)


def tell(program, *told, secret=SECRET, at=None, body=None):
    body = json.dumps({"events": told}).encode() if body is None else body
    proof = signature(secret, body, at=int(time.time()) if at is None else at)
    return program.post(HOOK, body, "application/json", headers={HEADER: proof})


def bounce(**changes):
    told = {"id": "1", "kind": "bounced", "permanent": True, "address": "Bob@Example.org"}
    return told | changes


def test_a_permanent_bounce_is_kept_with_its_message_and_suppresses_the_address(program):
    message = queue()
    answer = tell(program, bounce(message_id=message.message_id, words="550 5.1.1 unknown"))
    assert (answer.status_code, answer.json()) == (200, {"recorded": 1, "known": 0})
    event = DeliveryEvent.objects.get()
    assert (event.message, event.address, event.kind) == (message, "bob@example.org", "bounced")
    suppression = Suppression.objects.get()
    assert (suppression.address, suppression.reason) == ("bob@example.org", "bounced")
    assert "5.1.1" in suppression.note


def test_the_same_request_again_changes_nothing(program):
    tell(program, bounce(), bounce(id="2", kind="delivered"))
    first = list(DeliveryEvent.objects.values())
    assert tell(program, bounce(), bounce(id="2")).json() == {"recorded": 0, "known": 2}
    assert list(DeliveryEvent.objects.values()) == first


def test_a_replay_after_the_team_lifted_it_does_not_suppress_again(program, alice):
    tell(program, bounce())
    assert events.lift("bob@example.org", by=alice)
    tell(program, bounce())
    assert events.suppression_of("bob@example.org") is None
    late = (timezone.now() - timedelta(days=1)).isoformat()
    tell(program, bounce(id="late, from before it was lifted", at=late))
    assert events.suppression_of("bob@example.org") is None
    tell(program, bounce(id="new"))
    assert events.suppression_of("bob@example.org").lifted_by is None


@pytest.mark.parametrize("kind", ["delivered", "deferred"])
def test_good_news_and_delays_suppress_nobody(program, kind):
    tell(program, bounce(kind=kind))
    tell(program, bounce(id="2", permanent=False))
    assert DeliveryEvent.objects.count() == 2
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda program: tell(program, bounce(), secret="another"),
        lambda program: tell(program, bounce(), at=int(time.time()) - 301),
        lambda program: tell(program, bounce(), at=int(time.time()) + 301),
        lambda program: program.post(HOOK, "{}", "application/json"),
        lambda program: program.post(HOOK, "{}", "application/json", headers={HEADER: "t=²,v1=x"}),
        lambda program: program.post(
            HOOK, "{}", "application/json", headers={HEADER: f"t={'9' * 5000},v1="}
        ),
        lambda program: program.post(
            HOOK,
            json.dumps({"events": [bounce(id="other body")]}),
            "application/json",
            headers={HEADER: signature(SECRET, b"{}", at=int(time.time()))},
        ),
    ],
)
def test_what_is_not_signed_now_by_a_secret_of_ours_is_refused(program, spoil):
    assert spoil(program).status_code == 403
    assert not DeliveryEvent.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"[]",
        b'{"events": []}',
        b"\xff",
        json.dumps({"events": [bounce(kind="exploded")]}).encode(),
        json.dumps({"events": [bounce(), bounce(id="2", address="nobody")]}).encode(),
        json.dumps({"events": [bounce(words="\0")]}).encode(),
    ],
)
def test_what_cannot_be_read_is_kept_in_no_part(program, body):
    assert tell(program, body=body).status_code == 400
    assert not DeliveryEvent.objects.exists()


def test_without_a_secret_there_is_no_such_address(client):
    assert client.post(HOOK, "{}", "application/json").status_code == 404
    assert client.post("/courrier/fournisseur/postmark/tracking/").status_code == 404


def test_a_suppressed_address_gets_security_only_and_the_message_says_why(program):
    digest = queue(to="Bob@example.org")
    security = queue("code", kind=MessageKind.SECURITY)
    tell(program, bounce())
    assert sender.send_all_due() == 1
    digest.refresh_from_db()
    security.refresh_from_db()
    assert (digest.status, security.status) == (MessageStatus.CANCELLED, MessageStatus.SENT)
    assert digest.last_error == "Not sent: the address is suppressed, bounced."


def test_lifted_it_gets_messages_again_but_not_those_it_refused(program, alice):
    services.unsubscribe("bob@example.org", kind=MessageKind.INTRODUCTION)
    tell(program, bounce(kind="complained"))
    assert Unsubscription.objects.count() == 1
    events.lift("bob@example.org", by=alice)
    queue()
    queue("other", kind=MessageKind.INTRODUCTION)
    assert sender.send_all_due() == 1
    assert Message.objects.get(status=MessageStatus.CANCELLED).kind == MessageKind.INTRODUCTION


def test_a_server_that_knows_no_such_mailbox_teaches_the_same(smtp):
    smtp.plan = lambda number: "unknown"
    message = queue()
    assert sender.send(message.pk) == MessageStatus.FAILED
    assert events.suppression_of("bob@example.org").reason == SuppressionReason.BOUNCED
    smtp.plan = lambda number: "refuse"
    assert sender.send(queue("zoe", to="zoe@example.org").pk) == MessageStatus.FAILED
    assert events.suppression_of("zoe@example.org") is None


POSTMARK = {
    "RecordType": "Bounce",
    "ID": 42,
    "Type": "HardBounce",
    "Details": "smtp;550 5.1.1",
    "Email": "Bob@example.org",
    "BouncedAt": "2026-11-01T10:00:00Z",
    "MessageID": "their-own-number",
}


def from_postmark(program, told, *, login="phare:secret"):
    proof = "Basic " + base64.b64encode(login.encode()).decode()
    return program.post(
        "/courrier/fournisseur/postmark/tracking/",
        json.dumps(told),
        "application/json",
        headers={"Authorization": proof},
    )


@pytest.fixture
def anymail(settings, program):
    settings.ROOT_URLCONF = __name__
    settings.ANYMAIL = {"WEBHOOK_SECRET": ["phare:secret"]}
    return program


@pytest.mark.parametrize(
    ("type_", "kind", "reason"),
    [
        ("HardBounce", "bounced", "bounced"),
        ("SpamComplaint", "complained", "complained"),
        ("DMARCPolicy", None, None),
        ("ManualSuppression", None, None),
    ],
)
def test_a_provider_tells_through_anymail(anymail, type_, kind, reason):
    message = queue()
    told = POSTMARK | {"Type": type_, "Metadata": {"phare": message.message_id}}
    for _ in range(2):
        assert from_postmark(anymail, told).status_code == 200
    found = [(event.kind, event.message) for event in DeliveryEvent.objects.all()]
    assert found == ([(kind, message)] if kind else [])
    assert list(Suppression.objects.values_list("reason", flat=True)) == ([reason] if kind else [])
    assert not Unsubscription.objects.exists()


def test_a_provider_without_the_secret_is_refused(anymail):
    assert from_postmark(anymail, POSTMARK, login="phare:wrong").status_code == 400
    assert not DeliveryEvent.objects.exists()


def test_openings_are_not_kept(anymail):
    told = {"RecordType": "Open", "Recipient": "bob@example.org", "MessageID": "m"}
    assert from_postmark(anymail, told).status_code == 200
    assert not DeliveryEvent.objects.exists()


def record(address, kind=DeliveryKind.BOUNCED):
    events.record(event_id=f"x:{address}", address=address, kind=kind, permanent=True)


def test_a_person_reads_that_their_address_bounces_and_ends_it(client, alice):
    client.force_login(alice)
    assert b"works_again" not in client.get(PREFERENCES).content
    record(alice.email)
    assert b"works_again" in client.get(PREFERENCES).content
    assert client.post(PREFERENCES, {"works_again": "1"}, follow=True).status_code == 200
    assert Suppression.objects.get().lifted_by == alice
    assert not Unsubscription.objects.exists()


def test_what_the_team_decided_only_the_team_lifts(client, alice):
    client.force_login(alice)
    record(alice.email)
    events.suppress(alice.email, note="asked by phone")
    assert b"works_again" not in client.get(PREFERENCES).content
    client.post(PREFERENCES, {"works_again": "1"})
    assert events.suppression_of(alice.email).reason == SuppressionReason.BY_TEAM


def test_the_team_lifts_and_leaves_a_trace(admin_client, admin_user):
    record("bob@example.org", DeliveryKind.COMPLAINED)
    row = Suppression.objects.get()
    listed = reverse("admin:outbox_suppression_changelist")
    answer = admin_client.post(
        listed, {"action": "lift", "_selected_action": [row.pk]}, follow=True
    )
    assert answer.status_code == 200
    row.refresh_from_db()
    assert row.lifted_by == admin_user
    assert admin_user.logentry_set.get().change_message == "lifted"
    assert admin_client.get(reverse("admin:outbox_deliveryevent_changelist")).status_code == 200


def test_events_are_forgotten_after_a_year():
    record("bob@example.org")
    DeliveryEvent.objects.update(at=timezone.now() - timedelta(days=366))
    services.forget_old_messages()
    assert not DeliveryEvent.objects.exists()
    assert Suppression.objects.exists(), "the address still does not exist"


def test_the_team_s_start_page_counts_what_is_in_trouble(admin_client, admin_user):
    admin_user.language = "en"
    admin_user.save()
    start = reverse("admin:index")
    assert b"status__exact" not in admin_client.get(start).content
    for number, status in enumerate(["in_doubt", "in_doubt", "failed", "pending"]):
        Message.objects.filter(pk=queue(f"m{number}").pk).update(status=status)
    page = admin_client.get(start).content.decode()
    assert "2 e-mails to look at: in doubt" in page
    assert "1 e-mail to look at: refused" in page
    listed = admin_client.get("/equipe/admin/outbox/message/?status__exact=in_doubt")
    assert listed.context["cl"].result_count == 2
