"""The pages of conversations: who reads, who writes, what is new, what is closed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from partnerships.conversations.models import ConversationMessage, ReadMark
from partnerships.conversations.services import post_message
from partnerships.matching.models import Introduction
from partnerships.matching.services import accept_introduction, decline_introduction

pytestmark = pytest.mark.django_db
QUERIES, LIST_QUERIES = 10, 7


@pytest.fixture
def url(introduction):
    return reverse("partnerships:conversation", args=[introduction.pk])


@pytest.fixture
def said(introduction, pair):
    """Alice's organisation has asked, Bob's has answered."""
    ateliers, mobilites = pair
    return [
        post_message(introduction, organisation=side, text=text, by=None)
        for side, text in ((ateliers, "Une navette le mardi ?"), (mobilites, "On Tuesday, yes."))
    ]


def html_of(client, person, url):
    client.force_login(person)
    return client.get(url).content.decode()


def test_both_sides_read_everything_oldest_first_without_contacts(client, alice, bob, url, said):
    for person in (alice, bob):
        html = html_of(client, person, url)
        assert html.index("Une navette le mardi ?") < html.index("On Tuesday, yes.")
        assert "contact@" not in html
    assert "Contact details show as soon as both have said yes" in html


def test_the_note_goes_when_both_have_said_yes(client, bob, url, introduction, pair):
    for side in pair:
        accept_introduction(introduction, organisation=side, by=None)
    html = html_of(client, bob, url)
    assert "Contact details show as soon as both have said yes" not in html
    assert "Open the conversation" not in html
    assert Introduction.objects.get().partnership.get_absolute_url() in html


@pytest.mark.parametrize("who", ["charlie", "dora"])
def test_nobody_else_reads_or_writes_not_even_the_team(client, request, who, url, said, ateliers):
    client.force_login(request.getfixturevalue(who))
    assert client.get(url).status_code == 404
    data = {"organisation": ateliers.pk, "text": "Bonjour"}
    assert client.post(f"{url}ecrire/", data).status_code == 404


def test_signed_out_nothing_is_shown(client, url, said):
    for address in (url, "/conversations/"):
        assert client.get(address).url.startswith("/compte/login/")


def test_a_reader_reads_and_does_not_write_nor_mark(client, rita, url, said, ateliers):
    html = html_of(client, rita, url)
    assert "Une navette" in html
    assert "/ecrire/" not in html
    data = {"organisation": ateliers.pk, "text": "Bonjour"}
    assert client.post(f"{url}ecrire/", data).status_code == 404
    assert not ReadMark.objects.exists()


def test_writing_goes_back_to_the_page_and_tells(client, alice, url, introduction, ateliers):
    client.force_login(alice)
    data = {"organisation": ateliers.pk, "text": "Bonjour\r\nà vous"}
    response = client.post(f"{url}ecrire/", data, follow=True)
    assert response.redirect_chain[-1][0] == url
    assert "Bonjour\nà vous" in response.content.decode()
    assert "<b>Alice</b>" in response.content.decode()


def test_a_form_sent_twice_is_one_message(client, alice, url, introduction, ateliers):
    client.force_login(alice)
    data = {"organisation": ateliers.pk, "text": "Bonjour", "idempotency_key": "abc"}
    answers = [client.post(f"{url}ecrire/", data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert ConversationMessage.objects.count() == 1


def test_a_message_too_long_is_told_at_its_field_and_kept(client, bob, url, mobilites):
    client.force_login(bob)
    data = {"organisation": mobilites.pk, "text": "é" * 4001}
    response = client.post(f"{url}ecrire/", data)
    html = response.content.decode()
    assert response.status_code == 422
    assert "up to 4,000 characters; this one has 4,001" in html
    assert "é" * 4001 in html
    assert not ConversationMessage.objects.exists()


def test_four_thousand_characters_with_lines_fit(client, bob, url, mobilites):
    client.force_login(bob)
    text = "\r\n".join(["é" * 9] * 400)  # 3,999 as they are kept
    assert client.post(f"{url}ecrire/", {"organisation": mobilites.pk, "text": text}).url == url


def test_who_writes_after_a_no_is_told_and_keeps_the_words(
    client, alice, url, introduction, ateliers, mobilites
):
    decline_introduction(introduction, organisation=mobilites, by=None)
    client.force_login(alice)
    data = {"organisation": ateliers.pk, "text": "Trop tard"}
    response = client.post(f"{url}ecrire/", data)
    assert response.status_code == 409
    html = html_of(client, alice, url)
    assert "/ecrire/" not in html
    assert "Cette mise en relation a été déclinée" in html


def test_too_many_messages_are_refused_with_the_hour(client, bob, url, introduction, mobilites):
    for number in range(30):
        post_message(introduction, organisation=mobilites, text=f"{number}", by=None)
    client.force_login(bob)
    response = client.post(f"{url}ecrire/", {"organisation": mobilites.pk, "text": "Encore"})
    assert response.status_code == 429
    assert "write the next one after" in response.content.decode()
    assert "Encore" in response.content.decode()


def test_somebody_elses_side_does_not_exist(client, alice, url, mobilites):
    client.force_login(alice)
    data = {"organisation": mobilites.pk, "text": "Bonjour"}
    assert client.post(f"{url}ecrire/", data).status_code == 404


def test_what_is_new_is_marked_counted_and_then_read(client, bob, url, introduction, ateliers):
    for text in ("Un", "Deux"):
        post_message(introduction, organisation=ateliers, text=text, by=None)
    html = html_of(client, bob, "/conversations/")
    assert "2 unread" in html
    assert "Messages (2)" in html
    assert html_of(client, bob, url).count(">new<") == 2
    html = html_of(client, bob, url)
    assert ">new<" not in html
    assert "Messages (2)" not in html


def test_text_is_never_markup_and_only_safe_links_are_links(client, bob, url, introduction, pair):
    text = "<script>x</script> https://ville.example/a?b=1&c=2 http://ville.example/ javascript:x"
    post_message(introduction, organisation=pair[0], text=text, by=None)
    html = html_of(client, bob, url)
    assert "<script>x" not in html
    assert (
        '<a href="https://ville.example/a?b=1&amp;c=2" rel="noopener noreferrer nofollow ugc">'
        in html
    )
    assert 'href="http://ville.example/' not in html
    assert 'href="javascript' not in html


def test_a_long_conversation_is_shown_by_parts(client, bob, url, introduction, ateliers):
    begin = timezone.now() - timedelta(days=9)
    ConversationMessage.objects.bulk_create(
        ConversationMessage(
            introduction=introduction,
            organisation=ateliers,
            text=f"Ligne {number:02}.",
            written_at=begin + timedelta(hours=number),
        )
        for number in range(50)
    )
    html = html_of(client, bob, url)
    assert "Ligne 49." in html
    assert "Ligne 09." not in html
    first = ConversationMessage.objects.order_by("pk")[10]
    assert f"?avant={first.pk}" in html
    earlier = client.get(f"{url}?avant={first.pk}").content.decode()
    assert "Ligne 00." in earlier
    assert "Ligne 10." not in earlier
    assert client.get(f"{url}?avant=x").status_code == 200


def test_the_list_puts_the_latest_word_first(client, alice, introduction, pair, crowd):
    ateliers, mobilites = pair
    now = timezone.now()
    for other in crowd[:2]:
        Introduction.objects.create(
            first=ateliers, second=other, opened_at=now, expires_at=now + timedelta(days=10)
        )
    at = now + timedelta(minutes=1)
    post_message(introduction, organisation=mobilites, text="Alors ?", by=None, at=at)
    html = html_of(client, alice, "/conversations/")
    assert html.index("Mobilités Vienne Services") < html.index("Voisine")
    assert "Alors ?" in html
    assert "Rien d’écrit pour l’instant" in html


def test_an_empty_list_says_what_to_do(client, alice):
    assert "Pas encore de conversation" in html_of(client, alice, "/conversations/")


def test_without_organisation_the_page_says_so(client, make_person):
    assert client.login is not None
    html = html_of(client, make_person("seule@example.org"), "/conversations/")
    assert "/organisations/nouvelle/" in html


def test_the_number_of_queries_is_fixed(
    client, alice, url, introduction, pair, crowd, django_assert_num_queries
):
    html_of(client, alice, url)
    for many in (1, 10):
        for _ in range(many):
            post_message(introduction, organisation=pair[0], text="Bonjour", by=None)
        with django_assert_num_queries(QUERIES):
            client.get(url)
    now = timezone.now()
    for other in crowd[:5]:
        Introduction.objects.create(
            first=pair[0], second=other, opened_at=now, expires_at=now + timedelta(days=10)
        )
    with django_assert_num_queries(LIST_QUERIES):
        client.get("/conversations/")
