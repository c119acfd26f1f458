"""A preview is what would leave now, leaves no trace, and its links open nothing."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from partnerships.matching import services as matching
from partnerships.matching.models import Introduction
from phare_platform.cockpit.emails import SAMPLES, compose, harmless
from phare_platform.outbox.composing import composing, present_desk
from phare_platform.outbox.models import Message, Unsubscription
from phare_platform.outbox.rendering import Rendered
from phare_platform.trace.models import Trace
from tests.platform.outbox.conftest import queue

pytestmark = pytest.mark.django_db
DIGEST = "partnerships/matching/emails/digest"
PAGE = reverse("cockpit:preview")
SEND = reverse("cockpit:send_test")
TEST_PAGE = f"{settings.SITE_URL}{reverse('mail_test')}"


def rows():
    """Every row of every table, except of signing in."""
    return {
        model._meta.label: sorted(map(str, model._default_manager.values_list()))
        for model in apps.get_models()
        if model._meta.app_label not in ("sessions", "usersessions") and model._meta.managed
    }


@pytest.mark.parametrize("language", ["fr", "en"])
def test_looking_at_every_mail_writes_no_row(team, pair, language):
    ateliers, _mobilites = pair
    before = rows()
    for template in SAMPLES:
        query = {"organisation": ateliers.pk, "mail": template, "language": language}
        assert team.get(PAGE, query).context["letter"] is not None, template
        url = reverse("cockpit:preview_html", args=[ateliers.pk, language, template])
        assert team.get(url).status_code == 200
    assert rows() == before


@pytest.mark.django_db(transaction=True)
def test_nothing_is_written_outside_a_test_transaction_either(pair):
    before = rows()
    for sample in SAMPLES.values():
        compose(sample, language="fr", organisation=pair[0])
    assert rows() == before


def test_the_preview_of_a_digest_is_the_digest_that_leaves(team, pair):
    ateliers, mobilites = pair
    query = {"organisation": ateliers.pk, "mail": DIGEST, "language": "fr"}
    shown = team.get(PAGE, query).context["rendered"]
    assert mobilites.name in shown.text
    matching.send_digests(now=timezone.now())
    left = Message.objects.get(to="alice@ateliers.example")
    assert shown == harmless(Rendered(left.subject, left.text, left.html))


def test_what_was_sent_already_can_be_looked_at_again(team, pair):
    matching.send_digests(now=timezone.now())
    sent = Message.objects.count()
    query = {"organisation": pair[0].pk, "mail": DIGEST, "language": "en"}
    assert pair[1].name in team.get(PAGE, query).context["rendered"].text
    assert Message.objects.count() == sent


def test_contacts_of_real_partners_are_never_shown(team, pair):
    ateliers, mobilites = pair
    now = timezone.now()
    Introduction.objects.create(
        first=ateliers, second=mobilites, expires_at=now + timedelta(days=9), opened_at=now
    )
    for template in SAMPLES:
        query = {"organisation": ateliers.pk, "mail": template, "language": "fr"}
        text = team.get(PAGE, query).content.decode()
        assert "contact@mobilites.example" not in text
        assert "bob@mobilites.example" not in text


def test_each_link_leads_to_the_page_of_tests(team, pair):
    for template in SAMPLES:
        query = {"organisation": pair[0].pk, "mail": template, "language": "fr"}
        rendered = team.get(PAGE, query).context["rendered"]
        html = re.sub(r'xmlns="[^"]*"', "", rendered.html)
        links = re.findall(r"https?://[^\s\"'<>]+", rendered.text + html)
        assert set(links) <= {TEST_PAGE}, template
        assert "href" in rendered.html
        assert set(re.findall(r'href="([^"]*)"', rendered.html)) == {TEST_PAGE}


def test_the_page_of_tests_is_open_to_all_and_does_nothing(client):
    page = client.get(reverse("mail_test"), {"anything": 1})
    assert page.status_code == 200
    assert client.post(reverse("mail_test")).status_code == 405


def test_pictures_stay_and_links_in_any_quotes_are_taken():
    html = """<img src="https://phare.example/r.png"><a HREF='https://a.example/k?x=1'>go</a>"""
    made = harmless(Rendered("s", "See https://a.example/k, please", html))
    assert made.text == f"See {TEST_PAGE} please" or TEST_PAGE in made.text
    assert 'src="https://phare.example/r.png"' in made.html
    assert "a.example" not in made.html + made.text


def test_an_organisation_is_found_by_words_of_its_name(team, ateliers, mobilites):
    page = team.get(PAGE, {"q": "ateliers", "mail": DIGEST, "language": "en"})
    assert [one.name for one, _query in page.context["found"]] == [ateliers.name]
    assert "No organisation is called" in team.get(PAGE, {"q": "nobody"}).content.decode()
    assert team.get(PAGE, {"organisation": 10**9}).status_code == 404
    assert team.get(PAGE, {"mail": "nonsense", "organisation": ateliers.pk}).status_code == 200


def test_an_organisation_without_people_is_said_to_have_none(team, foret):
    page = team.get(PAGE, {"organisation": foret.pk})
    assert "Nobody answers for this organisation" in page.content.decode()
    assert page.context["letter"].to.endswith("@exemple.invalid")


@pytest.mark.parametrize(("language", "mark"), [("fr", "[Essai] "), ("en", "[Test] ")])
def test_a_test_is_that_very_message_to_oneself_only(team, pair, language, mark):
    chosen = {"organisation": pair[0].pk, "mail": DIGEST, "language": language}
    shown = team.get(PAGE, chosen).context["rendered"]
    team.post(SEND, chosen)
    message = Message.objects.get()
    assert (message.to, message.recipient) == (team.person.email, team.person)
    assert (message.subject, message.text, message.html) == (
        mark + shown.subject,
        shown.text,
        shown.html,
    )
    assert (message.campaign, message.status, message.language) == ("test", "pending", language)
    assert "List-Unsubscribe" not in message.headers
    trace = Trace.objects.get(deed="cockpit.send_test")
    assert (trace.actor, trace.subject_id) == (team.person, message.pk)


def test_a_test_that_could_not_leave_is_refused(team, pair):
    Unsubscription.objects.create(address=team.person.email, kind="digest")
    chosen = {"organisation": pair[0].pk, "mail": DIGEST, "language": "fr"}
    page = team.post(SEND, chosen, follow=True)
    assert "switched off" in page.content.decode()
    assert not Message.objects.exists()
    assert "Choose an organisation" in team.post(SEND, {}, follow=True).content.decode()


def test_after_composing_messages_leave_as_ever(db):
    with composing("fr") as desk:
        assert queue("a") is None
        assert present_desk() is desk
    assert [letter.rendered.subject for letter in desk.letters] == ["Subject of a"]
    assert queue("a") is not None


def test_a_fault_while_composing_leaves_nothing_and_comes_out(db, make_person):
    make_person("twice@example.org")
    with pytest.raises(IntegrityError), composing("fr"):
        make_person("twice@example.org")
    assert present_desk() is None
    with transaction.atomic():
        assert queue("b") is not None
