"""The page that finds a territory."""

import re

import pytest

PAGE = "/territoires/"
pytestmark = pytest.mark.usefixtures("france")


def links(response):
    return re.findall(r'<a href="(/territoires/[a-z]+/\w+/)">', response.content.decode())


def test_a_visitor_sees_the_regions_first(client):
    response = client.get(PAGE)
    assert response.status_code == 200
    assert len(links(response)) == 18
    assert links(response)[0] == "/territoires/region/84/"


def test_a_search_lists_places_with_what_tells_them_apart(client):
    response = client.get(PAGE, {"q": "poitiers"})
    assert links(response) == ["/territoires/commune/86194/", "/territoires/intercommunalite/200069854/"]  # fmt: skip  # noqa: E501
    assert "Vienne · 86000" in response.content.decode()
    assert 'value="poitiers"' in response.content.decode()


def test_levels_and_a_container_narrow_the_list(client):
    inside = client.get(PAGE, {"level": "department", "parent": "region:75"})
    assert len(links(inside)) == 12
    both = client.get(PAGE, {"q": "redon", "level": ["municipality"]})
    assert "/territoires/intercommunalite/243500741/" not in links(both)
    assert "/territoires/commune/35236/" in links(both)


def test_a_straddling_intermunicipality_is_found_in_each_region(client):
    for region in ("52", "53"):
        response = client.get(PAGE, {"q": "redon", "parent": f"region:{region}"})
        assert "/territoires/intercommunalite/243500741/" in links(response)


def test_a_chosen_place_goes_straight_to_its_page(client):
    response = client.get(PAGE, {"q": "Poitiers", "code": "municipality:86194"})
    assert (response.status_code, response.url) == (302, "/territoires/commune/86194/")
    assert client.get(PAGE, {"q": "Poitiers", "code": "nothing:0"}).status_code == 200


def test_nothing_found_says_what_to_try(client):
    html = client.get(PAGE, {"q": "zzzz"}).content.decode()
    assert 'class="empty"' in html
    assert f'href="{PAGE}"' in html


def test_an_unknown_container_is_refused_in_words(client):
    response = client.get(PAGE, {"parent": "region:00"})
    assert response.status_code == 200
    assert "region:00" in response.content.decode()
    assert 'role="alert"' in response.content.decode()
    assert not links(response)


def test_as_one_types_only_the_results_come(client):
    html = client.get(PAGE, {"q": "poit"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in html
    assert "/territoires/commune/86194/" in html
    assert 'id="found" hx-swap-oob' in html


def test_going_back_gets_the_whole_page(client):
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in client.get(PAGE, {"q": "poit"}, headers=headers).content.decode()


def test_a_long_list_comes_by_pages(client):
    first, second = (client.get(PAGE, {"q": "saint", "page": page}) for page in (1, 2))
    assert len(links(first)) == len(links(second)) == 20
    assert not set(links(first)) & set(links(second))


def test_the_page_takes_few_queries_whatever_it_lists(client, django_assert_max_num_queries):
    client.get(PAGE)
    with django_assert_max_num_queries(4):
        client.get(PAGE, {"q": "saint"})


@pytest.mark.parametrize("text", ["\0", "<script>alert(1)</script>", "é" * 5000, "%", "' OR 1=1"])
def test_strange_text_is_answered_and_never_runs(client, text):
    response = client.get(PAGE, {"q": text})
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


def test_it_cannot_be_written_to(client):
    assert client.post(PAGE).status_code == 405
