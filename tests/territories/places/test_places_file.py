"""The file of places that ships, looked at as a file."""

import csv
import gzip
import math
from collections import Counter, defaultdict
from statistics import median

import pytest
from django.conf import settings
from stdnum.fr import siren

from territories.places.enums import PositionSource
from territories.places.services import FORMER, PLACES
from tests.territories.places.oracle import rows

OFFICIAL = settings.BASE_DIR.parent / "shared/data/territoires/communes.csv.gz"


def by_level(level):
    return {row["code"]: row for row in rows() if row["level"] == level}


def kilometres(one, other):
    (lat, lon), (lat2, lon2) = one, other
    east = (lon2 - lon) * math.cos(math.radians((lat + lat2) / 2))
    return 111.19 * math.hypot(lat2 - lat, east)


def test_it_holds_france_of_2026():
    assert Counter(row["level"] for row in rows()) == {
        "country": 1,
        "region": 18,
        "department": 101,
        "intermunicipality": 1255,
        "municipality": 34875,
    }
    assert len({(row["level"], row["code"]) for row in rows()}) == len(rows())
    assert Counter(row["kind"] for row in by_level("intermunicipality").values()) == {
        "CC": 989,
        "CA": 230,
        "METRO": 22,
        "CU": 14,
    }
    assert PLACES.stat().st_size + FORMER.stat().st_size < 4_000_000


def test_every_parent_and_intermunicipality_exists():
    regions, departments = by_level("region"), by_level("department")
    epcis, towns = by_level("intermunicipality"), by_level("municipality")
    assert {row["parent_code"] for row in departments.values()} == set(regions)
    assert {row["parent_code"] for row in towns.values()} == set(departments)
    assert {row["epci_code"] for row in towns.values()} - {""} == set(epcis)
    alone = {row["name"] for row in towns.values() if not row["epci_code"]}
    assert alone == {"Île-de-Bréhat", "Île-de-Sein", "Ouessant", "L'Île-d'Yeu"}


def test_an_intermunicipality_names_the_departments_of_its_towns_the_most_populated_first():
    people = defaultdict(Counter)
    for row in by_level("municipality").values():
        people[row["epci_code"]][row["parent_code"]] += int(row["population"])
    for code, row in by_level("intermunicipality").items():
        departments = row["department_codes"].split("|")
        assert set(departments) == set(people[code])
        assert departments[0] == row["parent_code"] == people[code].most_common(1)[0][0]


def test_the_upper_levels_count_the_people_of_their_towns():
    towns = by_level("municipality").values()
    total = sum(int(row["population"]) for row in towns)
    assert int(by_level("country")["FR"]["population"]) == total
    for level in ("region", "department"):
        assert sum(int(row["population"]) for row in by_level(level).values()) == total
    assert 68_000_000 < total < 69_000_000


def test_every_siren_has_a_right_check_digit():
    wrong = [row["code"] for row in rows() if row["siren"] and not siren.is_valid(row["siren"])]
    assert not wrong


def test_every_place_has_a_position_in_france_and_says_where_it_comes_from():
    known = {source.value for source in PositionSource}
    for row in rows():
        assert row["position_source"] in known - {"none", "official"}
        lat, lon = float(row["lat"]), float(row["lon"])
        if row["code"][:2] != "97" and len(row["code"]) == 5:
            assert 41.2 < lat < 51.2, row["name"]
            assert -5.3 < lon < 9.7, row["name"]
    named = sum(row["position_source"] == "geonames" for row in rows())
    assert named > 14_000


def test_former_codes_lead_to_towns_of_today():
    towns = by_level("municipality")
    with FORMER.open(encoding="utf-8", newline="") as file:
        former = list(csv.DictReader(file))
    assert {row["municipality_code"] for row in former} <= set(towns)
    assert Counter(row["kind"] for row in former)["district"] == 45
    others = {row["code"] for row in former if row["code"] != row["municipality_code"]}
    assert not others & set(towns)


def test_positions_are_near_the_official_centroids():
    if not OFFICIAL.exists():
        pytest.skip(f"NOT CHECKED: no official centroids at {OFFICIAL}")
    with gzip.open(OFFICIAL, "rt", encoding="utf-8", newline="") as file:
        official = {
            row["code_commune"]: (float(row["lat"]), float(row["lon"]))
            for row in csv.DictReader(file)
            if row["lat"]
        }
    errors = defaultdict(dict)
    for code, row in by_level("municipality").items():
        here = float(row["lat"]), float(row["lon"])
        errors[row["position_source"]][code] = kilometres(here, official[code])
    for source, middle, nearly_all in (("geonames", 1.0, 3.0), ("postcode_mean", 7.0, 13.0)):
        found = sorted(errors[source].values())
        assert median(found) < middle
        assert found[int(len(found) * 0.95)] < nearly_all
    far = [code for code, km in errors["geonames"].items() if km > 30 and code[:3] != "973"]
    assert len(far) <= 3, far
