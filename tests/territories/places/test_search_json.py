"""What pickers ask as one types."""

import pytest
from django.conf import settings

URL = "/territoires/recherche.json"
pytestmark = pytest.mark.usefixtures("france")


def test_it_answers_level_code_name_and_detail(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert client.get(URL, {"q": "poit"}).json()["results"][0] == {
        "id": "municipality:86194",
        "level": "municipality",
        "code": "86194",
        "name": "Poitiers",
        "detail": "Municipality · Vienne · 86000",
    }


def test_it_answers_ten_at_most_and_none_for_nothing(client):
    assert len(client.get(URL, {"q": "saint"}).json()["results"]) == 10
    assert client.get(URL).json() == {"results": []}


def test_a_picker_may_want_some_levels_only(client):
    found = client.get(URL, {"q": "paris", "level": "municipality"}).json()["results"]
    assert {place["level"] for place in found} == {"municipality"}
    assert len(client.get(URL, {"q": "paris", "level": "planet"}).json()["results"]) == 10


def test_it_cannot_be_written_to(client):
    assert client.post(URL).status_code == 405
