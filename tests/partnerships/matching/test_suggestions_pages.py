"""The page of suggestions: cards with reasons, filters, a few at a time, a next step when empty."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from partnerships.matching.enums import AnswerKind
from partnerships.matching.models import Introduction, SuggestionAnswer, SuggestionList
from partnerships.matching.services import answer_suggestion, refresh_matches
from partnerships.matching.services.storing import WRITING
from partnerships.organisations.models import Declaration, Membership
from phare_platform.lib.models import Job

pytestmark = pytest.mark.django_db
PAGE = "/suggestions/"
QUERIES = 14  # of a full page with its layout, whatever the number of cards


@pytest.fixture
def read(client, alice):
    client.force_login(alice)

    def get(url=PAGE, **headers):
        response = client.get(url, headers=headers)
        return response.content.decode()

    return get


def names_in(html):
    return re.findall(r'<h2 class="h3" id="suggestion-\d+"[^>]*>\s*<a[^>]*>([^<]+)</a>', html)


def text_of(html):
    """What is read: without tags, every space an ordinary one."""
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"</?b>", "", html)).split())


def test_a_card_says_who_why_how_much_and_what_to_do(read, ateliers, mobilites):
    refresh_matches()
    html = read()
    text = text_of(html)
    assert names_in(html) == ["Mobilités Vienne Services"]
    assert "Un partenaire à découvrir" in text
    assert "Chasseneuil-du-Poitou, 8\xa0km" in html
    assert "Vous cherchez de l’aide sur la mobilité" in text
    assert "Vérifiée" in text
    assert re.search(r"<b>\d\d</b>points sur 100, dans les deux sens", html)
    for line in ("Complémentarité", "Sujets communs", "Moyens", "Proximité", "Mondes", "Formes"):
        assert f'<th scope="row">{line}</th>' in html
    for answer in ("Ça nous intéresse", "Plus tard", "Pas pour nous…", "Trop loin"):
        assert answer in text
    assert html.count('name="idempotency_key"') >= 2
    assert "style=" not in html
    assert f'name="organisation" value="{ateliers.pk}"' in html


def test_the_page_is_english_for_who_reads_english(client, bob, ateliers, mobilites):
    refresh_matches()
    client.force_login(bob)
    text = text_of(client.get(PAGE).content.decode())
    assert "One partner to discover" in text
    assert "where they act; they look for help on mobility, where you act" in text


def test_names_are_escaped(read, ateliers, make_organisation, listed):
    listed(ateliers, make_organisation("<script>alert(1)</script>", acts={11: 2}))
    html = read()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_three_come_first_then_five_more_without_script(read, ateliers, crowd, listed):
    listed(ateliers, *crowd)
    html = read()
    assert names_in(html) == [other.name for other in crowd[:3]]
    assert 'href="?page=2"' in html
    assert "En voir 5 de plus" in text_of(html)
    assert names_in(read(f"{PAGE}?page=2")) == [other.name for other in crowd[3:8]]
    assert "En voir 2 de plus" in text_of(read(f"{PAGE}?page=2"))
    assert names_in(read(f"{PAGE}?page=3")) == [other.name for other in crowd[8:]]


def test_htmx_gets_the_cards_without_the_layout(read, ateliers, crowd, listed):
    listed(ateliers, *crowd)
    html = read(f"{PAGE}?page=2", **{"HX-Request": "true"})
    assert len(names_in(html)) == 5
    assert "<html" not in html


@pytest.mark.parametrize("number", ["0", "-1", "99", "x"])
def test_a_page_that_does_not_exist_is_the_nearest_one(
    client, alice, ateliers, crowd, listed, number
):
    listed(ateliers, *crowd)
    client.force_login(alice)
    assert client.get(f"{PAGE}?page={number}").status_code == 200


def test_filters_by_kind_of_partner(read, ateliers, crowd, listed):
    listed(ateliers, *crowd)
    companies = [other.name for other in crowd if other.kind == "company"]
    assert names_in(read(f"{PAGE}?kind=company")) == companies[:3]
    assert len(names_in(read(f"{PAGE}?kind=company&kind=university"))) == 3
    assert names_in(read(f"{PAGE}?kind=nonsense")) == [other.name for other in crowd[:3]]


def test_filters_by_how_far(read, ateliers, crowd, listed):
    listed(ateliers, *crowd)
    near = [other.name for other in crowd if other.home.name == "Poitiers"]
    department = [other.name for other in crowd if other.home.name != "Bressuire"]
    assert names_in(read(f"{PAGE}?up_to=intermunicipality")) == near[:3]
    assert names_in(read(f"{PAGE}?up_to=department")) == department[:3]
    assert len(names_in(read(f"{PAGE}?up_to=region&page=2"))) == 5


def test_filters_by_one_of_our_subjects(read, ateliers, crowd, listed, make_organisation):
    neighbour = make_organisation("Voisins solidaires", seeks={5: 3})
    listed(ateliers, neighbour, *crowd[:2])
    html = read(f"{PAGE}?subject=5")
    assert names_in(html) == [neighbour.name, crowd[0].name, crowd[1].name]
    assert names_in(read(f"{PAGE}?subject=11")) == [crowd[0].name, crowd[1].name]
    options = re.findall(r'<option value="(\d*)"', html)
    assert options == ["", "5", "6", "11"]


@pytest.mark.parametrize("query", ["subject=99", "subject=x", "up_to=galaxy", "kind=%20"])
def test_a_filter_that_does_not_exist_is_no_error(client, alice, ateliers, crowd, listed, query):
    listed(ateliers, *crowd)
    client.force_login(alice)
    assert client.get(f"{PAGE}?{query}").status_code == 200


def test_filters_that_leave_nobody_say_so_and_can_be_taken_away(read, ateliers, crowd, listed):
    listed(ateliers, crowd[1])
    html = read(f"{PAGE}?kind=university")
    assert "Aucun partenaire avec ces filtres" in html
    assert 'href="/suggestions/"' in html


@pytest.mark.parametrize("count", [3, 10])
def test_the_number_of_queries_is_fixed(
    client, alice, ateliers, crowd, listed, django_assert_num_queries, count
):
    listed(ateliers, *crowd[:count])
    client.force_login(alice)
    client.get(PAGE)
    with django_assert_num_queries(QUERIES):
        client.get(PAGE)


def test_nothing_declared_leads_to_declaring(read, ateliers):
    Declaration.objects.all().delete()
    html = read()
    assert "Dites sur quoi vous agissez" in html
    assert reverse("partnerships:organisation_declare", args=[ateliers.pk]) in html


def test_just_declared_the_list_is_worked_out_on_the_spot(read, ateliers, mobilites):
    assert not SuggestionList.objects.exists()
    assert names_in(read()) == ["Mobilités Vienne Services"]
    assert SuggestionList.objects.filter(organisation=ateliers).exists()


@pytest.mark.django_db(transaction=True)
def test_while_all_lists_are_being_written_nobody_is_kept_waiting(read, ateliers, mobilites):
    from django.db import connections

    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [WRITING])
        html = read()
    finally:
        other.close()
    assert "en cours de calcul" in html
    assert Job.objects.get().kwargs == {"together": [ateliers.pk]}


def test_nobody_who_fits_is_said_and_leads_to_what_is_declared(read, ateliers, listed):
    listed(ateliers)
    assert "Personne ne convient encore" in read()


def test_all_answered_is_said(read, ateliers, mobilites, listed):
    listed(ateliers, mobilites)
    answer_suggestion(ateliers, other=mobilites, kind=AnswerKind.LATER, by=None)
    assert "Vous avez répondu à toutes" in read()


def test_a_paused_organisation_is_told_how_to_come_back(read, ateliers):
    ateliers.status = "paused"
    ateliers.save()
    html = read()
    assert "Votre organisation fait une pause" in html
    assert reverse("partnerships:organisation_edit", args=[ateliers.pk]) in html


def test_a_full_organisation_is_led_to_its_introductions(read, ateliers, mobilites, listed):
    listed(ateliers, mobilites)
    ateliers.capacity = 1
    ateliers.save()
    Introduction.objects.create(
        first=ateliers, second=mobilites, expires_at=timezone.now() + timedelta(days=10)
    )
    html = read()
    assert "D’abord les mises en relation en cours" in html
    assert not names_in(html)


def test_without_an_organisation_one_is_led_to_finding_it(client, make_person):
    client.force_login(make_person("solo@example.org"))
    html = client.get(PAGE).content.decode()
    assert "D’abord, votre organisation" in html
    assert reverse("partnerships:organisation_new") in html


def test_readers_see_suggestions_and_cannot_answer(client, rita, pair):
    client.force_login(rita)
    html = client.get(PAGE).content.decode()
    assert names_in(html) == ["Mobilités Vienne Services"]
    assert "Ça nous intéresse" not in html


def test_the_last_answer_can_be_undone_from_the_page(client, alice, pair):
    ateliers, mobilites = pair
    client.force_login(alice)
    url = reverse("partnerships:suggestion_answer", args=[mobilites.pk])
    response = client.post(
        url, {"organisation": ateliers.pk, "kind": "declined", "reason": "values"}
    )
    assert response.url == PAGE
    html = client.get(PAGE).content.decode()
    undo = reverse("partnerships:suggestion_undo", args=[mobilites.pk])
    assert undo in html
    client.post(undo, {"organisation": ateliers.pk})
    assert not SuggestionAnswer.objects.exists()
    assert names_in(client.get(PAGE).content.decode()) == ["Mobilités Vienne Services"]


def test_an_answer_that_introduced_is_not_offered_to_undo(read, alice, pair):
    ateliers, mobilites = pair
    kind = AnswerKind.INTERESTED
    answer_suggestion(ateliers, other=mobilites, kind=kind, by=alice)
    assert "/annuler/" in read()
    answer_suggestion(mobilites, other=ateliers, kind=kind, by=None)
    assert "/annuler/" not in read()


def test_the_detail_shows_both_directions(read, ateliers, mobilites):
    refresh_matches()
    text = text_of(read(reverse("partnerships:suggestion", args=[mobilites.pk])))
    assert "Ce qu’ils vous apportent" in text
    assert "Ce que vous leur apportez" in text
    assert "Les deux roses" in text
    assert "Voir le tableau" in text


def test_the_detail_says_what_was_answered_and_offers_to_undo(read, pair):
    ateliers, mobilites = pair
    answer_suggestion(ateliers, other=mobilites, kind=AnswerKind.INTERESTED, by=None)
    html = read(reverse("partnerships:suggestion", args=[mobilites.pk]))
    assert "Vous avez répondu" in html
    assert reverse("partnerships:suggestion_undo", args=[mobilites.pk]) in html


def test_reading_a_page_writes_nothing(client, alice, ateliers, crowd, listed):
    listed(ateliers, *crowd)
    client.force_login(alice)
    client.get(PAGE)
    writes = []

    def watch(execute, sql, params, many, context):
        if sql.lstrip().split()[0] in ("INSERT", "UPDATE", "DELETE"):
            writes.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        for url in (PAGE, f"/suggestions/{crowd[0].pk}/", "/introductions/", "/suggestions/regle/"):
            assert client.get(url).status_code == 200
    assert [sql for sql in writes if "session" not in sql] == []


def test_the_rule_is_explained_with_its_points(read, ateliers, listed):
    listed(ateliers)
    text = text_of(read("/suggestions/regle/"))
    assert "Les points de la règle « 2026-11 »" in text
    assert "3 000" in text


def test_who_acts_for_two_organisations_answers_for_the_one_on_the_page(client, alice, foret, pair):
    ateliers, mobilites = pair
    Membership.objects.create(user=alice, organisation=foret, role="owner")
    client.force_login(alice)
    session = client.session
    session["current_organisation"] = foret.pk
    session.save()
    url = reverse("partnerships:suggestion_answer", args=[mobilites.pk])
    client.post(url, {"organisation": ateliers.pk, "kind": "interested"})
    assert SuggestionAnswer.objects.get().organisation == ateliers
