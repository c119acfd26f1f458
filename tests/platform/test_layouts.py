"""The pages around the pages: base, errors, sign-in, mail, and the page of all components."""

import re

import pytest
from django.template import Context, engines
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

MAIL = """{% extends "base_email.html" %}
{% block preheader %}Before the rest{% endblock %}
{% block content %}<h1>{{ title }}</h1><a class="button" href="/x">Go</a>{% endblock %}"""
TEXT = """{% extends "base_email.txt" %}{% block content %}{{ title }}{% endblock %}"""


def filled(source, **context):
    return engines["django"].from_string(source).render(context)


@pytest.mark.parametrize("name", ["404.html", "403.html", "403_csrf.html"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_error_says_what_happened_and_where_to_go(db, name, language):
    request = RequestFactory().get("/")
    with translation.override(language):
        html = render_to_string(name, request=request)
    assert f'<html lang="{language}"' in html
    assert html.count("<h1>") == 1
    assert 'href="/"' in html


def test_the_page_of_last_resort_needs_nothing():
    html = engines["django"].engine.get_template("500.html").render(Context())
    assert "Une erreur est survenue" in html
    assert "Something went wrong" in html
    assert html.count("<h1>") == 1


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_of_components_shows_them_all(language):
    client = Client(headers={"accept-language": language})
    response = client.get(reverse("components"))
    assert response.status_code == 200
    html = response.content.decode()
    for part in ("rose-wide", "rose-glyph", "heat-cell", "pager", "timeline", "board", "steps"):
        assert part in html, part
    assert len(re.findall(r"<h1", html)) == 1
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.django_db
def test_a_page_tells_its_language_its_title_and_how_to_skip():
    html = Client(headers={"accept-language": "en"}).get(reverse("components")).content.decode()
    assert '<html lang="en"' in html
    assert "<title>Components · PHARE</title>" in html
    assert html.index('class="skip-link" href="#main"') < html.index("<header")
    assert 'id="status" role="status"' in html
    assert 'id="alerts" role="alert"' in html


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["account_login", "account_signup", "account_reset_password"])
def test_the_pages_of_an_account_wear_the_look_and_label_their_fields(url):
    html = Client().get(reverse(url)).content.decode()
    assert "site-header" in html
    controls = re.findall(r'<input[^>]*name="(?!csrf|next|language|q)[^>]*>', html)
    visible = [c for c in controls if 'type="hidden"' not in c]
    assert visible
    for control in visible:
        identity = re.search(r'id="([^"]+)"', control)[1]
        assert f'for="{identity}"' in html


def test_a_mail_is_a_table_with_its_language_and_a_way_out():
    with translation.override("fr"):
        html = filled(
            MAIL,
            title="L’accord & la suite",
            site_url="https://phare.example",
            unsubscribe_url="https://phare.example/u",
        )
    assert '<html lang="fr"' in html
    assert 'role="presentation"' in html
    assert "Ne plus recevoir ce type de message" in html
    assert "L’accord &amp; la suite" in html
    assert "prefers-color-scheme: dark" in html


def test_the_text_of_a_mail_is_plain_and_says_the_same():
    with translation.override("en"):
        text = filled(
            TEXT,
            title="The agreement & what follows",
            site_url="https://phare.example",
            unsubscribe_url="https://phare.example/u",
        )
    assert "The agreement & what follows" in text
    assert "https://phare.example/u" in text
    assert "<" not in text
    assert "Stop receiving" not in filled(TEXT, title="x", site_url="https://phare.example")
