"""The development mailbox: readable by everybody in development, absent elsewhere."""

import pytest
from django.urls import reverse

from tests.platform.outbox.conftest import queue

pytestmark = pytest.mark.django_db
BOX = reverse("dev:mailbox")


@pytest.fixture(autouse=True)
def _development(settings):
    settings.DEV_TOOLS = True


def test_messages_are_listed_newest_first_and_narrowed_by_recipient(client):
    queue("a", to="ann@example.org")
    queue("b", to="ben@example.org")
    found = client.get(BOX, {"format": "json"}).json()
    assert [row["to"] for row in found["results"]] == ["ben@example.org", "ann@example.org"]
    found = client.get(BOX, {"format": "json", "to": "ann@"}).json()
    assert (found["count"], found["results"][0]["text"]) == (1, "Text of a\n")
    assert "ann@example.org" in client.get(BOX, {"to": "ann"}).content.decode()


def test_an_empty_mailbox_says_what_to_do(client):
    assert client.get(BOX).status_code == 200


def test_the_html_part_stands_in_a_frame_that_can_run_nothing(client):
    message = queue()
    page = client.get(reverse("dev:mail", args=[message.pk]))
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    frame = client.get(reverse("dev:mail_html", args=[message.pk]))
    policy = frame.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("name", ["mailbox", "mail", "mail_html"])
def test_none_of_it_exists_in_production(client, settings, name):
    settings.DEV_TOOLS = False
    args = [] if name == "mailbox" else [queue().pk]
    assert client.get(reverse(f"dev:{name}", args=args)).status_code == 404


def test_the_mailbox_is_read_only(client):
    assert client.post(BOX).status_code == 405
