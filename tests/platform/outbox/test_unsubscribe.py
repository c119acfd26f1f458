"""Unsubscribing: a scanner's GET does nothing, one POST without a cookie does it, twice is once."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from phare_platform.accounts.models import User
from phare_platform.lib.signing import make_token
from phare_platform.outbox.enums import MessageKind
from phare_platform.outbox.models import Unsubscription
from phare_platform.outbox.services import UNSUBSCRIBE, unsubscribe_url

pytestmark = pytest.mark.django_db
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def link():
    return urlsplit(unsubscribe_url("Bob@Example.org", MessageKind.DIGEST)).path


@pytest.fixture
def program():
    """A mail program: no cookie, no referrer, and cross-site checks in force."""
    return Client(enforce_csrf_checks=True)


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_changes_nothing(program, link, method):
    answer = getattr(program, method)(link)
    assert answer.status_code == 200
    assert not Unsubscription.objects.exists()


def test_one_post_without_a_cookie_is_enough_and_two_are_the_same(program, link):
    for _ in range(2):
        answer = program.post(link, ONE_CLICK)
        assert answer.status_code == 200
        assert "phare-sid" not in answer.cookies
    row = Unsubscription.objects.get()
    assert (row.address, row.kind) == ("bob@example.org", "digest")


def test_the_page_offers_to_take_it_back(program, link):
    page = program.post(link)
    assert 'name="again"' in page.content.decode()
    assert program.post(link, {"again": "1"}).status_code == 200
    assert not Unsubscription.objects.exists()


def test_the_link_works_for_a_year(program, link):
    with time_machine.travel(timezone.now() + timedelta(days=366)):
        assert program.post(link, ONE_CLICK).status_code == 200
    assert Unsubscription.objects.exists()


def test_an_old_link_explains_itself_and_says_what_to_do(program, link):
    with time_machine.travel(timezone.now() + timedelta(days=401)):
        page = program.post(link, ONE_CLICK)
    assert page.status_code == 410
    assert "/compte/courrier/" in page.content.decode()
    assert not Unsubscription.objects.exists()


def test_an_altered_link_or_one_made_for_something_else_does_nothing(program, link):
    wish = {"address": "bob@example.org", "kind": "digest"}
    other = f"/courrier/desinscription/{make_token('answer', wish)}/"
    token = link.split("/")[-2]
    assert token != make_token(UNSUBSCRIBE, {**wish, "kind": "introduction"})
    for path in (other, link.replace(token, token[:-3] + "abc"), link.replace(token, "x")):
        assert program.post(path, ONE_CLICK).status_code == 404
    assert not Unsubscription.objects.exists()


def test_the_page_does_not_leak_its_address(program, link):
    answer = program.get(link)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_page_speaks_the_language_of_the_message(program):
    bob = User.objects.create_user("bob@example.org", display_name="Bob", language="en")
    link = urlsplit(unsubscribe_url(bob.email.upper(), MessageKind.DIGEST)).path
    for answer in (
        program.get(link, headers={"accept-language": "fr"}),
        program.post(link, headers={"accept-language": "fr"}),
    ):
        assert '<html lang="en"' in answer.content.decode()
        assert answer.headers["Content-Language"] == "en"
