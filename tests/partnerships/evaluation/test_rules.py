"""Scores as the register computes them, held against a plain oracle."""

import csv
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships.evaluation import rules
from partnerships.evaluation.enums import SCALE
from partnerships.evaluation.rules import Given

ITEM = st.one_of(st.none(), st.integers(0, 4))
SHEET = st.lists(ITEM, min_size=6, max_size=6)
DATA = Path(rules.__file__).parents[1] / "data"


def oracle_partner(values):
    """Straight from the sentence: mean of the answered items times 25, four of six at least."""
    total, count = Fraction(0), 0
    for value in values:
        if value is not None:
            total, count = total + Fraction(value), count + 1
    return total / count * 25 if count >= 4 else None


def oracle_stored(score):
    """Two decimals, halves upwards, by schoolbook arithmetic."""
    if score is None:
        return None
    cents = score * 100
    whole = cents.numerator // cents.denominator
    if cents - whole >= Fraction(1, 2):
        whole += 1
    return Decimal(whole) / 100


def test_the_worked_example_of_the_register():
    a = rules.partner_score([4, 3, 2, 3, 2, None])
    b = rules.partner_score([2, 2, 1, 3, 2, 2])
    assert (a.value, a.answered) == (70, 5)
    assert (b.value, b.answered) == (50, 6)
    assert rules.mean_score([a.value, b.value]) == 60
    gap = rules.gap_between([a.value, b.value])
    assert gap == 20
    assert not rules.is_alert(gap)


@settings(deadline=None)
@given(SHEET)
def test_a_partners_score_is_the_oracles(values):
    score = rules.partner_score(values)
    assert score.value == oracle_partner(values)
    assert score.answered == sum(v is not None for v in values)
    assert score.value is None or 0 <= score.value <= 100


@settings(deadline=None)
@given(st.lists(SHEET, min_size=1, max_size=6))
def test_the_partnerships_score_and_gap_are_the_oracles(sheets):
    scores = [rules.partner_score(values).value for values in sheets]
    known = [s for s in map(oracle_partner, sheets) if s is not None]
    mean = sum(known) / Fraction(len(known)) if known else None
    assert rules.mean_score(scores) == mean
    assert rules.as_stored(rules.mean_score(scores)) == oracle_stored(mean)
    gap = rules.gap_between(scores)
    if len(known) < 2:
        assert gap is None
    else:
        assert gap == sorted(known)[-1] - sorted(known)[0]
        assert rules.is_alert(gap) == (gap >= 25)


@settings(deadline=None)
@given(st.lists(SHEET, min_size=2, max_size=5), st.randoms())
def test_the_order_of_partners_and_of_answers_does_not_matter(sheets, random):
    shuffled = [random.sample(values, len(values)) for values in random.sample(sheets, len(sheets))]

    def result(all_values):
        scores = [rules.partner_score(values).value for values in all_values]
        return rules.mean_score(scores), rules.gap_between(scores)

    assert result(shuffled) == result(sheets)


@settings(deadline=None)
@given(SHEET, st.integers(0, 5))
def test_a_better_answer_never_lowers_a_score(values, place):
    before = rules.partner_score(values).value
    if before is None or values[place] in (None, 4):
        return
    better = [*values[:place], values[place] + 1, *values[place + 1 :]]
    assert rules.partner_score(better).value > before


@pytest.mark.parametrize(
    ("score", "band"),
    [
        (0, "weak"), (39, "weak"), (Fraction(79, 2), "partial"), (40, "partial"), (59, "partial"),
        (60, "good"), (79, "good"), (Fraction(159, 2), "strong"), (80, "strong"), (100, "strong"),
        (None, None),
    ],
)  # fmt: skip
def test_a_score_is_read_as_it_is_shown(score, band):
    assert rules.band(score) == band


def test_halves_are_shown_upwards_for_scores_and_for_stored_ones():
    assert rules.as_shown(Fraction(125, 2)) == 63
    assert rules.as_shown(Decimal("62.50")) == 63
    assert rules.as_shown(Decimal("68.49")) == 68
    assert rules.as_stored(Fraction(1, 200)) == Decimal("0.01")


def test_the_evidence_rate_counts_strong_answers_only():
    answers = [
        Given(value=4, evidence="Fiche"),
        Given(value=3, evidence="  "),
        Given(value=2, evidence="Non demandée"),
        Given(not_applicable=True),
    ]
    assert rules.evidence_rate(answers) == Fraction(1, 2)
    assert rules.evidence_rate(answers[2:]) is None


@pytest.mark.parametrize(
    ("kind", "given_", "fault"),
    [
        ("scale_0_4", Given(value=5), "value_range"),
        ("scale_0_4", Given(value=-1), "value_range"),
        ("scale_0_4", Given(value=3, not_applicable=True), "value_and_na"),
        ("scale_0_4", Given(value=0), None),
        ("choice", Given(codes=("a", "b")), "choice_many"),
        ("choice", Given(codes=("z",)), "choice_unknown"),
        ("rank", Given(codes=("b", "a")), None),
        ("rank", Given(codes=("a", "a")), "choice_twice"),
        ("number", Given(number=Decimal(-1)), "number_range"),
        ("open", Given(text="x" * 2001), "text_long"),
        ("scale_0_4", Given(value=4, evidence="x" * 501), "evidence_long"),
    ],
)
def test_an_impossible_answer_is_named(kind, given_, fault):
    assert rules.fault(kind, given_, ["a", "b"]) == fault


def test_not_relevant_is_an_answer_and_silence_is_none():
    said = {code: Given(value=2) for codes in rules.ITEMS.values() for code in codes}
    assert rules.unanswered(said) == []
    assert rules.unanswered(said | {"I3": Given(not_applicable=True)}) == []
    assert rules.unanswered(said | {"I3": Given(evidence="seule")}) == ["I3"]
    del said["T6"]
    assert rules.unanswered(said) == ["T6"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_scale_is_worded_as_in_the_register(language):
    with (DATA / "questionnaire_scale.csv").open(encoding="utf-8", newline="") as lines:
        expected = [(row["value"], row[f"label_{language}"]) for row in csv.DictReader(lines)]
    with translation.override(language):
        assert [(value, str(label)) for value, label in SCALE] == expected
