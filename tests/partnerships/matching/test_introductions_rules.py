"""States of introductions as a table, common domains, the smallest common area."""

from datetime import UTC, date, datetime, timedelta

import pytest

from partnerships.matching.enums import Advice, AnswerKind, DeclineReason, IntroductionState
from partnerships.matching.rules.introductions import (
    LASTS,
    TRANSITIONS,
    advice_after,
    after_a_no,
    common_domains,
    hidden_until,
    may_become,
    ordered_pair,
    remind_on,
    smallest_common_area,
    sources_of,
)
from phare_platform.lib.working_days import is_working_day

OPEN = IntroductionState.OPEN
AROUND = {10: {20, 21, 30, 1}, 11: {20, 30, 1}, 20: {30, 1}, 21: {31, 1}, 30: {1}, 31: {1}}
LEVELS = {
    10: "intermunicipality",
    11: "intermunicipality",
    20: "department",
    21: "department",
    30: "region",
    31: "region",
    1: "country",
}


def test_only_an_open_introduction_moves_and_then_for_good():
    ends = [state for state in IntroductionState if state != OPEN]
    assert all(may_become(OPEN, end) for end in ends)
    assert not any(may_become(end, state) for end in ends for state in IntroductionState)
    assert all(sources_of(end) == [OPEN] for end in ends)
    assert sources_of(OPEN) == []
    assert set(TRANSITIONS) == set(IntroductionState)


def test_only_later_hides_for_a_time():
    now = datetime(2026, 11, 20, tzinfo=UTC)
    assert hidden_until(AnswerKind.LATER, now=now) == now + timedelta(days=30)
    assert hidden_until(AnswerKind.INTERESTED, now=now) is None
    assert hidden_until(AnswerKind.DECLINED, now=now) is None


def test_a_pair_has_one_name():
    assert ordered_pair(7, 3) == ordered_pair(3, 7) == (3, 7)


@pytest.mark.parametrize(
    ("ours", "theirs", "common"),
    [
        ({11: {"seeks"}, 5: {"acts"}}, {11: {"acts"}, 5: {"seeks"}}, [5, 11]),
        ({11: {"seeks"}}, {11: {"seeks"}, 2: {"acts"}}, [2]),
        ({1: {"acts"}}, {2: {"acts"}}, [1, 2]),
        ({1: {"seeks"}}, {2: {"seeks"}}, [1, 2]),
        ({}, {}, []),
    ],
)
def test_a_partnership_is_about_what_both_declared_and_one_acts_on(ours, theirs, common):
    assert common_domains(ours, theirs) == common


@pytest.mark.parametrize(
    ("ours", "theirs", "place"),
    [
        ([20], [20], 20),
        ([20], [10], 10),
        ([10], [20], 10),
        ([30, 20], [10, 11, 21], 10),
        ([21], [10, 11], 10),
        ([20], [21], None),
        ([], [20], None),
        ([1], [31, 20], 20),
    ],
)
def test_the_smallest_common_area_is_the_inner_of_two_nested_ones(ours, theirs, place):
    assert smallest_common_area(ours, theirs, levels=LEVELS, around=AROUND) == place


def test_the_reminder_falls_on_a_working_day_well_before_the_end():
    day = date(2024, 1, 1)
    while day.year < 2060:
        reminded = remind_on(day)
        assert is_working_day(reminded)
        assert timedelta(days=3) <= reminded - day <= LASTS - timedelta(days=2)
        day += timedelta(days=1)


def test_every_reason_of_a_no_has_its_consequence():
    now = datetime(2026, 11, 20, 9, tzinfo=UTC)
    for reason in [*DeclineReason, ""]:
        kind, until = after_a_no(reason, now=now)
        if reason == DeclineReason.NO_TIME:
            assert (kind, until) == (AnswerKind.LATER, now + timedelta(days=90))
        else:
            assert (kind, until) == (AnswerKind.DECLINED, None)
    assert {reason: advice_after(reason) for reason in DeclineReason} == {
        DeclineReason.SUBJECT: Advice.FRAGILITIES,
        DeclineReason.TOO_FAR: Advice.AREAS,
        DeclineReason.NO_TIME: Advice.CAPACITY,
        DeclineReason.KNOWN: None,
        DeclineReason.VALUES: None,
        DeclineReason.OTHER: None,
    }
