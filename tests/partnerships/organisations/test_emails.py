"""Every message of the room, in both languages: words, links, nobody's HTML."""

import pytest
from django.conf import settings

from partnerships.organisations import services
from partnerships.organisations.models import Organisation
from phare_platform.outbox.models import Message

EVIL = "<b>Jardins</b> & Cie"


@pytest.fixture
def organisation(ateliers):
    Organisation.objects.filter(pk=ateliers.pk).update(name=EVIL)
    ateliers.refresh_from_db()
    return ateliers


def send_all(organisation, alice, bob, nina, dora):
    """One of each message, by doing each deed."""
    services.decline_join_request(services.ask_to_join(organisation, by=nina), by=alice)
    services.accept_join_request(services.ask_to_join(organisation, by=nina), by=alice)
    services.invite_member(organisation, email="new@example.org", role="reader", by=alice)
    invitation = organisation.invitations.get()
    services.accept_invitation(invitation, by=bob)
    services.change_role(organisation.memberships.get(user=bob), role="reader", by=alice)
    services.remove_member(organisation.memberships.get(user=bob), by=alice)
    services.verify_organisation(organisation, by=dora)
    services.refuse_organisation(organisation, by=dora, reason="Number <unknown>")


@pytest.fixture
def cast(alice, bob, nina, dora):
    return alice, bob, nina, dora


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_message_is_whole_in_both_languages(organisation, cast, language):
    for person in cast:
        person.language = language
        person.save()
    send_all(organisation, *cast)
    messages = list(Message.objects.order_by("pk"))
    kinds = {message.dedupe_key.split(":")[0] for message in messages}
    assert kinds == {
        "join-request",
        "join-answer",
        "invitation",
        "invitation-accepted",
        "role",
        "member-removed",
        "verification",
    }
    for message in messages:
        assert message.language == language
        assert EVIL in message.subject or EVIL in message.text
        assert EVIL not in message.html
        assert "&lt;b&gt;Jardins&lt;/b&gt; &amp; Cie" in message.html
        assert settings.SITE_URL in message.text
        assert "{{" not in message.text + message.html


def test_french_and_english_differ(organisation, alice, dora):
    services.verify_organisation(organisation, by=dora)
    alice.language = "fr"
    alice.save()
    services.refuse_organisation(organisation, by=dora, reason="…")
    english, french = Message.objects.order_by("pk")
    assert "checked" in english.text
    assert "vérifier" in french.text


def test_what_one_may_stop_receiving_and_what_not(organisation, cast):
    send_all(organisation, *cast)
    for message in Message.objects.all():
        optional = message.kind == "invitation" and message.recipient is not None
        assert ("List-Unsubscribe" in message.headers) == optional
