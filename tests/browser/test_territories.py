"""Finding a territory with a keyboard, at 360 px, as one types."""

import pytest

from tests.browser.conftest import PHONE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.usefixtures("reference")
def test_results_come_as_one_types_and_going_back_finds_the_list_again(new_page):
    page = new_page(viewport=PHONE, locale="fr-FR")
    page.goto("/territoires/")
    page.locator("main input[name=q]").press_sequentially("hay les roses", delay=30)
    town = page.locator("#results").get_by_role("link", name="L'Haÿ-les-Roses")
    town.wait_for()
    page.get_by_text("1 territoire trouvé", exact=True).wait_for(state="attached")
    assert page.evaluate("document.activeElement.name") == "q"
    assert page.url.endswith("?q=hay+les+roses")
    page.goto("/territoires/?q=saint")
    page.locator(".pager a[rel=next]").click()
    page.wait_for_url("**page=2**")
    page.go_back()
    page.wait_for_url(lambda url: "page" not in url)
    assert page.locator("header").first.is_visible()
    assert page.locator("#results .lined > li").count() == 20
