"""Somebody in front of PHARE, in one language and with one device.

What a person uses is looked for by its words, must be on the screen, and is touched on a phone and
reached with the keyboard at a desk: nothing here can do what a person could not.
"""

import os
import re
from pathlib import Path

from django.utils.translation import gettext, override
from playwright.sync_api import expect

from tests.browser.conftest import PHONE

PICTURES = os.environ.get("JOURNEY_PICTURES")  # a folder, to look at every step
TOO_WIDE = """() => document.documentElement.scrollWidth <= window.innerWidth ? [] :
  [...document.querySelectorAll("main *")]
    .filter((element) => element.getBoundingClientRect().right > window.innerWidth)
    .map((element) => `${element.tagName}.${element.className}`)
    .slice(0, 8)"""
TAG = re.compile(r"<[^>]+>")


def said(language, sentence, **values):
    """The sentence as PHARE says it in this language, without its markup."""
    with override(language):
        return TAG.sub("", gettext(sentence) % values)


class Person:
    """A reader with a browser of their own: `uses` controls, `writes`, `reads`, `looks`."""

    def __init__(self, page, *, name, email, language, origin):
        self.page, self.name, self.email, self.language = page, name, email, language
        self.has_phone = page.viewport_size == PHONE
        self.origin, self.faults = origin, []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("request", self._see)

    def _hear(self, message):
        if message.type in ("error", "warning"):
            self.faults.append(f"console: {message.text}")

    def _see(self, request):
        if not request.url.startswith((self.origin, "data:", "about:")):
            self.faults.append(f"third party: {request.url}")

    @property
    def main(self):
        return self.page.locator("#main")

    def says(self, sentence, **values):
        return said(self.language, sentence, **values)

    def button(self, sentence, within=None, **values):
        return self._named("button", sentence, within, values)

    def link(self, sentence, within=None, **values):
        return self._named("link", sentence, within, values)

    def _named(self, role, sentence, within, values):
        name = re.compile(rf"^\s*{re.escape(self.says(sentence, **values))}")
        return (within or self.main).get_by_role(role, name=name)

    def opens(self, address):
        """Come by an address from outside: the site's own, or one in a message."""
        self.page.goto(address)

    def uses(self, control):
        """Touch it, or go to it and press Enter."""
        expect(control).to_be_visible()
        if self.has_phone:
            control.tap()
        else:
            control.press("Enter")

    def follows(self, control):
        """Use a link or a button that leads to another page, and wait for that page."""
        with self.page.expect_navigation():
            self.uses(control)

    def ticks(self, control):
        """Choose a box or a radio: by its words on a phone, with the space bar at a desk."""
        if self.has_phone:
            label = self.page.locator(f"label[for='{control.get_attribute('id')}']")
            label.last.tap()
        else:
            control.press(" ")
        expect(control).to_be_checked()

    def picks(self, box, option):
        """Choose what a list under a box offers."""
        expect(option).to_be_visible()
        if self.has_phone:
            option.tap()
            return
        for _ in range(10):
            box.press("ArrowDown")
            if option.get_attribute("aria-selected") == "true":
                break
        box.press("Enter")

    def writes(self, field, text):
        box = self.main.locator(f"[name='{field}']:visible")
        box.fill(text)

    def goes_to(self, sentence):
        """Follow a link of the header, whose menu a phone has to unfold first."""
        header = self.page.locator("header")
        link = self.link(sentence, header).locator("visible=true")
        if not link.count():
            self.uses(header.locator("summary:visible"))
        self.follows(link.first)

    def reads(self, *sentences):
        """Each of these stands on the page, as it is."""
        for sentence in sentences:
            expect(self.main).to_contain_text(sentence)

    def looks(self, picture):
        """The page is in the person's language, fits the screen, and nothing went wrong."""
        assert self.page.locator("html").get_attribute("lang") == self.language
        assert not self.page.evaluate(TOO_WIDE), f"{picture}: {self.page.evaluate(TOO_WIDE)}"
        assert not self.faults, f"{picture}: {self.faults}"
        if PICTURES:
            name = f"{self.language}-{picture}.png"
            self.page.screenshot(path=Path(PICTURES) / name, full_page=True)
