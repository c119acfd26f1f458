"""Numbers and days are written as each reader writes them."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils import translation

from phare_platform.lib import formats


@pytest.mark.parametrize(
    ("value", "places", "french", "english"),
    [
        (2024, 0, "2\u202f024", "2,024"),
        (1_234_567.5, 1, "1\u202f234\u202f567,5", "1,234,567.5"),
        (-0.04, 1, "0,0", "0.0"),
        (-12.5, 1, "-12,5", "-12.5"),
        (0, 0, "0", "0"),
        (None, 0, "–", "–"),
        (float("nan"), 0, "–", "–"),
        (float("inf"), 0, "–", "–"),
    ],
)
def test_a_number_is_grouped_and_an_absent_one_is_a_dash(value, places, french, english):
    assert formats.decimal(value, language="fr", places=places) == french
    assert formats.decimal(value, language="en", places=places) == english


def test_a_percentage_keeps_its_sign_on_the_line_in_french():
    assert formats.percent(87, language="fr") == "87\u202f%"
    assert formats.percent(87, language="en") == "87%"
    assert formats.percent(None, language="fr") == "–"


@pytest.mark.parametrize(
    ("value", "french"),
    [
        (9_999, "9\u202f999"),
        (12_000, "12\u202fk"),
        (675_000, "675\u202fk"),
        (999_499, "999\u202fk"),
        (999_500, "1\u202fM"),
        (1_200_000, "1,2\u202fM"),
        (68_000_000, "68\u202fM"),
        (None, "–"),
    ],
)
def test_a_large_number_is_short(value, french):
    assert formats.compact(value, language="fr") == french


@pytest.mark.parametrize(
    ("value", "feminine", "french", "english"),
    [
        (1, False, "1ᵉʳ", "1st"),
        (1, True, "1ʳᵉ", "1st"),
        (2, True, "2ᵉ", "2nd"),
        (3, False, "3ᵉ", "3rd"),
        (11, False, "11ᵉ", "11th"),
        (22, False, "22ᵉ", "22nd"),
        (113, False, "113ᵉ", "113th"),
    ],
)
def test_a_rank_agrees_with_its_language(value, feminine, french, english):
    assert formats.ordinal(value, language="fr", feminine=feminine) == french
    assert formats.ordinal(value, language="en", feminine=feminine) == english


def test_days_are_written_in_full():
    first = date(2026, 11, 1)
    assert formats.day(first, language="fr") == "1ᵉʳ\u00a0novembre 2026"
    assert formats.day(first, language="en") == "1\u00a0November 2026"
    assert formats.day(date(2026, 8, 20), language="fr") == "20\u00a0août 2026"
    assert formats.month(first, language="fr") == "novembre 2026"
    assert formats.day(None, language="fr") == formats.month(None, language="fr") == "–"


def test_an_instant_is_told_in_the_time_zone_of_the_reader():
    instant = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)  # already July in Paris
    page = Template("{% load phare %}{{ i|moment }} / {{ i|day }} / {{ i|month }}")
    with translation.override("fr"):
        told = page.render(Context({"i": instant}))
    assert told == "1ᵉʳ\u00a0juillet 2026 à 00:30 / 1ᵉʳ\u00a0juillet 2026 / juillet 2026"


def test_filters_take_the_language_of_the_page():
    page = Template(
        "{% load phare %}{{ 2024|thousands }} {{ 3.62|decimal }} {{ 87|percent }} "
        "{{ 0.873|share:1 }} {{ 1200000|compact }} {{ 2|ordinal }} {{ 1|ordinal:'f' }} "
        "{{ x|thousands }}"
    )
    with translation.override("fr"):
        assert page.render(Context({"x": None})) == (
            "2\u202f024 3,6 87\u202f% 87,3\u202f% 1,2\u202fM 2ᵉ 1ʳᵉ –"
        )
    with translation.override("en"):
        assert page.render(Context({"x": ""})) == ("2,024 3.6 87% 87.3% 1.2\u202fM 2nd 1st –")
