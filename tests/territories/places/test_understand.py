"""What a typed text asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territories.places.rules import Wanted, postcodes_beginning, spellings, understand


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", Wanted()),
        ("  -- !", Wanted()),
        ("Saint-Étienne", Wanted(words=("saint", "etienne"))),
        ("L’Haÿ-les-Roses", Wanted(words=("l", "hay", "les", "roses"))),
        ("Œuilly", Wanted(words=("oeuilly",))),
        ("86000", Wanted(code="86000")),
        ("2a004", Wanted(code="2A004")),
        ("Poitiers 86000", Wanted(words=("poitiers",), code="86000")),
        ("86000 poit", Wanted(words=("poit",), code="86000")),
        ("86", Wanted(beginning="86")),
        ("2b", Wanted(beginning="2B")),
        ("971", Wanted(beginning="971")),
        ("200 069 854", Wanted(siren="200069854")),
        ("Paris 12", Wanted(words=("paris", "12"))),
    ],
)
def test_words_postcodes_and_codes_are_told_apart(text, wanted):
    assert understand(text) == wanted


def test_nothing_asked_is_false_and_anything_asked_is_true():
    assert not understand(" ")
    assert understand("y")
    assert understand("01")


@given(st.text(max_size=300))
def test_any_text_is_understood_without_an_error(text):
    wanted = understand(text)
    assert len(wanted.words) <= 8
    assert all(word == word.lower() and word.isalnum() for word in wanted.words)


def test_saint_is_written_both_ways():
    assert spellings(("st", "denis")) == ["st denis", "saint denis"]
    assert set(spellings(("sainte", "st"))) == {"sainte st", "sainte saint", "ste st", "ste saint"}
    assert spellings(("paris",)) == ["paris"]


def test_three_or_four_digits_begin_postcodes_and_fewer_do_not():
    assert postcodes_beginning("860") == [f"860{end:02}" for end in range(100)]
    assert postcodes_beginning("8600") == [f"8600{end}" for end in range(10)]
    assert postcodes_beginning("86") == []
    assert postcodes_beginning("2A0") == []
