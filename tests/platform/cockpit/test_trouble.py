"""Messages in trouble are seen, sent again or let go, with a trace; nothing else is touched."""

import pytest
from django.urls import reverse

from phare_platform.outbox.enums import MessageKind, MessageStatus
from phare_platform.outbox.models import Message
from phare_platform.trace.models import Trace

pytestmark = pytest.mark.django_db
LIST, DECIDE = reverse("cockpit:trouble"), reverse("cockpit:decide")
IN_TROUBLE = ["failed", "in_doubt", "quarantined", "held"]


def states(messages):
    found = Message.objects.in_bulk([message.pk for message in messages])
    return [found[message.pk].status for message in messages]


def test_what_needs_a_person_is_listed_with_the_reason(team, write):
    one_of_each = [write(1, status, error="550 no such user")[0] for status in MessageStatus.values]
    page = team.get(LIST)
    listed = {message.pk for message, _meaning in page.context["rows"]}
    assert listed == {m.pk for m, s in zip(one_of_each, MessageStatus, strict=True)
                      if s in IN_TROUBLE}  # fmt: skip
    assert "550 no such user" in page.content.decode()
    assert "it may have arrived" in page.content.decode()
    assert all(meaning for _message, meaning in page.context["rows"])


def test_the_list_is_narrowed(team, write):
    write(1, "failed", campaign="digest:2026-W47")
    write(1, "in_doubt", kind=MessageKind.SECURITY, campaign="x")
    for query, n in [({"status": "failed"}, 1), ({"kind": "security"}, 1), ({"q": "digest:"}, 1),
                     ({"q": "BOB@"}, 2), ({"q": "nobody"}, 0), ({}, 2)]:  # fmt: skip
        assert len(team.get(LIST, query).context["rows"]) == n, query
    assert "No message matches" in team.get(LIST, {"q": "nobody"}).content.decode()


def test_nothing_happens_before_it_is_confirmed(team, write):
    chosen = write(2, "in_doubt") + write(1, "failed")
    query = {"deed": "send_again", "message": [m.pk for m in chosen]}
    page = team.get(DECIDE, query)
    body = page.content.decode()
    assert "Send 3 messages again?" in body
    assert "2 may have arrived already" in body
    assert "1 was refused for good" in body
    assert states(chosen) == ["in_doubt", "in_doubt", "failed"]


@pytest.mark.parametrize(("deed", "after"), [("send_again", "pending"), ("let_go", "cancelled")])
def test_a_selection_is_sent_again_or_let_go_with_a_trace(team, write, deed, after):
    chosen = [write(1, status)[0] for status in IN_TROUBLE]
    other = write(1, "failed")
    done = write(1, "sent") + write(1, "pending") + write(1, "sending") + write(1, "cancelled")
    asked = [m.pk for m in chosen + done]
    page = team.post(DECIDE, {"deed": deed, "message": asked}, follow=True)
    assert "4 messages" in page.content.decode()
    assert states(chosen) == [after] * 4
    assert states(other) == ["failed"]
    assert states(done) == ["sent", "pending", "sending", "cancelled"]
    traces = Trace.objects.filter(deed=f"cockpit.{deed}").order_by("subject_id")
    assert [(t.subject_id, t.actor, t.details["was"]) for t in traces] == [
        (m.pk, team.person, status) for m, status in zip(chosen, IN_TROUBLE, strict=True)
    ]


def test_a_deed_done_twice_is_done_once(team, write):
    (message,) = write(1, "failed")
    for _ in range(2):
        team.post(DECIDE, {"deed": "let_go", "message": [message.pk]})
    assert Trace.objects.filter(deed="cockpit.let_go").count() == 1


def test_odd_requests_change_nothing(team, write):
    (message,) = write(1, "failed")
    for asked in [{}, {"deed": "let_go"}, {"deed": "burn", "message": message.pk},
                  {"deed": "let_go", "message": "x"},
                  {"deed": "let_go", "message": "9" * 40}]:  # fmt: skip
        answer = team.post(DECIDE, asked, follow=True)
        assert "Tick at least one message" in answer.content.decode()
    assert states([message]) == ["failed"]


def test_who_may_only_look_cannot_act(client, write, make_person):
    from django.contrib.auth.models import Permission

    reader = make_person("reader@phare.example", is_staff=True)
    client.force_login(reader)
    assert client.get(LIST).status_code == 404
    reader.user_permissions.add(Permission.objects.get(codename="view_message"))
    (message,) = write(1, "failed")
    page = client.get(LIST)
    assert page.status_code == 200
    assert "checkbox" not in page.content.decode()
    assert client.post(DECIDE, {"deed": "let_go", "message": message.pk}).status_code == 404
    assert client.post(reverse("cockpit:send_test"), {}).status_code == 404
    assert states([message]) == ["failed"]


def test_the_second_factor_is_asked_for_here_too(team, settings):
    settings.ADMIN_NEEDS_SECOND_FACTOR = True
    for name in ("board", "export", "people", "trouble", "preview"):
        answer = team.get(reverse(f"cockpit:{name}"))
        assert answer.status_code == 302
        assert answer.headers["Location"] == reverse("mfa_index")
