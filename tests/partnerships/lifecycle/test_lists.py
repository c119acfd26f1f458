"""The list, the board, the file and the desk: what they hold, and in how many queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from partnerships.lifecycle.models import Partnership, PartnershipEvent
from partnerships.lifecycle.queries import partnerships_for, rows_of
from partnerships.lifecycle.services import end_partnership, open_partnership
from territories.fragilities.models import Domain
from tests.partnerships.lifecycle.cast import lead_to, organisation, settle

pytestmark = pytest.mark.django_db

HERE = ("Écoute des aînés", "En route", "Finie")
# Queries of each page, whatever it holds; a rise must be explained in review.
QUERIES = {"list": 20, "board": 26, "page": 30, "desk": 31}


@pytest.fixture
def several(partnership, workshops, rides, neighbour, poitiers, rennes, alice, fanny):
    """Four more: late, in another region, accompanied, ended."""

    def opened(title, place=poitiers, domains=(1,), others=(rides,)):
        return open_partnership(
            title=title, organisations=[workshops, *others], place=place, by=alice,
            domains=list(Domain.objects.filter(pk__in=domains)), facilitator=fanny,
        )  # fmt: skip

    made = {
        "late": opened("Écoute des aînés", domains=(6,)),
        "far": opened("Loin d’ici", place=rennes, others=(neighbour,)),
        "accompany": lead_to(opened("En route"), "accompany", by=alice),
        "ended": opened("Finie"),
    }
    age(made["late"], days=200)
    end_partnership(made["ended"], reason="other", by=alice, expected_version=1)
    return made


def age(partnership, *, days):
    then = timezone.now() - timedelta(days=days)
    Partnership.objects.filter(pk=partnership.pk).update(stage_since=then)
    PartnershipEvent.objects.filter(partnership=partnership).update(happened_at=then)


def titles(client, **chosen):
    page = client.get(reverse("partnerships:partnership_index"), chosen)
    assert page.status_code == 200
    return {row.partnership.title for row in page.context["rows"]}


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"stage": ["accompany", "ended"]}, {"En route", "Finie"}),
        ({"domain": "D06"}, {"Écoute des aînés"}),
        ({"territory": "department:86"}, {"Navettes du matin", *HERE}),
        ({"territory": "region:53"}, {"Loin d’ici"}),
        ({"late": "on"}, {"Écoute des aînés"}),
        ({"q": "ECOUTE des aines"}, {"Écoute des aînés"}),
        ({"q": "le voisin"}, {"Loin d’ici"}),
        ({"q": "zzz"}, set()),
    ],
)  # fmt: skip
def test_each_filter_narrows_the_list(client, several, alice, chosen, expected):
    client.force_login(alice)
    assert titles(client, **chosen) == expected


def test_the_list_filters_by_partner(client, several, neighbour, alice):
    client.force_login(alice)
    assert titles(client, organisation=neighbour.pk) == {"Loin d’ici"}


def test_an_unknown_territory_is_named_and_an_organisation_of_others_is_no_choice(
    client, several, rennes, alice
):
    stranger = organisation("Inconnue", rennes)
    client.force_login(alice)
    page = reverse("partnerships:partnership_index")
    for chosen in ({"territory": "department:999"}, {"organisation": stranger.pk}):
        response = client.get(page, chosen)
        assert response.status_code == 200
        assert response.context["filter"].form.errors


def test_the_list_sorts_by_title_with_accents_in_their_place(client, several, alice):
    client.force_login(alice)
    page = client.get(reverse("partnerships:partnership_index"), {"sort": "title"})
    assert [row.partnership.title for row in page.context["rows"]] == [
        "Écoute des aînés", "En route", "Finie", "Loin d’ici", "Navettes du matin",
    ]  # fmt: skip


def test_lateness_in_sql_is_lateness_in_the_rules(several, partnership, alice):
    now = timezone.now()
    for days in (0, 91, 93, 182, 184, 400):
        for one in several.values():
            age(one, days=days)
            rows = rows_of(partnerships_for(alice).filter(pk=one.pk), now=now)
            late = Partnership.objects.late(now).filter(pk=one.pk).exists()
            assert late is (rows[0].days_late > 0), (one.title, days)


def test_htmx_gets_the_results_alone(client, several, alice):
    client.force_login(alice)
    page = client.get(
        reverse("partnerships:partnership_index"), headers={"HX-Request": "true"}
    ).content.decode()
    assert "<html" not in page
    assert "Navettes du matin" in page


def test_the_board_puts_each_in_its_column(client, several, alice):
    client.force_login(alice)
    page = client.get(reverse("partnerships:partnership_index"), {"view": "board"})
    counts = {column.stage.value: column.count for column in page.context["columns"]}
    assert counts == {"prepare": 3, "accompany": 1, "evaluate": 0, "closed": 0}


def test_the_file_holds_the_filtered_list_and_runs_no_formula(client, several, alice):
    Partnership.objects.filter(title="En route").update(title="=HYPERLINK(1)")
    client.force_login(alice)
    response = client.get(reverse("partnerships:partnership_export"), {"stage": "accompany"})
    text = b"".join(response.streaming_content).decode()
    lines = text.strip().splitlines()
    assert len(lines) == 2
    assert "'=HYPERLINK(1)" in lines[1]
    assert "municipality:86194" in lines[1]


def test_an_empty_list_says_what_to_do_next(client, charlie):
    client.force_login(charlie)
    page = client.get(reverse("partnerships:partnership_index")).content.decode()
    assert reverse("partnerships:partnership_new") in page.split('id="results"')[1]


def test_the_desk_puts_what_presses_first(client, several, partnership, fanny, alice):
    settle(partnership, "PR10", "PR15", by=alice)
    client.force_login(fanny)
    desk = client.get(reverse("partnerships:desk")).context["desk"]
    assert [item.row.partnership.title for item in desk.today] == [
        "Écoute des aînés", "Navettes du matin",
    ]  # fmt: skip
    assert (desk.running_count, desk.late_count, desk.ready_count) == (4, 1, 1)
    assert desk.today[0].kind == "bad"
    assert desk.today[1].kind == "good"


def test_the_desk_recalls_invitations_that_wait(client, several, rides, neighbour, fanny, alice):
    late = several["accompany"]
    late.partners.filter(organisation=rides).update(agreed_at=None)
    age(late, days=20)
    client.force_login(fanny)
    desk = client.get(reverse("partnerships:desk")).context["desk"]
    assert {item.row.partnership.title for item in desk.today} >= {"En route"}
    assert rides.name in next(item.text for item in desk.today if item.row.partnership == late)


@pytest.mark.parametrize("page", QUERIES)
def test_a_page_costs_the_same_whatever_it_holds(
    client, several, partnership, workshops, rides, poitiers, alice, fanny, page
):
    address, who = {
        "list": (reverse("partnerships:partnership_index"), alice),
        "board": (reverse("partnerships:partnership_index") + "?view=board", alice),
        "page": (partnership.get_absolute_url(), alice),
        "desk": (reverse("partnerships:desk"), fanny),
    }[page]
    client.force_login(who)
    client.get(address)  # the session and the content types are there from now on
    with CaptureQueriesContext(
        connection,
    ) as before:
        client.get(address)
    for number in range(6):
        more = open_partnership(
            title=f"Encore {number}", organisations=[workshops, rides], place=poitiers,
            domains=list(Domain.objects.filter(pk__in=[1, 2, 3])), by=alice, facilitator=fanny,
        )  # fmt: skip
        settle(more, "PR01", "PR10", by=alice)
        settle(partnership, f"PR0{number + 1}", by=alice)
    with CaptureQueriesContext(connection) as after:
        client.get(address)
    assert len(after) == len(before)
    assert len(after) <= QUERIES[page]
