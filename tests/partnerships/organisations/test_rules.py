"""Identifiers that can exist, the distance between two places, the meter of a profile."""

import pytest

from partnerships.organisations.enums import OrganisationType, ProfilePart, Resource
from partnerships.organisations.rules import (
    KIND_OF,
    PARTS,
    BadIdentifier,
    Identifiers,
    clean_identifiers,
    completeness,
    distance_km,
    family_of,
    read_identifier,
)


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ({"siren": "732 829 320"}, Identifiers(siren="732829320")),
        (
            {"siret": "73282932000074"},
            Identifiers(siren="732829320", siret="73282932000074"),
        ),
        ({"rna": "w751234567"}, Identifiers(rna="W751234567")),
        # Establishments of La Poste: their digits add up to a multiple of five.
        (
            {"siret": "35600000049837"},
            Identifiers(siren="356000000", siret="35600000049837"),
        ),
        ({}, Identifiers()),
    ],
)
def test_numbers_are_cleaned_and_the_siren_comes_from_the_siret(given, clean):
    assert clean_identifiers(**given) == clean


@pytest.mark.parametrize(
    ("given", "rule", "field"),
    [
        ({"siren": "732829321"}, "siren_check_digit", "siren"),
        ({"siren": "73282932"}, "siren_length", "siren"),
        ({"siret": "73282932000075"}, "siret_check_digit", "siret"),
        ({"siret": "732829320"}, "siret_length", "siret"),
        ({"siren": "552100554", "siret": "73282932000074"}, "siret_siren", "siret"),
        ({"rna": "751234567"}, "rna_form", "rna"),
        ({"siren": "٧٣٢٨٢٩٣٢٠"}, "siren_length", "siren"),
    ],
)
def test_a_number_that_cannot_exist_is_refused_by_its_rule(given, rule, field):
    with pytest.raises(BadIdentifier) as error:
        clean_identifiers(**given)
    assert (error.value.rule.value, error.value.field) == (rule, field)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("732 829 320", Identifiers(siren="732829320")),
        ("W751234567", Identifiers(rna="W751234567")),
        ("Les 3 Ateliers", Identifiers()),
        ("86000", Identifiers()),
    ],
)
def test_a_number_is_recognised_among_names(typed, read):
    assert read_identifier(typed) == read


def test_every_type_belongs_to_a_kind_and_every_means_to_a_family():
    assert set(KIND_OF) == set(OrganisationType.values)
    assert all(family_of(resource) for resource in Resource)


def test_the_distance_from_poitiers_to_niort_is_about_67_km():
    assert distance_km((46.5803, 0.3404), (46.3236, -0.4645)) == pytest.approx(68, abs=2)


def test_the_meter_goes_from_nothing_to_a_hundred():
    assert completeness([]).percent == 0
    assert completeness(list(PARTS)).percent == 100
    half = completeness([ProfilePart.FRAGILITIES])
    assert half.percent == 40
    assert half.missing[0] == ProfilePart.OFFERS
