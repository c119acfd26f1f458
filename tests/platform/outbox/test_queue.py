"""Queueing: in the transaction of what it tells, once per key, in the reader's language."""

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError
from django.template import TemplateDoesNotExist
from django.utils import timezone

from phare_platform.outbox.enums import MessageKind
from phare_platform.outbox.models import Message
from phare_platform.outbox.rendering import one_line, render
from phare_platform.outbox.services import queue_message
from tests.platform.outbox.conftest import queue

FILES = {
    "tests/hello.subject.txt": "{% load i18n %}{% translate 'Language' %}: {{ name }}\n",
    "tests/hello.txt": "{{ recipient|default:'' }} {{ name }} {{ site_url }}\n\n\n",
    "tests/hello.html": (
        "<html><head><style>.loud { color: red } @media print { p { color: black } }</style></head>"
        '<body><p class="loud">{{ name }}</p>{{ unsubscribe_url }}</body></html>'
    ),
    "tests/plain.subject.txt": "Plain",
    "tests/plain.txt": "Only text",
    "tests/broken.subject.txt": "Broken",
    "tests/broken.txt": "Text",
    "tests/broken.html": "{% include 'tests/nowhere.html' %}",
}


@pytest.fixture(autouse=True)
def _templates(settings):
    loaders = [
        ("django.template.loaders.locmem.Loader", FILES),
        "django.template.loaders.filesystem.Loader",
        "django.template.loaders.app_directories.Loader",
    ]
    template = settings.TEMPLATES[0]
    options = {**template["OPTIONS"], "loaders": loaders}
    settings.TEMPLATES = [{**template, "APP_DIRS": False, "OPTIONS": options}]


def hello(**fields):
    values = {"key": "hello:1", "kind": MessageKind.DIGEST, "template": "tests/hello"}
    return queue_message(
        **values | {"context": {"name": "Zoé & <b>Co</b>"}, "to": "zoe@example.org"} | fields
    )


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_queued():
    with pytest.raises(TransactionManagementError):
        hello()
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_message_disappears_with_the_deed_it_tells():
    with transaction.atomic():
        hello()
        transaction.set_rollback(True)
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_one_key_is_one_message():
    first, second = hello(), hello(context={"name": "again"})
    assert (first.pk is not None, second) == (True, None)
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_a_person_is_written_to_in_their_own_language(alice, charlie):
    in_french, in_english = hello(to=alice), hello(to=charlie, key="hello:2")
    assert in_french.subject == "Langue: Zoé & <b>Co</b>"
    assert in_english.subject == "Language: Zoé & <b>Co</b>"
    assert in_french.recipient == alice
    assert in_french.text.startswith("Alice Martin ")
    assert hello(key="hello:3").language == "fr"
    assert hello(key="hello:4", language="en").language == "en"


@pytest.mark.django_db
def test_markup_in_names_is_text_in_both_parts():
    message = hello()
    assert "Zoé & <b>Co</b>" in message.text
    assert "Zoé &amp; &lt;b&gt;Co&lt;/b&gt;" in message.html


@pytest.mark.django_db
def test_styles_move_into_the_elements_and_media_rules_stay():
    html = hello().html
    assert '<p class="loud" style="color: red;">' in html
    assert "@media print" in html


@pytest.mark.django_db
def test_a_message_may_have_no_html_part_but_not_a_broken_one():
    assert hello(template="tests/plain").html == ""
    with pytest.raises(TemplateDoesNotExist):
        hello(template="tests/broken", key="hello:2")
    with pytest.raises(TemplateDoesNotExist):
        hello(template="tests/nothing", key="hello:3")


@pytest.mark.django_db
def test_headers_say_that_no_person_wrote_and_how_to_stop():
    plain, optional = hello(), hello(key="hello:2", unsubscribe=True)
    assert plain.headers == {"Auto-Submitted": "auto-generated"}
    assert optional.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = optional.headers["List-Unsubscribe"].strip("<>")
    assert link.startswith("http")
    assert link in optional.html
    assert plain.message_id != optional.message_id


@pytest.mark.django_db
def test_a_message_may_wait_for_its_hour():
    hour = timezone.now()
    assert hello(not_before=hour).not_before == hour


@pytest.mark.parametrize(
    "text",
    [
        "a\nBcc: x@y.z",
        "a\r\nBcc: x@y.z",
        "a\x0bBcc: x@y.z",
        "a\u2028Bcc: x@y.z",
        "a\x00 Bcc: x@y.z",
    ],
)
def test_a_subject_is_one_line_whatever_a_name_holds(text):
    assert one_line(text) == "a Bcc: x@y.z"


def test_a_subject_keeps_its_accents_and_is_cut():
    assert one_line("  Été à Haÿ  ") == "Été à Haÿ"
    assert len(one_line("é" * 1000)) == 300


def test_rendering_leaves_the_language_of_the_page_alone():
    render("tests/hello", {"name": "x"}, language="en")
    assert render("tests/hello", {"name": "x"}, language="fr").subject.startswith("Langue")


@pytest.mark.django_db
def test_a_queued_message_waits():
    assert queue().status == "pending"
