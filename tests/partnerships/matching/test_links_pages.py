"""One-click answers: the link shows, the button does; a bad link explains itself."""

import random
import re
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partnerships.matching.access import AnswerLink, make_answer_token, read_answer_token
from partnerships.matching.enums import AnswerKind
from partnerships.matching.models import Introduction, SuggestionAnswer
from partnerships.matching.services import accept_introduction, answer_suggestion
from partnerships.organisations.models import Membership, Organisation
from phare_platform.lib.signing import LinkInvalid, make_token
from phare_platform.trace.models import Trace
from tests.partnerships.matching.races import at_once

pytestmark = pytest.mark.django_db
NOVEMBER = datetime(2026, 11, 20, 9, tzinfo=UTC)
INTERESTED, LATER, DECLINED = AnswerKind.INTERESTED, AnswerKind.LATER, AnswerKind.DECLINED


def url_of(token):
    return reverse("partnerships:suggestion_link", args=[token])


@pytest.fixture
def link(pair, alice):
    """Alice's link for one of the three answers: the same each time, as in her message."""

    @cache
    def make(kind=INTERESTED):
        ateliers, mobilites = pair
        return url_of(make_answer_token(AnswerLink(ateliers, mobilites, alice, kind)))

    return make


@pytest.fixture
def strict():
    """A visitor whose forms are checked as a browser's are, and who has no session."""
    return Client(enforce_csrf_checks=True)


@pytest.mark.parametrize("kind", AnswerKind)
@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_a_link_changes_nothing(strict, link, kind, method):
    before = Trace.objects.count()
    response = getattr(strict, method)(link(kind))
    assert response.status_code == 200
    assert not SuggestionAnswer.objects.exists()
    assert Trace.objects.count() == before
    assert not Session.objects.exists()


def test_the_page_shows_the_suggestion_and_one_button_in_the_persons_language(strict, pair, bob):
    ateliers, mobilites = pair
    url = url_of(make_answer_token(AnswerLink(mobilites, ateliers, bob, INTERESTED)))
    response = strict.get(url, headers={"accept-language": "fr"})
    html = response.content.decode()
    assert '<html lang="en"' in html
    assert response.headers["Content-Language"] == "en"
    assert "Your answer about Les Ateliers du Clain" in html
    assert "For Mobilités Vienne Services, as Bob" in html
    assert "You look for help on <b>isolation</b>" in html
    assert html.count('name="kind"') == 1
    assert "contact@ateliers.example" not in html


def test_the_button_answers_in_the_persons_name_and_leads_to_what_was_answered(strict, link, alice):
    response = strict.post(link(), {"kind": "interested"}, headers={"origin": "null"})
    assert (response.status_code, response.url) == (302, link())
    answer = SuggestionAnswer.objects.get()
    assert (answer.kind, answer.answered_by) == ("interested", alice)
    assert Trace.objects.get(deed="matching.answer_suggestion").details["via"] == "mail"
    html = strict.get(link()).content.decode()
    assert "Réponse donnée" in html
    assert "ça nous intéresse" in html
    assert "par Alice" in html
    assert not Session.objects.exists()


def test_without_a_kind_the_button_means_the_links_own(strict, link):
    strict.post(link(LATER), {})
    assert SuggestionAnswer.objects.get().kind == "later"


def test_a_no_may_come_with_its_reason(strict, link):
    assert "Trop loin" in strict.get(link(DECLINED)).content.decode()
    strict.post(link(DECLINED), {"kind": "declined", "reason": "too_far"})
    assert SuggestionAnswer.objects.get().reason == "too_far"


@pytest.mark.parametrize(
    "data", [{"kind": "love"}, {"kind": "later"}, {"kind": "interested", "reason": "ugly"}]
)
def test_an_answer_that_does_not_exist_is_refused(strict, link, data):
    assert strict.post(link(), data).status_code == 400
    assert not SuggestionAnswer.objects.exists()


def test_a_used_link_says_what_was_answered_and_offers_to_undo(strict, link):
    strict.post(link(), {"kind": "interested"})
    html = strict.get(link()).content.decode()
    assert 'name="undo"' in html
    strict.post(link(), {"undo": "on"})
    assert not SuggestionAnswer.objects.exists()
    html = strict.get(link()).content.decode()
    assert "<form" not in html
    assert "Ce lien a servi" in html


def test_a_no_for_want_of_time_is_undone_too(strict, link):
    strict.post(link(DECLINED), {"kind": "declined", "reason": "no_time"})
    assert SuggestionAnswer.objects.get().kind == "later"
    assert 'name="undo"' in strict.get(link(DECLINED)).content.decode()
    assert 'name="undo"' not in strict.get(link(LATER)).content.decode()
    strict.post(link(DECLINED), {"undo": "on"})
    assert not SuggestionAnswer.objects.exists()


def test_what_a_colleague_said_meanwhile_is_not_offered_to_undo(strict, link, bob):
    strict.post(link(), {"kind": "interested"})
    SuggestionAnswer.objects.update(answered_by=bob)
    assert 'name="undo"' not in strict.get(link()).content.decode()


def test_a_link_answers_once_and_never_again(strict, link):
    strict.post(link(), {"kind": "interested"})
    first = SuggestionAnswer.objects.get().answered_at
    assert strict.post(link(), {"kind": "interested"}).status_code == 409
    assert SuggestionAnswer.objects.get().answered_at == first
    strict.post(link(), {"undo": "on"})
    assert strict.post(link(), {"kind": "interested"}).status_code == 409
    assert strict.post(link(), {"undo": "on"}).status_code == 409
    assert not SuggestionAnswer.objects.exists()


def test_a_refused_answer_does_not_use_the_link_up(strict, link, pair):
    ateliers, _mobilites = pair
    url = link()
    Organisation.objects.filter(pk=ateliers.pk).update(status="paused")
    assert strict.post(url, {"kind": "interested"}).status_code == 400
    Organisation.objects.filter(pk=ateliers.pk).update(status="active")
    assert strict.post(url, {"kind": "interested"}).status_code == 302


def test_what_was_said_elsewhere_is_not_undone_by_a_link(strict, link, pair):
    ateliers, mobilites = pair
    answer_suggestion(ateliers, other=mobilites, kind=INTERESTED, by=None)
    assert 'name="undo"' not in strict.get(link()).content.decode()
    assert strict.post(link(), {"undo": "on"}).status_code == 409
    assert SuggestionAnswer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_are_one_answer(link):
    url = link()
    statuses = at_once(*[lambda: Client().post(url, {}).status_code] * 4)
    assert sorted(statuses) == [302, 409, 409, 409]
    assert Trace.objects.filter(deed="matching.answer_suggestion").count() == 1


def test_another_link_of_the_same_message_may_change_the_answer(strict, link):
    strict.post(link(), {"kind": "interested"})
    html = strict.get(link(LATER)).content.decode()
    assert 'value="later"' in html
    strict.post(link(LATER), {"kind": "later"})
    assert SuggestionAnswer.objects.get().kind == "later"


def test_a_later_whose_month_is_over_can_be_answered_afresh(strict, link, pair):
    ateliers, mobilites = pair
    ago = timezone.now() - timedelta(days=31)
    answer_suggestion(ateliers, other=mobilites, kind=LATER, by=None, at=ago)
    html = strict.get(link()).content.decode()
    assert "Cela vous intéresse" in html
    assert 'name="undo"' not in html


def test_a_mutual_interest_leads_to_the_introduction(strict, link, pair):
    ateliers, mobilites = pair
    answer_suggestion(mobilites, other=ateliers, kind=INTERESTED, by=None)
    strict.post(link(), {"kind": "interested"})
    introduction = Introduction.objects.get()
    html = strict.get(link()).content.decode()
    assert reverse("partnerships:introduction", args=[introduction.pk]) in html
    assert "contact@mobilites.example" not in html


def test_after_the_introduction_the_link_tells_how_long_and_then_of_the_partnership(
    strict, link, pair
):
    for us, them in (pair, pair[::-1]):
        answer_suggestion(us, other=them, kind=INTERESTED, by=None, at=NOVEMBER)
    html = strict.get(link()).content.decode()
    assert "jusqu’au 30 novembre 2026" in html.replace("\N{NO-BREAK SPACE}", " ")
    introduction = Introduction.objects.get()
    for us in pair:
        accept_introduction(introduction, organisation=us, by=None, at=NOVEMBER)
    html = strict.get(link()).content.decode()
    assert "Vous avez toutes deux dit oui" in html
    introduction.refresh_from_db()
    assert reverse("partnerships:partnership", args=[introduction.partnership_id]) in html


def test_after_an_introduction_no_link_answers_any_more(strict, link, pair):
    ateliers, mobilites = pair
    for us, them in ((ateliers, mobilites), (mobilites, ateliers)):
        answer_suggestion(us, other=them, kind=INTERESTED, by=None)
    assert strict.post(link(DECLINED), {"kind": "declined"}).status_code == 409
    assert strict.post(link(), {"undo": "on"}).status_code == 409
    assert Introduction.objects.get().state == "open"


def test_a_double_click_is_one_answer(strict, link):
    data = {"kind": "interested", "idempotency_key": "once"}
    first, second = strict.post(link(), data), strict.post(link(), data)
    assert (first.status_code, second.status_code) == (302, 302)
    assert Trace.objects.filter(deed="matching.answer_suggestion").count() == 1


def test_an_expired_link_explains_itself_and_offers_to_sign_in(strict, link):
    url = link()
    with time_machine.travel(timezone.now() + timedelta(days=30, seconds=2), tick=False):
        response = strict.get(url)
        posted = strict.post(url, {"kind": "interested"})
    assert (response.status_code, posted.status_code) == (410, 410)
    assert "Ce lien a expiré" in response.content.decode()
    assert reverse("partnerships:suggestions") in response.content.decode()
    assert not SuggestionAnswer.objects.exists()


def test_a_link_answers_until_the_last_second_of_its_thirty_days(strict, link):
    url = link()
    with time_machine.travel(timezone.now() + timedelta(days=30, seconds=-2), tick=False):
        assert strict.get(url).status_code == 200


@pytest.mark.parametrize("change", ["remove", "reader", "inactive", "moved"])
def test_the_link_of_somebody_who_no_longer_answers_is_dead(strict, link, alice, foret, change):
    url = link()
    membership = Membership.objects.filter(user=alice)
    if change == "remove":
        membership.delete()
    elif change == "reader":
        membership.update(role="reader")
    elif change == "moved":
        membership.update(organisation=foret)
    else:
        alice.is_active = False
        alice.save()
    response = strict.get(url)
    assert response.status_code == 404
    assert "Ce lien ne fonctionne pas" in response.content.decode()
    assert "Mobilités" not in response.content.decode()
    assert strict.post(url, {"kind": "interested"}).status_code == 404
    assert not SuggestionAnswer.objects.exists()


def test_a_token_made_for_another_purpose_is_worthless(strict, pair, alice):
    ateliers, mobilites = pair
    payload = {
        "organisation": ateliers.pk,
        "other": mobilites.pk,
        "user": alice.pk,
        "kind": "interested",
    }
    for purpose in ("unsubscribe", "suggestion-answer2", ""):
        assert strict.post(url_of(make_token(purpose, payload)), {}).status_code == 404
    assert strict.post(url_of(signing.dumps(payload)), {}).status_code == 404
    assert not SuggestionAnswer.objects.exists()


def test_a_thousand_altered_tokens_open_nothing(strict, link):
    dice = random.Random(20261120)
    signs = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_:."
    token = link().split("/")[-2]
    altered = set()
    while len(altered) < 1000:
        place = dice.randrange(len(token))
        altered.add(token[:place] + dice.choice(signs) + token[place + 1 :])
        altered.discard(token)
    for number, wrong in enumerate(sorted(altered)):
        with pytest.raises(LinkInvalid):
            read_answer_token(wrong)
        if number % 50 == 0:
            assert strict.post(url_of(wrong), {"kind": "interested"}).status_code == 404
    assert not SuggestionAnswer.objects.exists()


def test_a_link_about_who_left_the_platform_says_so(strict, link, mobilites):
    url = link()
    mobilites.status = "paused"
    mobilites.save()
    response = strict.get(url)
    assert response.status_code == 410
    assert "Mobilités Vienne Services ne participe plus" in response.content.decode()


def test_the_address_is_kept_from_other_sites_and_from_caches(strict, link):
    for url in (link(), url_of("broken")):
        response = strict.get(url)
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in response.headers["X-Robots-Tag"]
        assert "no-store" in response.headers["Cache-Control"]


def test_the_page_has_no_form_but_its_own(client, charlie, link):
    """Any other would be refused, because browsers send `Origin: null` from this page."""
    client.force_login(charlie)
    for url in (link(), url_of("broken")):
        html = client.get(url).content.decode()
        assert re.findall(r"<form[^>]*action", html) == []
        assert "/langue/" not in html


def test_somebody_elses_session_does_not_matter(client, charlie, link, alice):
    client.force_login(charlie)
    client.post(link(), {"kind": "interested"})
    assert SuggestionAnswer.objects.get().answered_by == alice


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(strict, link, method):
    assert getattr(strict, method)(link()).status_code == 405
