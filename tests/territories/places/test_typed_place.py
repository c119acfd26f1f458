"""A place typed in a form: the words decide, the code confirms, doubt is offered as a choice."""

import pytest
from django import forms
from django.http import QueryDict

from territories.places.enums import Level
from territories.places.forms import TypedPlaceField
from territories.places.models import Place


@pytest.fixture
def towns(db):
    vienne = Place.objects.create(level="department", code="86", name="Vienne")
    make = Place.objects.create
    return {
        "poitiers": make(
            level="municipality", code="86194", name="Poitiers", parent=vienne, postcodes=["86000"],
            former_codes=["86999"],
        ),
        "neuville": make(level="municipality", code="86177", name="Neuville-de-Poitou"),
        "one": make(level="municipality", code="86235", name="Saint-Maurice", parent=vienne),
        "two": make(level="municipality", code="79280", name="Saint-Maurice"),
        "vienne": vienne,
    }  # fmt: skip


class TownForm(forms.Form):
    town = TypedPlaceField(levels=[Level.MUNICIPALITY], required=False)


def clean(query):
    form = TownForm(QueryDict(query))
    form.is_valid()
    return form


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("town_text=Poitiers", "poitiers"),
        ("town_text=POITIERS", "poitiers"),
        ("town_text=86000", "poitiers"),
        ("town_text=86194", "poitiers"),
        ("town_text=86999", "poitiers"),
        ("town_text=Poitiers&town=municipality:86194", "poitiers"),
        ("town=municipality:86194", "poitiers"),
        # The words were changed after the code was filled in: the words win.
        ("town_text=neuville de poitou&town=municipality:86194", "neuville"),
        ("town_text=Saint-Maurice&town=municipality:79280", "two"),
        ("town_text=st maurice&town=municipality:79280", None),
        ("town_text=Saint-Maurice&town=&town_choice=municipality:86235", "one"),
        ("town_text=&town=municipality:86194", None),
        ("", None),
    ],
)
def test_what_is_meant(towns, query, found):
    form = clean(query)
    assert form.cleaned_data.get("town") == towns.get(found)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("town_text=Saint-Maurice", "several"),
        ("town_text=Atlantis", "unknown_name"),
        ("town_text=99999", "unknown_code"),
        ("town=municipality:99999", "unknown_code"),
        ("town=department:86", "wrong_level"),
        ("town=nonsense", "unknown_code"),
        ("town_text=Vienne", "unknown_name"),
        ("town_text=a%00b", None),
    ],
)
def test_what_is_refused(towns, query, code):
    errors = clean(query).errors.as_data()["town"]
    assert [error.code for error in errors] == [code]


def test_doubt_is_offered_as_a_choice_with_what_tells_them_apart(towns):
    page = str(clean("town_text=Saint-Maurice")["town"])
    assert page.count('type="radio"') == 2
    assert "Vienne" in page
    assert 'name="town_choice"' in page


def test_one_form_does_not_offer_the_doubt_of_another(towns):
    clean("town_text=Saint-Maurice")
    assert 'type="radio"' not in str(TownForm()["town"])


def test_a_code_alone_shows_its_name(towns):
    assert 'value="Poitiers"' in str(clean("town=municipality:86194")["town"])


def test_an_initial_place_fills_both_inputs(towns):
    page = str(TownForm(initial={"town": towns["poitiers"]})["town"])
    assert 'value="Poitiers"' in page
    assert 'value="municipality:86194"' in page
    assert "/territoires/recherche.json?level=municipality" in page


def test_words_are_escaped(towns):
    assert "<script>" not in str(clean("town_text=<script>")["town"])


@pytest.mark.parametrize(
    ("query", "changed"),
    [
        ("town_text=Poitiers&town=municipality:86194", False),
        ("town_text=Neuville&town=municipality:86194", True),
        ("town_text=&town=", True),
    ],
)
def test_whether_it_changed(towns, query, changed):
    form = TownForm(QueryDict(query), initial={"town": towns["poitiers"]})
    assert form.has_changed() == changed
