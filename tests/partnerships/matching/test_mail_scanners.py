"""Programs that open every link of every message, before anybody has read it, change nothing."""

import re
from datetime import UTC, datetime, time
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from psycopg import sql

from partnerships.conversations.services import post_message
from partnerships.matching.enums import AnswerKind
from partnerships.matching.models import Introduction
from partnerships.matching.services import answer_suggestion, send_digests
from partnerships.organisations.services import invite_member
from partnerships.reminders.services import open_reminders, send_reminders
from phare_platform.lib.working_days import after_working_days
from phare_platform.outbox.models import Message
from tests.partnerships.matching.test_digest_choices import TUESDAY

pytestmark = pytest.mark.django_db
ROWS = "SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM {} t"
LINK = re.compile(r"https?://[^\s\"'<>]+")


def contents():
    """A likeness of every row of every table."""
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(sql.SQL(ROWS).format(sql.Identifier(table)))
            found[table] = cursor.fetchone()
    return found


@pytest.fixture
def messages(pair, crowd, listed, alice):
    """Digests in both languages, an introduction, a message, a reminder, an invitation."""
    ateliers, mobilites = pair
    listed(ateliers, mobilites, *crowd[:4])
    send_digests(now=TUESDAY)
    for us, them in ((ateliers, mobilites), (mobilites, ateliers)):
        answer_suggestion(us, other=them, kind=AnswerKind.INTERESTED, by=None)
    introduction = Introduction.objects.get()
    post_message(introduction, organisation=mobilites, text="Bonjour !", by=None)
    day = after_working_days(timezone.localdate(introduction.opened_at), 4)
    later = datetime.combine(day, time(12), tzinfo=UTC)
    open_reminders(now=later)
    assert send_reminders(now=later)
    invite_member(ateliers, email="new@ateliers.example", role="editor", by=alice)
    return list(Message.objects.all())


def test_every_link_of_every_message_is_opened_and_nothing_changes(messages, settings):
    assert {message.kind for message in messages} >= {"digest", "introduction", "invitation"}
    links = {
        unescape(link)
        for message in messages
        for part in (message.text, message.html, *message.headers.values())
        for link in LINK.findall(part)
        if link.startswith(settings.SITE_URL)
    }
    assert len(links) > 20
    before = contents()
    for link in sorted(links):
        address = urlsplit(link)
        for method in ("get", "head"):
            response = getattr(Client(), method)(f"{address.path}?{address.query}")
            assert response.status_code in (200, 302), link
            assert not response.cookies.get("phare-sid")
    assert contents() == before


def test_no_message_fetches_anything_or_names_its_reader_in_a_picture(messages):
    for message in messages:
        for source in re.findall(r"<img[^>]*\bsrc=\"([^\"]*)\"", message.html):
            assert re.fullmatch(r"cid:rose-[0-3]{16}-[0-3]{16}-[0-9a-f]{4}", source)
        assert "url(" not in message.html
        assert "@import" not in message.html
