"""Every mail has a sample, and every sample is fit to be sent, in both languages."""

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from django.conf import settings
from django.template import engines
from django.test.signals import template_rendered
from django.urls import reverse

from phare_platform.cockpit.emails import SAMPLES, compose
from phare_platform.outbox.enums import MessageKind
from phare_platform.outbox.stencils import forget_stencils

TEMPLATES = settings.BASE_DIR / "templates"
ENDINGS = (".subject.txt", ".txt", ".html", "_subject.txt", "_message.txt")
FRAME = "account/email/mail"  # the frame around every message of allauth
HOLE = "¤hole¤"
LANGUAGES = ("fr", "en")


def mails_in_the_folders():
    """The base path of every mail: whatever lies in a folder of mails, parts aside."""
    found = set()
    for path in TEMPLATES.rglob("*"):
        if path.parent.name not in ("email", "emails") or path.name.startswith("_"):
            continue
        name = str(path.relative_to(TEMPLATES))
        allauth = name.endswith(("_subject.txt", "_message.txt"))
        ending = next(e for e in ENDINGS if name.endswith(e) and (e[0] == "_") == allauth)
        found.add(name.removesuffix(ending))
    return found - {FRAME}


class Page(HTMLParser):
    """What of an HTML part can be judged without a browser."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.empty_links = 0
        self._link = None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag == "a":
            self._link = dict(attributes).get("title", "")

    def handle_data(self, data):
        if self._link is not None:
            self._link += data

    def handle_endtag(self, tag):
        if tag == "a":
            self.empty_links += not (self._link or "").strip()
            self._link = None

    def all(self, *names):
        return [attributes for tag, attributes in self.tags if tag in names]


def test_every_template_has_a_sample_and_every_sample_a_template():
    assert mails_in_the_folders() == set(SAMPLES)


@pytest.fixture
def written(places, monkeypatch):
    """Compose a sample; also tells which templates were filled. Holes in it are marked."""
    filled = []
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", f"{HOLE}%s")

    def note(template, **_more):
        filled.append(template.name)

    template_rendered.connect(note)
    forget_stencils()  # what is filled often is filled once, without the holes and unseen

    def write(template, language):
        letter, _nobody = compose(SAMPLES[template], language=language)
        return letter, filled

    yield write
    template_rendered.disconnect(note)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", sorted(SAMPLES))
def test_a_mail_is_fit_to_be_sent(written, template, language):
    letter, filled = written(template, language)
    subject, text, html = letter.rendered
    is_ours = template.startswith("partnerships/")
    assert f"{template if is_ours else FRAME}.txt" in filled
    assert letter.language == language
    assert 10 <= len(subject) <= 78
    assert "\n" not in subject
    for part in letter.rendered:
        assert HOLE not in part
        assert not re.search(r"\{[{%]|%\(|\bNone\b", part), part
    assert len(text.split()) > 15
    assert "<" not in re.sub(r"<?https?://\S+", "", text)
    page = Page(html)
    judge(page, language)
    links = {a["href"] for a in page.all("a")}
    assert all(re.match(r"(https?|mailto|tel):", link) for link in links), links
    for link in re.findall(r"https?://\S+", text):
        assert link.startswith((settings.SITE_URL, "https://exemple.invalid")), link


def judge(page, language):
    """One main heading at most, a title, a language, images that say what they show."""
    assert page.all("html")[0]["lang"] == language
    assert page.all("title")
    assert page.all("meta")
    assert page.empty_links == 0
    levels = [int(tag[1]) for tag, _a in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) <= 1
    assert all(level <= before + 1 for before, level in pairwise(levels))
    for image in page.all("img", "image"):
        assert "alt" in image
        assert image.get("src", "").startswith(("cid:", "data:"))
    assert not page.all("script", "link", "iframe", "form", "object", "video")
    assert all(a.get("role") == "presentation" or "th" in a for a in page.all("table"))


@pytest.mark.parametrize("template", sorted(SAMPLES))
def test_the_two_languages_differ(written, template):
    french, english = (written(template, language)[0].rendered for language in LANGUAGES)
    assert french.text != english.text
    assert french.html != english.html
    if not french.subject.startswith(("Les Jardins", "Transports", "Des paniers")):
        assert french.subject != english.subject


def test_each_kind_of_message_but_none_is_shown(places):
    kinds = {compose(sample, language="fr")[0].kind for sample in SAMPLES.values()}
    assert kinds == set(MessageKind)


def test_the_page_lists_every_mail(client, places, settings):
    settings.DEV_TOOLS = True
    page = client.get(reverse("mail_templates"))
    body = page.content.decode()
    for template in SAMPLES:
        for language in LANGUAGES:
            assert reverse("mail_template_html", args=[language, template]) in body
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]


def test_a_frame_holds_the_html_part_and_can_run_nothing(client, places, settings):
    settings.DEV_TOOLS = True
    mail = "partnerships/matching/emails/digest"
    frame = client.get(reverse("mail_template_html", args=["en", mail]))
    assert "We are interested" in frame.content.decode()
    assert "sandbox" in frame.headers["Content-Security-Policy"]
    assert "script-src" not in frame.headers["Content-Security-Policy"]
    for language, template in (("de", mail), ("fr", "account/email/nothing")):
        url = reverse("mail_template_html", args=[language, template])
        assert client.get(url).status_code == 404


@pytest.mark.parametrize("name", ["mail_templates", "mail_template_html"])
def test_none_of_it_exists_in_production(client, places, settings, name):
    settings.DEV_TOOLS = False
    args = ["fr", "account/email/login_code"] if name.endswith("html") else []
    assert client.get(reverse(name, args=args)).status_code == 404
