"""Intermunicipalities that lie across departments and regions: nothing of them is lost."""

import pytest

from territories.places.models import Containment, Place

pytestmark = pytest.mark.usefixtures("france")


def containers(place, level):
    found = Containment.objects.filter(inner=place, outer__level=level)
    return set(found.values_list("outer__code", flat=True))


@pytest.mark.parametrize(
    ("code", "main", "departments", "regions"),
    [
        # Redon: three departments of two regions.
        ("243500741", "35", {"35", "44", "56"}, {"53", "52"}),
        # Sisteronais-Buëch: three departments of two regions, no main one of most municipalities.
        ("200068765", "05", {"04", "05", "26"}, {"93", "84"}),
        # Dreux: Centre-Val de Loire and Normandie.
        ("200040277", "28", {"28", "27"}, {"24", "28"}),
        # Deux Rives: Occitanie and Nouvelle-Aquitaine.
        ("248200016", "82", {"82", "47", "32"}, {"76", "75"}),
        # Greater Paris: seven departments of one region.
        ("200054781", "75", {"75", "92", "93", "94", "91", "95"}, {"11"}),
        # Grand Poitiers straddles nothing.
        ("200069854", "86", {"86"}, {"75"}),
    ],
)
def test_it_lies_in_every_department_and_region_of_its_towns(
    france, code, main, departments, regions
):
    place = france(f"intermunicipality:{code}")
    assert place.parent.code == main
    assert containers(place, "department") == departments
    assert containers(place, "region") == regions
    assert containers(place, "country") == {"FR"}


def test_its_towns_lie_in_their_own_department_only(france):
    redon = france("intermunicipality:243500741")
    town = redon.municipalities.filter(parent__code="44").first()
    assert containers(town, "department") == {"44"}
    assert containers(town, "region") == {"52"}
    assert containers(town, "intermunicipality") == {"243500741"}


def test_each_department_finds_it_and_all_its_towns_find_it(france):
    redon = france("intermunicipality:243500741")
    for code in ("35", "44", "56"):
        department = france(f"department:{code}")
        assert redon in Place.objects.within(department)
        assert department in Place.objects.around(redon)
    towns = set(Place.objects.within(redon).at("municipality"))
    assert towns == set(redon.municipalities.all())
    assert {town.parent.code for town in towns} == {"35", "44", "56"}


def test_as_many_straddle_as_the_file_says():
    over = {"department": 0, "region": 0}
    for level in over:
        seen = Containment.objects.filter(
            inner__level="intermunicipality", outer__level=level
        ).values_list("inner", flat=True)
        over[level] = len(seen) - len(set(seen))
    assert len(set(seen)) == 1255
    assert over == {"department": 98, "region": 26}


def test_the_relation_is_closed():
    """Whatever holds the container of a place holds it too, straddling ones left apart."""
    inside = Containment.objects.exclude(outer__level="intermunicipality")
    direct = set(inside.values_list("inner", "outer"))
    parents = dict(Place.objects.values_list("pk", "parent"))
    missing = [
        (inner, parents[outer])
        for inner, outer in direct
        if parents[outer] and (inner, parents[outer]) not in direct
    ]
    assert not missing
