"""The board counts like a plain loop does, says what waits, and costs the same however much."""

import csv
import io
import random
from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from phare_platform.cockpit.queries import counts
from phare_platform.cockpit.queries.people import most_written_to
from phare_platform.cockpit.queries.queue import standing
from phare_platform.lib.models import Job
from phare_platform.outbox.enums import MessageKind, MessageStatus
from phare_platform.outbox.models import Message

pytestmark = pytest.mark.django_db
BOARD, EXPORT = reverse("cockpit:board"), reverse("cockpit:export")
PEOPLE = reverse("cockpit:people")
QUERIES = {"board": 10, "people": 5}
FATE = {
    "pending": "waiting", "sending": "waiting", "held": "waiting", "sent": "sent",
    "in_doubt": "in_doubt", "failed": "failed", "quarantined": "failed", "cancelled": "let_go",
}  # fmt: skip


def lines_of(page):
    return {line.key: dict(line.counts) for line in page.context["page"].paginator.object_list}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("by", ["campaign", "territory", "kind"])
def test_the_counts_are_those_of_a_plain_loop(write, places, seed, by):
    draw = random.Random(seed)
    today = timezone.localdate()
    for _ in range(40):
        write(
            draw.randint(1, 3), draw.choice(MessageStatus.values), answered=draw.randint(0, 1),
            kind=draw.choice(list(MessageKind)), territory=draw.choice(["", "86", "79"]),
            campaign=draw.choice(["", "digest:2026-W47", "reminder:3"]),
            at=timezone.now() - timedelta(days=draw.randint(0, 20)),
        )  # fmt: skip
    choice = counts.Choice(
        today - timedelta(days=10), today, draw.choice(["", "digest"]), draw.choice(["", "86"])
    )
    wanted = {}
    for message in Message.objects.all():
        day = timezone.localdate(message.created_at)
        if not choice.since <= day <= choice.until:
            continue
        if choice.kind not in ("", message.kind) or choice.territory not in ("", message.territory):
            continue
        line = wanted.setdefault(getattr(message, by), Counter())
        line["written"] += 1
        line[FATE[message.status]] += 1
        line["answered"] += message.answered_at is not None
    found = counts.groups(choice, by=by)
    assert {line.key: +line.counts for line in counts.table(found, by=by)} == {
        key: +line for key, line in wanted.items()
    }
    assert +counts.total(found).counts == +sum(wanted.values(), Counter())


def test_a_period_begins_and_ends_at_midnight_in_paris(write):
    write(1, campaign="eve", at=datetime.fromisoformat("2026-11-09T22:59:59+00:00"))
    write(1, campaign="first", at=datetime.fromisoformat("2026-11-09T23:00:00+00:00"))
    write(1, campaign="last", at=datetime.fromisoformat("2026-11-10T22:59:59+00:00"))
    day = date(2026, 11, 10)
    found = counts.groups(counts.Choice(day, day), by="campaign")
    assert {group.key for group in found} == {"first", "last"}


def test_what_came_back_was_written_once(write, monkeypatch):
    write(3, campaign="a")
    now, day = timezone.now(), timezone.localdate()
    back = [counts.Group("a", "bounced", 2, 0, now)]
    monkeypatch.setattr(counts, "bounces", lambda choice, *, by: back)
    (line,) = counts.table(counts.groups(counts.Choice(day, day), by="campaign"), by="campaign")
    assert +line.counts == {"written": 3, "sent": 3, "bounced": 2}


def test_every_state_is_counted_somewhere():
    assert set(MessageStatus.values) <= set(counts.OUTCOMES)
    assert set(counts.OUTCOMES.values()) <= set(counts.COLUMNS)


def test_campaigns_are_told_in_words_the_newest_first(team, write):
    now = timezone.now()
    write(2, campaign="digest:2026-W46", at=now - timedelta(days=7))
    write(3, campaign="digest:2026-W47", answered=1, at=now)
    write(1, campaign="digest:2026-11", at=now - timedelta(days=1))
    write(1, campaign="reminder:3", at=now - timedelta(days=2))
    page = team.get(BOARD)
    labels = [line.label for line in page.context["page"]]
    assert labels == [
        "Suggestions, week 47 of 2026",
        "Suggestions, November 2026",
        "Reminders, 3",
        "Suggestions, week 46 of 2026",
    ]
    assert "33%" in page.content.decode()


def test_territories_are_told_by_name(team, write, places):
    write(2, territory="86")
    write(1, territory="99")
    write(1)
    page = team.get(BOARD, {"by": "territory"})
    labels = {line.label for line in page.context["page"]}
    assert labels == {"Vienne (86)", "99", "No department"}
    narrowed = team.get(BOARD, {"by": "territory", "territory": "86"})
    assert lines_of(narrowed) == {"86": {"written": 2, "sent": 2, "answered": 0}}


def test_lines_are_sorted_by_any_column_and_wrong_filters_are_told(team, write):
    write(1, campaign="a", answered=1)
    write(3, campaign="b")
    for sort, first in [("sent", "a"), ("-sent", "b"), ("-answered", "a"), ("name", "a")]:
        page = team.get(BOARD, {"sort": sort})
        assert page.context["page"][0].key == first, sort
    assert team.get(BOARD, {"sort": "nonsense"}).status_code == 200
    wrong = team.get(BOARD, {"since": "2026-11-20", "until": "2026-11-01"})
    assert "The last day comes before the first one" in wrong.content.decode()
    for query in ({"since": "yesterday"}, {"kind": "love"}, {"by": "moon"}, {"page": "x"}):
        assert team.get(BOARD, query).status_code == 200
        assert team.get(EXPORT, query).status_code in (200, 302)


def test_the_file_holds_every_line_and_no_formula(team, write):
    for number in range(30):
        write(1, campaign=f"c{number}")
    write(2, campaign="=HYPERLINK(1)")
    answer = team.get(EXPORT)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 32
    assert rows[0][:3] == ["Campaign", "code", "latest"]
    assert not any(cell.startswith("=") for row in rows for cell in row)


def test_the_queues_say_how_long_the_oldest_waits(write):
    now = timezone.now()
    write(1, "pending", kind=MessageKind.SECURITY, at=now - timedelta(minutes=3))
    write(2, "pending", at=now - timedelta(hours=4), error="450 try later")
    write(5, "pending", at=now, not_before=now + timedelta(hours=1))
    job = Job.objects.create(task="lib.nothing")
    Job.objects.filter(pk=job.pk).update(created_at=now - timedelta(seconds=5))
    with translation.override("en"):
        found = standing(now=now)
        security, other, jobs = found.queues
        assert (security.depth, security.state) == (1, "warn")
        assert security.sentence.replace("\xa0", " ") == "The oldest has waited for 3 minutes."
        assert (other.depth, other.later, other.state) == (2, 5, "bad")
        assert "EMAIL_URL" in other.advice
        assert (jobs.depth, jobs.state, jobs.advice) == (1, "good", "")
        assert found.last_words == "450 try later"


def test_a_message_due_only_now_has_not_waited(write):
    now = timezone.now()
    write(1, "pending", at=now - timedelta(days=2), not_before=now - timedelta(seconds=20))
    assert standing(now=now).queues[1].state == "good"


def test_nothing_waits_and_nothing_is_wrong(team):
    body = team.get(BOARD).content.decode()
    assert body.count("Nothing waits.") == 3
    assert "No message in these days" in body
    assert "needs a person" not in body


def test_people_are_ranked_by_what_a_year_brought_them(team, write, alice, bob):
    year_ago = timezone.now() - timedelta(days=366)
    write(3, to=alice)
    write(9, to=alice, at=year_ago)
    write(5, "failed", to=alice)
    write(5, "cancelled", to=alice)
    write(4, to=bob, kind=MessageKind.SECURITY)
    write(1, "pending", to=bob)
    with translation.override("en"):
        found = most_written_to(now=timezone.now())
    assert [(x.person, x.total, dict(x.by_kind)) for x in found] == [
        (alice, 8, {"suggestions": 8}),
        (bob, 5, {"account security": 4, "suggestions": 1}),
    ]
    assert [x.person for x in most_written_to(now=timezone.now(), named="BOB@")] == [bob]
    assert "bob@mobilites.example" in team.get(PEOPLE).content.decode()
    assert "Nobody to show" in team.get(PEOPLE, {"q": "zzz"}).content.decode()


@pytest.mark.parametrize("size", [1, 40])
def test_pages_cost_the_same_however_many_messages(team, write, make_person, size):
    for number in range(size):
        person = make_person(f"reader{number}@example.org")
        write(1, campaign=f"c{number}", to=person)
        write(1, "pending", to=person)
        write(1, "failed", to=person)
    team.get(BOARD)  # the first page of a session also writes that somebody is there
    for name, number in QUERIES.items():
        with CaptureQueriesContext(connection) as spent:
            assert team.get(reverse(f"cockpit:{name}")).status_code == 200
        assert len(spent) == number, [query["sql"][:90] for query in spent]


def test_the_counts_read_the_index_alone(write):
    write(300)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    today = timezone.localdate()
    found = counts.Choice(today, today).messages.values_list("campaign", "status")
    plan = found.annotate(n=counts.Count("*"), m=counts.Max("created_at")).explain()
    assert "Index Only Scan using outbox_counts" in plan
