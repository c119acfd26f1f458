"""Finding a place as one types it."""

import random

import pytest
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territories.places.enums import Level
from territories.places.models import Place
from territories.places.queries import (
    find_municipality,
    find_place,
    matching,
    place_detail,
    search_places,
)
from tests.territories.places import oracle

pytestmark = pytest.mark.usefixtures("france")
NAMES = [
    "Saint-Étienne", "saint etienne", "ST ETIENNE", "st-étienne", "ste genevieve", "saint",
    "sainte", "stes maries", "saints", "st", "L'Haÿ-les-Roses", "l’hay les roses", "hay",
    "Œuilly", "oeuilly", "OEUILLY", "Évry",
    "Évry-Courcouronnes", "courcouronnes", "evry cour", "paris", "Paris 12", "75012", "75112",
    "75056", "75", "2a", "2A004", "2b0", "971", "97", "860", "8600", "86000", "86000 poitiers",
    "poitiers 86360", "y", "é", "s", "sa", "fr", "france", "vienne", "la réunion", "grand poitiers",
    "CU du Grand Poitiers", "redon", "200069854", "243 500 741", "217 500 016", "lyon 3", "l",
    "saint denis", "aÿ-champagne", "bourg en bresse", "abbaye d’", "zzzz", "", "  ", "99999", "0",
    "a & b | !c", "'; drop table", "12e", "marseille 13001 13002", "la la la la la la la la la",
]  # fmt: skip


def found(text, **options):
    return [place.identifier for place in search_places(text, **options)]


def test_accents_case_hyphens_and_apostrophes_do_not_matter():
    for text in ("Saint-Étienne", "saint etienne", "SAINT ETIENNE", "st-etienne", "St Étienne"):
        assert found(text)[0] == "municipality:42218", text
    for text in ("L'Haÿ-les-Roses", "l’hay les roses", "hay-les-roses", "LES ROSES HAY"):
        assert found(text)[0] == "municipality:94038", text


def test_ligatures_are_read_as_two_letters():
    assert found("Œuilly") == found("oeuilly") == ["municipality:51410", "municipality:02565"]


def test_each_word_may_be_unfinished_and_in_any_order():
    assert found("courc ev")[0] == "municipality:91228"
    assert found("poit")[0] == "municipality:86194"
    assert "intermunicipality:200069854" in found("poitiers")


def test_saint_is_found_as_st_and_st_as_saint():
    written_short = Place.objects.filter(name__contains=" St-Gildas").get()
    assert written_short.identifier in found("Pontchâteau saint gildas")
    for text in ("ste marie la mer", "sainte marie la mer"):
        assert found(text)[0] == "municipality:66182"
    assert found("stes maries de la mer") == ["municipality:13096"]


def test_a_postcode_finds_its_towns_and_a_town_of_many_postcodes_by_each():
    assert found("75012") == ["municipality:75056"]
    assert set(found("86360")) == {"municipality:86062", "municipality:86163"}
    assert found("Paris 12") == ["municipality:75056"]
    assert "municipality:86194" in found("860")


def test_a_code_finds_its_place_at_whatever_level():
    assert found("75") == ["region:75", "department:75"]
    assert found("2a") == ["department:2A"]
    assert found("2a004") == ["municipality:2A004"]
    assert found("200 069 854") == ["intermunicipality:200069854"]


def test_districts_and_merged_municipalities_lead_to_the_town_of_today():
    assert found("75112") == ["municipality:75056"]
    assert found("Courcouronnes") == ["municipality:91228"]
    assert "municipality:69123" in found("Lyon 3e")


def test_the_exact_name_comes_first_then_bigger_levels_then_more_people():
    assert found("paris")[:2] == ["department:75", "municipality:75056"]
    assert found("vienne")[:2] == ["department:86", "municipality:38544"]
    assert found("evry")[:2] == ["municipality:89162", "municipality:91228"]
    names = [place.name for place in search_places("saint-denis", limit=4)]
    assert names[:2] == ["Saint-Denis", "Saint-Denis"]


def test_levels_may_be_chosen_and_the_number_limited():
    assert found("paris", levels=[Level.MUNICIPALITY])[0] == "municipality:75056"
    assert found("paris", levels=[]) == []
    assert len(found("saint", limit=3)) == 3


def test_nothing_typed_finds_nothing():
    assert found("") == found("   ") == found("!!") == []


@pytest.mark.parametrize("text", NAMES)
def test_the_list_is_the_one_plain_python_finds(text):
    assert found(text, limit=25) == oracle.search(text, limit=25)


def test_the_list_is_the_same_for_words_taken_from_real_names():
    chance = random.Random(86)  # the same choices at each run
    for row in chance.sample(oracle.rows(), 60):
        words = chance.sample(row["words"], chance.randint(1, min(3, len(row["words"]))))
        text = " ".join(word[: chance.randint(1, len(word))] for word in words)
        if row["postcodes"] and chance.random() < 0.2:
            text += f" {row['postcodes'][0]}"
        assert found(text, limit=25) == oracle.search(text, limit=25), text


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=60))
def test_no_text_makes_the_search_fail(text):
    assert len(search_places(text)) <= 10


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("saint etienne", "place_search"),
        ("poit", "place_search"),
        ("y", "place_name_prefix"),
        ("75012", "place_postcodes"),
        ("8600", "place_postcodes"),
        ("75112", "place_former_codes"),
        ("86", "place_code"),
        ("217500016", "place_siren"),
    ],
)
def test_an_index_answers(text, index):
    sql, values = matching(Place.objects.all(), text)[:10].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}", values)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert index in plan
    assert "Seq Scan" not in plan


def test_a_search_takes_two_queries_whatever_it_finds(django_assert_num_queries):
    with django_assert_num_queries(2):
        details = [place_detail(place) for place in search_places("saint")]
    assert len(details) == 10


def test_the_detail_tells_a_place_from_its_namesakes():
    with translation.override("en"):
        details = {place.identifier: place_detail(place) for place in search_places("redon")}
    assert details["municipality:35236"] == "Municipality · Ille-et-Vilaine · 35600"
    assert details["intermunicipality:243500741"] == (
        "Intermunicipality · Ille-et-Vilaine, Loire-Atlantique, Morbihan"
    )


def test_a_place_is_found_by_level_and_code_and_a_town_by_its_old_code():
    assert find_place("department", "2a").name == "Corse-du-Sud"
    assert find_place("department", "99") is None
    assert find_municipality("86194").name == "Poitiers"
    assert find_municipality(" 75112 ").name == "Paris"
    assert find_municipality("00000") is None
