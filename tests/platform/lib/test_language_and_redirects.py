"""The language switch, and that no redirect leaves the platform."""

import pytest
from django.test import Client
from django.urls import reverse

ELSEWHERE = [
    *[
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
    ],
    *[
        "http:evil.example",
        "javascript:alert(1)",
        "https:/evil.example",
        "/\t/evil.example",
        " //evil.example",
    ],
    *[
        "http://testserver@evil.example/",
        "http://testserver.evil.example/",
        "//testserver\\@evil.example",
    ],
    *[
        "data:text/html,x",
        "\x01//evil.example",
        "https://evil.example\\@testserver",
        "ftp://testserver/",
    ],
]


@pytest.mark.django_db
@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_redirect_leaves_the_platform(client, alice, target):
    answer = client.post(reverse("set_language"), {"language": "en", "next": target})
    assert answer.url == "/"
    data = {
        "login": alice.email,
        "password": "the lighthouse keeper sleeps at noon",
        "next": target,
    }
    answer = client.post(reverse("account_login"), data)
    assert answer.status_code == 302
    assert answer.url == reverse("start")


@pytest.mark.django_db
def test_a_visitor_s_language_is_remembered_and_the_page_found_again(client):
    answer = client.post(reverse("set_language"), {"language": "en", "next": "/rose/"})
    assert answer.url == "/rose/"
    assert 'lang="en"' in client.get("/rose/").content.decode()
    assert answer.cookies["phare-language"]["httponly"]


@pytest.mark.django_db
def test_a_person_s_language_follows_the_account(client, alice):
    client.force_login(alice)
    client.post(reverse("set_language"), {"language": "en"})
    alice.refresh_from_db()
    assert alice.language == "en"


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["xx", "", "fr'; --", "EN"])
def test_an_unknown_language_changes_nothing(client, alice, language):
    client.force_login(alice)
    answer = client.post(reverse("set_language"), {"language": language})
    assert answer.status_code == 302
    assert "phare-language" not in answer.cookies
    alice.refresh_from_db()
    assert alice.language == "fr"


@pytest.mark.django_db
def test_the_language_is_never_changed_by_a_link(client):
    assert client.get(reverse("set_language")).status_code == 405
    assert Client(enforce_csrf_checks=True).post(reverse("set_language")).status_code == 403
