"""From the message to the answer on a phone, signed out: three taps at most, in each language."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from partnerships.matching.models import SuggestionAnswer
from partnerships.matching.services import send_digests
from partnerships.organisations.models import Membership
from phare_platform.accounts.models import User
from phare_platform.outbox.models import Message, Unsubscription
from phare_platform.outbox.pictures import with_pictures
from tests.browser.conftest import PHONE
from tests.browser.person import said

MOST_TAPS = 3


class Reader:
    """Somebody with a phone and a message; counts the taps."""

    def __init__(self, page, language):
        self.page, self.language, self.taps = page, language, 0

    def reads(self, message):
        self.page.set_content(with_pictures(message.html))
        pictures = self.page.locator("img")
        assert all(pictures.evaluate_all("all => all.map((one) => one.naturalWidth > 0)"))
        assert self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    def tap(self, role, words, **values):
        name = re.compile(rf"^\s*{re.escape(said(self.language, words, **values))}", re.I)
        control = self.page.get_by_role(role, name=name).first
        control.scroll_into_view_if_needed()
        box = control.bounding_box()
        assert box["height"] >= 24, f"{words} is too small to be touched"
        control.tap()
        self.taps += 1
        self.page.wait_for_load_state()


@pytest.fixture
def message(demonstration, live_server, settings):
    """The digest of somebody in the demonstration, who reads this language."""

    def make(language):
        settings.SITE_URL = live_server.url
        person = User.objects.get(email="association@phare.example")
        User.objects.filter(pk=person.pk).update(language=language)
        Membership.objects.update(last_digest_on=None)
        send_digests(now=timezone.now())
        return Message.objects.filter(kind="digest", recipient=person).latest("pk")

    return make


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("wish", ["interested", "later", "declined", "pause", "unsubscribe"])
def test_three_taps_from_the_message_to_the_deed(message, new_page, language, wish):
    letter = message(language)
    page = new_page(viewport=PHONE, has_touch=True, is_mobile=True, locale="de-DE")
    reader = Reader(page, language)
    reader.reads(letter)
    answers = SuggestionAnswer.objects.filter(answered_by=letter.recipient)
    before = answers.count()
    if wish == "interested":
        reader.tap("link", "We are interested")
        assert answers.count() == before
        reader.tap("button", "We are interested")
    elif wish == "later":
        page.locator("a.button-light").first.tap()
        page.locator("main form button").first.tap()
        reader.taps = 2
    elif wish == "declined":
        reader.tap("link", "Not for us")
        page.locator("label[for=reason-too_far]").tap()
        reader.taps += 1
        reader.tap("button", "Not for us")
    elif wish == "pause":
        reader.tap("link", "Pause these messages")
        reader.tap("button", "Pause for a month")
    else:
        reader.tap("link", "Stop receiving this kind of message")
        reader.tap("button", "Stop these messages")
    expect(page.locator("main form button[name=kind]")).to_have_count(0)
    assert reader.taps <= MOST_TAPS
    expect(page.locator("html")).to_have_attribute("lang", language)
    if wish in ("interested", "later", "declined"):
        assert answers.count() == before + 1
        answer = answers.latest("answered_at")
        assert answer.kind == wish
        assert answer.reason == ("too_far" if wish == "declined" else "")
    elif wish == "pause":
        assert Membership.objects.get(user=letter.recipient).digest_paused_until
    else:
        assert Unsubscription.objects.filter(address=letter.to, kind="digest").exists()
    assert not page.context.cookies() or "phare-sid" not in {
        cookie["name"] for cookie in page.context.cookies()
    }
