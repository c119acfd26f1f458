"""Domains, means and places inside sentences, in both languages."""

import pytest
from django.utils import translation

from partnerships.matching.enums import Component
from partnerships.matching.queries import phrases
from partnerships.matching.queries.reasons import Sentence
from partnerships.organisations.enums import Resource
from territories.places.enums import Level
from territories.places.models import Place


def test_every_means_and_every_domain_has_its_words_in_both_languages():
    assert set(phrases.MEANS) == set(Resource.values)
    assert set(phrases.COMPONENTS) == set(Component)
    told = {}
    for language in ("fr", "en"):
        with translation.override(language):
            words = [phrases.domain(number) for number in range(1, 17)]
            words += [phrases.means(code) for code in Resource.values]
        assert len(set(words)) == 16 + len(Resource.values)
        told[language] = words
    same = [fr for fr, en in zip(told["fr"], told["en"], strict=True) if fr == en]
    assert same == []


@pytest.mark.parametrize(
    ("name", "level", "french"),
    [
        ("Poitiers", Level.MUNICIPALITY, "de Poitiers"),
        ("Le Mans", Level.MUNICIPALITY, "du Mans"),
        ("Les Herbiers", Level.MUNICIPALITY, "des Herbiers"),
        ("La Rochelle", Level.MUNICIPALITY, "de La Rochelle"),
        ("Angers", Level.MUNICIPALITY, "d’Angers"),
        ("Évry-Courcouronnes", Level.MUNICIPALITY, "d’Évry-Courcouronnes"),
        ("CU du Grand Poitiers", Level.INTERMUNICIPALITY, "de la CU du Grand Poitiers"),
        ("Vienne", Level.DEPARTMENT, "de votre département"),
        ("Bretagne", Level.REGION, "de votre région"),
        ("France", Level.COUNTRY, "du pays"),
    ],
)
def test_a_place_after_of_has_its_french_grammar(name, level, french):
    place = Place(name=name, level=level)
    with translation.override("fr"):
        assert phrases.of_place(place) == french


def test_words_are_listed_with_and():
    with translation.override("en"):
        assert phrases.listed([]) == ""
        assert phrases.listed(["a"]) == "a"
        assert phrases.listed(["a", "b", "c"]) == "a, b and c"


def test_a_sentence_escapes_words_and_never_reads_braces_in_them():
    sentence = Sentence((("they offer {means}", {"means": (("{0} <b>", True), (" {x}", False))}),))
    with translation.override("en"):
        assert sentence.text == "They offer {0} <b> {x}."
        assert sentence.html == "They offer <b>{0} &lt;b&gt;</b> {x}."
