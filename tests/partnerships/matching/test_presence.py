"""What we can take, a pause, a profile up to date: set from the page of suggestions."""

from datetime import timedelta

import pytest
from django.utils import timezone

from partnerships.matching.services import decline_introduction, open_introduction
from partnerships.organisations.models import Organisation
from partnerships.organisations.services import confirm_profile, set_capacity
from partnerships.reminders.services import open_reminders
from phare_platform.lib.errors import Refusal
from phare_platform.lib.models import Job
from phare_platform.trace.models import Trace

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.now() - timedelta(days=200)


def html_of(client, person, url="/suggestions/"):
    client.force_login(person)
    return client.get(url).content.decode()


def test_the_capacity_is_shown_and_changed_in_one_click(client, bob, mobilites, pair):
    html = html_of(client, bob)
    assert "We can handle <b>3</b> introductions at a time" in html
    assert 'name="capacity" value="4"' in html
    url = f"/organisations/{mobilites.pk}/capacite/"
    response = client.post(url, {"capacity": 4, "back": "suggestions"}, follow=True)
    assert response.redirect_chain == [("/suggestions/", 302)]
    assert "You take up to 4 introductions at a time." in response.content.decode()
    mobilites.refresh_from_db()
    assert mobilites.capacity == 4
    assert Job.objects.filter(task="partnerships.matching.refresh_organisations").exists()


@pytest.mark.parametrize("sent", ["-1", "51", "", "x"])
def test_a_number_that_cannot_be_is_refused(client, bob, mobilites, pair, sent):
    client.force_login(bob)
    url = f"/organisations/{mobilites.pk}/capacite/"
    response = client.post(url, {"capacity": sent, "back": "suggestions"}, follow=True)
    assert "alert-danger" in response.content.decode()
    mobilites.refresh_from_db()
    assert mobilites.capacity == 3


def test_the_service_keeps_the_range_too(mobilites):
    for number in (-1, 51):
        with pytest.raises(Refusal) as refusal:
            set_capacity(mobilites, capacity=number, by=None)
        assert refusal.value.code == "capacity_range"
    assert set_capacity(mobilites, capacity=0, by=None).capacity == 0


def test_who_is_full_is_told_and_not_shown(client, bob, alice, mobilites, ateliers, crowd, pair):
    set_capacity(mobilites, capacity=1, by=None)
    open_introduction(mobilites, other=crowd[0], points=None, by=None, at=timezone.now())
    assert "full at present: we are suggested to nobody" in html_of(client, bob)
    assert "Mobilités Vienne Services" not in html_of(client, alice)


def test_a_pause_from_the_same_place_and_back(client, bob, mobilites, pair):
    html_of(client, bob)
    url = f"/organisations/{mobilites.pk}/activite/"
    until = timezone.localdate() + timedelta(days=20)
    sent = {"deed": "pause", "until": until.isoformat(), "back": "suggestions"}
    html = client.post(url, sent, follow=True).content.decode()
    assert "Paused until" in html
    html = client.post(url, {"deed": "resume", "back": "suggestions"}, follow=True)
    assert "We can handle" in html.content.decode()
    wrong = {**sent, "until": "2020-01-01"}
    assert "alert-danger" in client.post(url, wrong, follow=True).content.decode()


def test_readers_see_it_and_change_nothing(client, rita, ateliers, pair):
    html = html_of(client, rita)
    assert "3</b> mises en relation à la fois" in html
    assert "/capacite/" not in html or 'name="capacity"' not in html
    for page in ("capacite", "confirmer"):
        url = f"/organisations/{ateliers.pk}/{page}/"
        assert client.post(url, {"capacity": 1}).status_code == 404


def test_a_stale_profile_says_so_to_its_members_to_others_and_in_suggestions(
    client, alice, bob, ateliers, mobilites, pair
):
    Organisation.objects.filter(pk=mobilites.pk).update(confirmed_at=LONG_AGO)
    url = mobilites.get_absolute_url()
    assert "Pas confirmé depuis" in html_of(client, alice, url)
    assert "pas confirmé depuis" in html_of(client, alice)
    html = html_of(client, bob, url)
    assert "Everything is still right" in html
    assert "Our profile is still right" in html_of(client, bob)


def test_one_click_confirms_for_six_months(client, bob, alice, mobilites, pair):
    Organisation.objects.filter(pk=mobilites.pk).update(confirmed_at=LONG_AGO)
    client.force_login(bob)
    url = f"/organisations/{mobilites.pk}/confirmer/"
    response = client.post(url, follow=True)
    assert response.redirect_chain == [(mobilites.get_absolute_url(), 302)]
    assert "Everything is still right" not in response.content.decode()
    assert Trace.objects.get(deed="organisations.confirm_profile").actor == bob
    assert "pas confirmé" not in html_of(client, alice)


def test_confirming_says_when(mobilites):
    at = timezone.now() - timedelta(days=3)
    assert confirm_profile(mobilites, by=None, at=at).confirmed_at == at


def test_what_waits_is_on_the_page_of_suggestions(client, bob, mobilites, ateliers, pair):
    at = timezone.now() - timedelta(days=8)
    made = open_introduction(mobilites, other=ateliers, points=None, by=None, at=at)
    open_reminders(now=timezone.now())
    html = html_of(client, bob)
    assert "What waits for us" in html
    assert f"/introductions/{made.pk}/" in html
    decline_introduction(made, organisation=mobilites, reason="no_time", by=bob)
    assert "What waits for us" not in html_of(client, bob)
    page = html_of(client, bob, f"/introductions/{made.pk}/")
    assert "no time at present" in page
    assert "Take fewer introductions at a time" in page


def test_a_closed_organisation_is_not_told_that_it_takes_a_break(client, bob, mobilites):
    Organisation.objects.filter(pk=mobilites.pk).update(status="closed")
    html = html_of(client, bob)
    assert "Your organisation is closed" in html
    assert f'href="/organisations/{mobilites.pk}/"' in html
    assert "Take part again" not in html
