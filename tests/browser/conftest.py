"""A real Chromium on a real PHARE with the demonstration loaded.

Chromium is Debian's (`/usr/bin/chromium`) or the one named by `CHROMIUM`. Where there is none the
browser tests skip and say so; with `PHARE_REQUIRE_BROWSER=1` (continuous integration) they fail.
"""

import os
import shutil

import pytest
from django.core.management import call_command

from phare_platform.demo.cast import PASSWORD

CHROMIUM = (
    os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)
PHONE = {"width": 360, "height": 780}
DESK = {"width": 1280, "height": 900}


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session", autouse=True)
def _synchronous_orm_beside_playwright():
    """Playwright keeps an event loop in this thread; Django's guard against that is in the way."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture(scope="session")
def chromium():
    if not CHROMIUM:
        if os.environ.get("PHARE_REQUIRE_BROWSER"):
            pytest.fail("No Chromium here, and this run requires one.")
        pytest.skip("NO CHROMIUM: the browser tests did not run (apt install chromium)")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=15_000)  # milliseconds; a loaded machine is slow, not wrong

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium, live_server):
    """Make a page of its own session: `new_page(viewport=PHONE, locale="fr-FR")`."""
    contexts = []

    def make(*, viewport=DESK, locale="fr-FR", **options):
        context = chromium.new_context(
            base_url=live_server.url, viewport=viewport, locale=locale, **options
        )
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def reference(transactional_db):
    """France, the domains, the figures, the checklists, the questionnaire."""
    call_command("load_reference", verbosity=0)


@pytest.fixture
def demonstration(reference):
    """The invented organisations of Grand Poitiers, with partnerships at every stage."""
    call_command("load_demo", verbosity=0)


def sign_in(page, email, password=PASSWORD):
    page.goto("/compte/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    page.wait_for_url(lambda url: "/login/" not in url)
