"""Territories in the API: open to all, read only."""

import pytest

URL = "/api/v1/territories/"
pytestmark = pytest.mark.usefixtures("france")


def ids(response):
    return [place["id"] for place in response.json()["results"]]


def test_anyone_may_read_a_territory_and_all_that_holds_it(client):
    redon = client.get(f"{URL}intermunicipality:243500741/").json()
    assert redon["name"] == "CA Redon Agglomération"
    assert redon["parent"] == "department:35"
    assert redon["lies_in"] == [
        "country:FR",
        "department:35",
        "department:44",
        "department:56",
        "region:52",
        "region:53",
    ]
    town = client.get(f"{URL}municipality:35236/").json()
    assert town["intermunicipality"] == redon["id"]
    assert town["postcodes"] == ["35600"]
    assert client.get(f"{URL}country:FR/").json()["parent"] is None


def test_the_list_searches_and_filters_as_the_page_does(client):
    assert ids(client.get(URL, {"q": "86000"})) == ["municipality:86194"]
    assert ids(client.get(URL, {"q": "paris"}))[:2] == ["department:75", "municipality:75056"]
    departments = client.get(URL, {"level": "department", "parent": "region:75"})
    assert departments.json()["count"] == 12
    for department in ("35", "44", "56"):
        inside = client.get(
            URL, {"level": "intermunicipality", "parent": f"department:{department}", "q": "redon"}
        )
        assert "intermunicipality:243500741" in ids(inside)


def test_the_bigger_places_come_first(client):
    assert ids(client.get(URL))[:2] == ["country:FR", "region:84"]


@pytest.mark.parametrize(
    ("query", "field"),
    [({"level": "planet"}, "level"), ({"parent": "region:00"}, "parent"), ({"q": "a\0"}, "q")],
)
def test_a_value_that_means_nothing_is_refused_by_its_name(client, query, field):
    response = client.get(URL, query)
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert list(response.json()["errors"]) == [field]


@pytest.mark.parametrize("identifier", ["municipality:00000", "planet:1", "86194", "region:75:1"])
def test_an_unknown_territory_is_not_found(client, identifier):
    assert client.get(f"{URL}{identifier}/").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nobody_writes_territories(admin_client, method):
    for url in (URL, f"{URL}country:FR/"):
        assert getattr(admin_client, method)(url).status_code in (403, 405)


def test_a_page_of_the_list_takes_few_queries(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        client.get(URL, {"q": "saint", "page_size": 100})
