"""The facilitators' list of organisations without a suggestion: page, file, API."""

import csv
import io

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from partnerships.matching.models import Introduction, Obstacle
from partnerships.matching.services import refresh_matches
from partnerships.organisations.models import Organisation

pytestmark = pytest.mark.django_db
PAGE = "partnerships:unmatched"


@pytest.fixture(autouse=True)
def _fresh_counts():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def fanny(client, make_person):
    person = make_person("fanny@phare.example", is_facilitator=True, language="en")
    client.force_login(person)
    return client


@pytest.fixture
def alone(policy, make_organisation, ateliers, mobilites, foret):
    """Two who fit each other, and those whom nobody fits."""
    make_organisation("Rien dit", acts={}, seeks={})
    make_organisation("Seule sur la culture", areas=("grand_poitiers",), seeks={14: 3})
    make_organisation("Au loin", areas=("finistere",), home="poitiers", type="sme", seeks={11: 3})
    make_organisation("En pause", acts={11: 1}, status="paused", modes=())
    refresh_matches()
    return {o.name: o for o in Organisation.objects.all()}


def rows(response):
    return {row.organisation.name: row for row in response.context["rows"]}


def test_each_one_is_told_why_and_what_would_help(fanny, alone):
    found = rows(fanny.get(reverse(PAGE)))
    assert {name: row.kind.value for name, row in found.items()} == {
        "Rien dit": "nothing_declared",
        "Seule sur la culture": "no_domain",
        "Au loin": "no_domain",
        "Forêt du Ponant": "no_domain",
        "En pause": "paused",
    }
    widen = found["Au loin"].helps[0]
    assert "1 organisation there acts on mobility" in widen
    assert "(Vienne)" in widen
    assert "acts on culture" in found["Seule sur la culture"].helps[0]
    assert "Nobody answers for it yet" in found["Rien dit"].helps[1]


def test_full_ones_are_told_how_many_wait(fanny, alone, ateliers, mobilites):
    Organisation.objects.filter(pk=ateliers.pk).update(capacity=1)
    Introduction.objects.create(first=ateliers, second=mobilites, expires_at=timezone.now())
    refresh_matches()
    row = rows(fanny.get(reverse(PAGE), {"reason": "full"}))["Les Ateliers du Clain"]
    assert "(1, for 1 at a time)" in row.helps[0]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"reason": "no_domain"}, {"Seule sur la culture", "Au loin", "Forêt du Ponant"}),
        ({"kind": "company"}, {"Au loin"}),
        ({"domain": "D14"}, {"Seule sur la culture"}),
        ({"territory": "department:29"}, {"Forêt du Ponant"}),
        ({"reason": "no_domain", "territory": "department:86", "kind": "association"},
         {"Seule sur la culture"}),
        ({"reason": "full"}, set()),
    ],
)  # fmt: skip
def test_filters_narrow_page_and_file_alike(fanny, alone, query, names):
    assert set(rows(fanny.get(reverse(PAGE), query))) == names
    file = fanny.get(reverse("partnerships:unmatched_export"), query)
    text = b"".join(file.streaming_content).decode().removeprefix("\ufeff")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert {line["Organisation"] for line in lines} == names
    assert all(line["What would help"] for line in lines)


def test_it_is_sorted_as_asked(fanny, alone):
    names = [
        r.organisation.name for r in fanny.get(reverse(PAGE), {"sort": "name"}).context["rows"]
    ]
    assert names == sorted(names)
    turned = fanny.get(reverse(PAGE), {"sort": "-name"}).context["rows"]
    assert [r.organisation.name for r in turned] == names[::-1]


def test_counts_by_reason(fanny, alone):
    counts = dict(fanny.get(reverse(PAGE)).context["counts"])
    assert counts == {"no_domain": 3, "nothing_declared": 1, "paused": 1}


def test_whoever_came_since_the_refresh_is_found_apart(fanny, alone, make_organisation):
    make_organisation("Nouvelle venue", acts={11: 1})
    assert "Nouvelle venue" not in rows(fanny.get(reverse(PAGE)))
    found = rows(fanny.get(reverse(PAGE), {"reason": "not_computed"}))
    assert set(found) == {"Nouvelle venue"}
    assert found["Nouvelle venue"].kind == "not_computed"


def test_nothing_to_do_is_said(fanny, policy, ateliers, mobilites):
    refresh_matches()
    assert "Everyone is suggested somebody" in fanny.get(reverse(PAGE)).content.decode()
    assert "No organisation matches" in (
        fanny.get(reverse(PAGE), {"reason": "full"}).content.decode()
    )


@pytest.mark.parametrize("query", [{"reason": "x"}, {"territory": "nowhere"}, {"domain": "D99"}])
def test_a_search_that_cannot_be_is_explained(fanny, alone, query):
    response = fanny.get(reverse(PAGE), query)
    assert response.status_code == 200
    assert "This search cannot be done" in response.content.decode()


def test_a_page_costs_the_same_for_many(
    fanny, alone, make_organisation, django_assert_max_num_queries
):
    fanny.get(reverse(PAGE))
    with django_assert_max_num_queries(18) as few:
        fanny.get(reverse(PAGE))
    for number in range(18):
        make_organisation(f"Culture {number}", areas=("finistere",), home="poitiers", seeks={14: 1})
    refresh_matches()
    with django_assert_max_num_queries(len(few)):
        assert len(fanny.get(reverse(PAGE)).context["rows"]) == 20


def test_only_facilitators_and_the_team_see_it(client, alone, alice, dora):
    for person, expected in ((alice, 404), (dora, 200)):
        client.force_login(person)
        assert client.get(reverse(PAGE)).status_code == expected
        assert client.get(reverse("unmatched-organisation-list")).status_code == expected
    assert Obstacle.objects.exists()


def test_the_api_says_the_same(fanny, alone):
    found = fanny.get(reverse("unmatched-organisation-list"), {"reason": "nothing_declared"}).json()
    (one,) = found["results"]
    assert (one["name"], one["reason"], one["home"]) == (
        "Rien dit", "nothing_declared", "municipality:86194",
    )  # fmt: skip
    assert one["helps"]
