"""Every page that a person can reach: no broken link, no missing translation, no axe violation."""

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.urls import Resolver404, resolve

from phare_platform.accounts.models import User
from tests.browser.conftest import DESK, PHONE, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
VISITOR = ""
ROLES = [
    VISITOR,
    "association@phare.example",
    "mairie@phare.example",
    "facilitatrice@phare.example",
    "equipe@phare.example",
]
LINK = re.compile(r"""<a\s[^>]*?href=["']([^"'#]+)(?:#[^"']*)?["']""")
NOT_PAGES = ("/static/", "/api/", "/equipe/admin/", "mailto:", "tel:", "http:", "https:")
MOST_OF_ONE_KIND = 4  # pages of one view are alike: a few of each kind are enough


def view_of(url):
    try:
        match = resolve(urlsplit(url).path)
    except Resolver404:
        return None
    return match.view_name


def crawl(client, begin="/"):
    """Address -> HTML of the pages reachable by links; a few for each view."""
    waiting, pages, seen, of_view = [begin], {}, {begin}, {}
    broken = []
    while waiting:
        url = waiting.pop(0)
        response = client.get(url, follow=True)
        if response.status_code != 200:
            broken.append((url, response.status_code))
            continue
        if not response.headers["Content-Type"].startswith("text/html"):
            continue
        html = response.content.decode()
        pages[url] = html
        for raw in LINK.findall(html):
            target = urljoin(url, unescape(raw))
            if target.startswith(NOT_PAGES) or target in seen:
                continue
            seen.add(target)
            name = view_of(target)
            assert name, f"{url} links to {target}, which no view answers"
            of_view[name] = of_view.get(name, 0) + 1
            if of_view[name] <= MOST_OF_ONE_KIND:
                waiting.append(target)
    assert not broken, broken
    return pages


def client_for(role, language="fr"):
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    if role:
        user = User.objects.get(email=role)
        User.objects.filter(pk=user.pk).update(language=language)
        client.force_login(user)
    return client


def english_sentences():
    """Message ids whose French differs, long enough not to be found by chance."""
    with (settings.BASE_DIR / "locale/fr/LC_MESSAGES/django.po").open("rb") as po:
        catalogue = read_po(po)
    ids = [m.id if isinstance(m.id, str) else m.id[0] for m in catalogue if m.id]
    french = {m.id if isinstance(m.id, str) else m.id[0]: m.string for m in catalogue if m.id}
    return [i for i in ids if len(i) > 18 and "%" not in i and french[i] != i]


def text_of(html):
    body = re.sub(r"(?s)<(script|style)\b.*?</\1>", " ", html)
    body = re.sub(r"""(?s)<[^>]*\blang=["']en["'][^>]*>.*?</""", " </", body.split("<body", 1)[-1])
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))


@pytest.mark.usefixtures("demonstration")
def test_no_link_is_broken_and_every_word_is_translated():
    english = english_sentences()
    for role in ROLES:
        pages = crawl(client_for(role))
        assert len(pages) > (6 if role == VISITOR else 12), f"{role}: {sorted(pages)}"
        for url, html in pages.items():
            assert '<html lang="fr"' in html, url
            text = text_of(html)
            left = [sentence for sentence in english if f" {sentence} " in f" {text} "]
            assert not left, f"{role or 'visitor'} {url}: {left}"
        in_english = crawl(client_for(role, "en"))
        assert all('<html lang="en"' in html for html in in_english.values())


@pytest.mark.usefixtures("demonstration")
@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.split("@")[0] or "visitor")
def test_no_page_has_an_axe_violation_or_overflows_a_phone(role, new_page, live_server):
    pages = sorted(crawl(client_for(role)))
    one_of_each = {view_of(url): url for url in reversed(pages)}
    page = new_page(viewport=DESK)
    problems = []
    page.on("console", lambda m: "Content Security" in m.text and problems.append(m.text))
    page.on(
        "request",
        lambda r: (
            r.url.startswith(live_server.url)
            or r.url.startswith(("data:", "about:"))
            or problems.append(f"third party: {r.url}")
        ),
    )
    if role:
        sign_in(page, role)
    axe = Axe()
    for url in one_of_each.values():
        for size in (DESK, PHONE):
            page.set_viewport_size(size)
            page.goto(url)
            found = axe.run(
                page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
            )
            problems += [
                f"{url} at {size['width']}: {v['id']} {[n['html'][:120] for n in v['nodes'][:3]]}"
                for v in found.response["violations"]
            ]
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
                problems.append(f"{url} at {size['width']}: wider than the window")
    assert not problems, "\n".join(problems)
