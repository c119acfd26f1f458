"""The places that ship, once loaded."""

import pytest

from territories.places.models import Place
from territories.places.services import load_places

pytestmark = pytest.mark.usefixtures("france")


def test_the_shipped_files_are_loaded_whole(france):
    assert Place.objects.count() == 36_250
    poitiers = france("municipality:86194")
    assert (poitiers.name, poitiers.siren, poitiers.postcodes) == (
        "Poitiers",
        "218601946",
        ["86000"],
    )
    assert poitiers.parent == france("department:86")
    assert poitiers.intermunicipality == france("intermunicipality:200069854")
    assert poitiers.name_key == "poitiers"
    assert abs(poitiers.lat - 46.58) < 0.05
    assert france("municipality:75056").former_codes[0] == "75101"


def test_a_second_load_only_looks(django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        again = load_places()
    assert (again.rows, again.changed) == (36_250, False)
