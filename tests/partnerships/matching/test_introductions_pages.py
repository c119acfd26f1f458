"""The pages of introductions: contacts for both sides, the two answers, what became of them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from partnerships.lifecycle.models import Partnership
from partnerships.matching.enums import AnswerKind
from partnerships.matching.models import Introduction
from partnerships.matching.services import (
    accept_introduction,
    answer_suggestion,
    decline_introduction,
    expire_introductions,
)
from partnerships.organisations.models import Organisation

pytestmark = pytest.mark.django_db
QUERIES = 13  # of one introduction with its layout
LIST_QUERIES = 7


@pytest.fixture
def introduction(pair):
    ateliers, mobilites = pair
    for us, them in ((ateliers, mobilites), (mobilites, ateliers)):
        answer_suggestion(us, other=them, kind=AnswerKind.INTERESTED, by=None)
    return Introduction.objects.get()


@pytest.fixture
def url(introduction):
    return reverse("partnerships:introduction", args=[introduction.pk])


def html_of(client, person, url):
    client.force_login(person)
    return client.get(url).content.decode()


def test_saying_yes_second_leads_to_the_introduction_without_contacts(client, alice, pair):
    ateliers, mobilites = pair
    answer_suggestion(mobilites, other=ateliers, kind=AnswerKind.INTERESTED, by=None)
    client.force_login(alice)
    response = client.post(
        reverse("partnerships:suggestion_answer", args=[mobilites.pk]),
        {"organisation": ateliers.pk, "kind": "interested"},
        follow=True,
    )
    html = response.content.decode()
    assert response.redirect_chain[-1][0] == f"/introductions/{Introduction.objects.get().pk}/"
    assert f"/conversations/{Introduction.objects.get().pk}/" in html
    assert "contact@" not in html


def test_contacts_show_once_both_have_said_yes_to_readers_too(
    client, alice, bob, rita, introduction, url, pair
):
    for side in (None, pair[0]):  # not at first, and not after one yes
        if side:
            accept_introduction(introduction, organisation=side, by=None)
        for person in (alice, bob, rita):
            html = html_of(client, person, url)
            assert "contact@" not in html
            assert "05 49 00 00 01" not in html
            assert "Nadia Petit" not in html
    accept_introduction(introduction, organisation=pair[1], by=None)
    for person in (alice, bob, rita):
        html = html_of(client, person, url)
        assert "mailto:contact@mobilites.example" in html
        assert "mailto:contact@ateliers.example" in html
    assert "introduction_accept" not in html
    assert "/accepter/" not in html  # Rita only reads


def test_contacts_are_on_no_other_page(client, alice, introduction, mobilites, pair):
    for side in pair:
        accept_introduction(introduction, organisation=side, by=None)
    for address in ("/suggestions/", f"/suggestions/{mobilites.pk}/", "/introductions/"):
        assert "contact@mobilites.example" not in html_of(client, alice, address)


def test_the_partnership_proposed_is_shown_before_the_yes(client, alice, url):
    html = html_of(client, alice, url)
    assert "Le partenariat que vous ouvririez" in html
    assert "Vienne" in html


def test_the_second_yes_may_rename_the_partnership(
    client, alice, bob, introduction, url, mobilites
):
    accept_introduction(introduction, organisation=mobilites, by=bob)
    html = html_of(client, alice, url)
    assert 'name="title"' in html
    assert "Les Ateliers du Clain et Mobilités Vienne Services" in html
    ours = {"organisation": introduction.first_id, "title": "Navettes du matin"}
    response = client.post(f"{url}accepter/", ours)
    partnership = Partnership.objects.get()
    assert partnership.title == "Navettes du matin"
    assert response.url == partnership.get_absolute_url()


def test_a_title_too_long_is_told_at_its_field_and_kept(
    client, alice, bob, introduction, url, mobilites
):
    accept_introduction(introduction, organisation=mobilites, by=bob)
    client.force_login(alice)
    data = {"organisation": introduction.first_id, "title": "N" * 151}
    response = client.post(f"{url}accepter/", data)
    assert response.status_code == 422
    assert "N" * 151 in response.content.decode()
    assert "is-invalid" in response.content.decode()
    assert not Partnership.objects.exists()


def test_the_first_yes_waits_for_the_other(client, alice, introduction, url):
    client.force_login(alice)
    response = client.post(f"{url}accepter/", {"organisation": introduction.first_id}, follow=True)
    html = response.content.decode()
    assert "Votre oui est noté" in html
    assert "Mobilités Vienne Services a jusqu’au" in html
    assert "/accepter/" not in html
    assert "/decliner/" in html


def test_declining_never_shows_the_reason_to_the_other_side(
    client, alice, bob, introduction, url, mobilites
):
    client.force_login(bob)
    data = {"organisation": mobilites.pk, "reason": "values"}
    response = client.post(f"{url}decliner/", data, follow=True)
    assert "Your organisation declined this introduction" in response.content.decode()
    assert "Only your organisation reads this" in response.content.decode()
    html = html_of(client, alice, url)
    assert "ne peut pas aller plus loin" in html
    assert "contact@mobilites.example" not in html
    assert "valeurs" not in html


def test_the_loser_of_a_race_is_told_what_happened(
    client, alice, bob, introduction, url, mobilites
):
    decline_introduction(introduction, organisation=mobilites, by=bob)
    client.force_login(alice)
    data = {"organisation": introduction.first_id}
    response = client.post(f"{url}accepter/", data, follow=True)
    text = "Mobilités Vienne Services a décliné cette mise en relation entre-temps."
    assert text in response.content.decode()


def test_an_expired_introduction_explains_itself(client, alice, introduction, url):
    Introduction.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    html = html_of(client, alice, url)  # the task has not passed yet
    assert "/accepter/" not in html
    expire_introductions(now=timezone.now())
    html = html_of(client, alice, url)
    assert "la mise en relation a expiré" in html
    assert "contact@mobilites.example" not in html


def test_nothing_opens_with_an_organisation_that_has_left(
    client, alice, ateliers, mobilites, introduction, url
):
    Organisation.objects.filter(pk=mobilites.pk).update(status="closed")
    html = html_of(client, alice, url)
    assert "L’une des deux organisations a quitté PHARE" in html
    assert "/accepter/" not in html
    assert "nous attend" not in html
    talk = reverse("partnerships:conversation", args=[introduction.pk])
    assert "a expiré" not in client.get(talk).content.decode()
    response = client.post(f"{url}accepter/", {"organisation": ateliers.pk}, follow=True)
    assert "aucun partenariat ne peut s’ouvrir" in response.content.decode()
    introduction.refresh_from_db()
    assert (introduction.first_accepted_at, introduction.second_accepted_at) == (None, None)


def test_an_open_partnership_is_one_click_away(client, alice, introduction, url, pair):
    for side in pair:
        accept_introduction(introduction, organisation=side, by=None)
    assert Partnership.objects.get().get_absolute_url() in html_of(client, alice, url)


def test_the_list_shows_what_waits_first_and_filters_by_state(client, alice, pair, crowd):
    ateliers, mobilites = pair
    now = timezone.now()
    made = [
        Introduction.objects.create(
            first=ateliers, second=other, opened_at=now, expires_at=now + timedelta(days=10)
        )
        for other in (mobilites, *crowd[:2])
    ]
    decline_introduction(made[2], organisation=crowd[1], by=None)
    html = html_of(client, alice, "/introductions/")
    assert html.index("Voisine 00") < html.index("Mobilités") < html.index("Voisine 01")
    declined = client.get("/introductions/?state=declined").content.decode()
    assert "Voisine 01" in declined
    assert "Voisine 00" not in declined
    none = client.get("/introductions/?state=accepted").content.decode()
    assert "Aucune mise en relation dans cet état" in none
    assert client.get("/introductions/?state=nonsense").status_code == 200


def test_an_empty_list_says_what_to_do(client, alice):
    assert "Pas encore de mise en relation" in html_of(client, alice, "/introductions/")


def test_the_number_of_queries_is_fixed(
    client, alice, introduction, url, crowd, django_assert_num_queries
):
    html_of(client, alice, url)
    with django_assert_num_queries(QUERIES):
        client.get(url)
    now = timezone.now()
    for other in crowd[:5]:
        Introduction.objects.create(
            first=introduction.first,
            second=other,
            opened_at=now,
            expires_at=now + timedelta(days=10),
        )
    with django_assert_num_queries(LIST_QUERIES):
        client.get("/introductions/")
