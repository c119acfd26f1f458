"""Finding one's territory: suggestions as one types, by keyboard alone, and without any script."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def home(new_page, reference):
    def opened(**options):
        page = new_page(**options)
        page.goto("/")
        return page

    return opened


def box(page):
    return page.get_by_role("combobox")


def test_what_one_types_is_offered_and_the_keyboard_chooses(home):
    page = home(viewport=PHONE)
    box(page).press_sequentially("poiti")
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    box(page).press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    active = box(page).get_attribute("aria-activedescendant")
    assert active == options.first.get_attribute("id")
    name = options.first.evaluate("option => option.firstChild.textContent")
    box(page).press("Enter")
    page.wait_for_url(re.compile("/territoires/[a-z-]+/[0-9A-Z-]+/$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def test_the_list_closes_when_asked_and_says_when_it_is_empty(home):
    page = home()
    box(page).press_sequentially("poitiers")
    expect(page.get_by_role("listbox")).to_be_visible()
    box(page).press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box(page)).to_have_value("poitiers")
    expect(box(page)).to_have_attribute("aria-expanded", "false")
    box(page).press_sequentially("zzzzqq")
    expect(page.get_by_text("Aucun territoire trouvé.")).to_be_attached()
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_without_a_script_the_form_asks_the_same_question(home):
    page = home(java_script_enabled=False)
    page.get_by_role("textbox", name=re.compile("Votre commune")).fill("Poitiers")
    page.get_by_role("button", name="Voir le territoire").click()
    assert "q=Poitiers" in page.url
    expect(
        page.get_by_role("main").get_by_role("link", name="Poitiers", exact=True)
    ).to_be_visible()


def test_the_menu_of_a_phone_opens_without_a_script_and_closes_on_escape_with_one(new_page):
    plain = new_page(viewport=PHONE, java_script_enabled=False)
    plain.goto("/")
    plain.locator("header summary:visible").click()
    expect(plain.get_by_role("link", name="S’inscrire")).to_be_visible()
    page = new_page(viewport=PHONE)
    page.goto("/")
    handle = page.locator("header summary:visible")
    handle.click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="S’inscrire")).to_be_hidden()
    expect(handle).to_be_focused()
