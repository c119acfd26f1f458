"""One page for all notifications, signed in or by the link of a message."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partnerships.organisations.models import Membership
from phare_platform.lib.formats import day
from phare_platform.outbox.models import Unsubscription
from phare_platform.outbox.services import preferences_url
from phare_platform.trace.models import Trace
from tests.partnerships.matching.cast import *  # noqa: F403  # its fixtures

pytestmark = pytest.mark.django_db
KINDS = ["invitation", "digest", "introduction", "partnership", "evaluation"]


@pytest.fixture
def membership(alice):
    return Membership.objects.get(user=alice)


@pytest.fixture
def link(alice):
    return urlsplit(preferences_url(alice)).path


@pytest.fixture
def strict():
    return Client(enforce_csrf_checks=True)


def choices(membership, **changes):
    pk = membership.pk
    values = {f"rhythm_{pk}": "monthly", f"most_{pk}": "5", f"paused_{pk}": "", "kinds": KINDS,
              "time_zone": "Indian/Reunion"}  # fmt: skip
    return values | {name.replace("_of_it", f"_{pk}"): value for name, value in changes.items()}


@pytest.mark.parametrize("by_link", [False, True])
def test_everything_is_chosen_on_one_page(client, alice, membership, link, by_link):
    url = link if by_link else reverse("mail_preferences")
    if not by_link:
        client.force_login(alice)
    html = client.get(url).content.decode()
    assert "Les Ateliers du Clain" in html
    assert "comme le dit l’organisation (chaque semaine)" in html
    response = client.post(url, choices(membership, kinds=["introduction"]))
    assert response.status_code == (200 if by_link else 302)
    membership.refresh_from_db()
    alice.refresh_from_db()
    assert (membership.digest_rhythm, membership.digest_most) == ("monthly", 5)
    assert alice.time_zone == "Indian/Reunion"
    refused = set(Unsubscription.objects.values_list("kind", flat=True))
    assert refused == set(KINDS) - {"introduction"}


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("query", ["", "?pause={}"])
def test_opening_it_changes_nothing(strict, link, membership, method, query):
    before = list(Membership.objects.values())
    url = link + query.format(membership.organisation_id)
    assert getattr(strict, method)(url).status_code == 200
    assert list(Membership.objects.values()) == before
    assert not Session.objects.exists()
    assert not Trace.objects.exists()


def test_the_link_of_a_message_pauses_with_one_button(strict, link, membership):
    organisation = membership.organisation_id
    html = strict.get(f"{link}?pause={organisation}").content.decode()
    assert f'name="pause" value="{organisation}"' in html
    response = strict.post(link, {"pause": organisation}, headers={"origin": "null"})
    assert response.status_code == 200
    membership.refresh_from_db()
    assert membership.digest_paused_until == timezone.localdate() + timedelta(days=30)


def test_a_pause_is_told_with_its_day_and_not_shown_any_more_when_it_is_over(
    strict, link, membership
):
    html = strict.post(link, {"pause": membership.organisation_id}).content.decode()
    membership.refresh_from_db()
    until = membership.digest_paused_until
    assert f"aucune avant le {day(until, language='fr')}" in html
    assert f'value="{until}"' in html
    with time_machine.travel(timezone.now() + timedelta(days=32)):
        assert f'value="{until}"' not in strict.get(link).content.decode()


def test_it_speaks_the_readers_language_and_tells_nobody_its_address(strict, bob):
    response = strict.get(urlsplit(preferences_url(bob)).path)
    assert "My notifications" in response.content.decode()
    assert response.headers["Content-Language"] == "en"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize(
    "wrong",
    [{"rhythm_of_it": "hourly"}, {"most_of_it": "6"}, {"most_of_it": "0"},
     {"paused_of_it": "2020-01-01"}, {"time_zone": "Mars/Olympus"}, {"kinds": ["security"]}],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_kept(strict, link, membership, wrong):
    response = strict.post(link, choices(membership, **wrong))
    assert response.status_code == 400
    membership.refresh_from_db()
    assert membership.digest_rhythm == ""


def test_nobody_chooses_for_another(strict, link, membership, charlie):
    theirs = Membership.objects.get(user=charlie)
    strict.post(link, choices(membership) | choices(theirs))
    strict.post(link, {"pause": theirs.organisation_id})
    theirs.refresh_from_db()
    assert (theirs.digest_rhythm, theirs.digest_paused_until) == ("", None)


def test_readers_have_nothing_to_choose_for_the_organisation(client, rita):
    client.force_login(rita)
    assert "rhythm_" not in client.get(reverse("mail_preferences")).content.decode()


def test_old_altered_and_orphaned_links_explain_themselves(strict, link, alice):
    with time_machine.travel(timezone.now() + timedelta(days=401)):
        assert strict.post(link, {}).status_code == 410
    assert strict.get(link[:-4] + "abc/").status_code == 404
    alice.is_active = False
    alice.save()
    assert strict.get(link).status_code == 404
