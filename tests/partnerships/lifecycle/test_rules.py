"""The table of transitions, what each step needs, and when a stage is late."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships.lifecycle import rules
from partnerships.lifecycle.enums import PointState, Stage

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
ALLOWED = {
    ("prepare", "accompany"),
    ("accompany", "evaluate"),
    ("evaluate", "closed"),
    ("prepare", "ended"),
    ("accompany", "ended"),
    ("evaluate", "ended"),
}


@pytest.mark.parametrize("stage", Stage.values)
@pytest.mark.parametrize("to", Stage.values)
def test_only_the_six_steps_of_the_table_exist(stage, to):
    assert rules.may_become(stage, to) is ((stage, to) in ALLOWED)


@pytest.mark.parametrize(
    ("stage", "to", "decision", "rule"),
    [
        ("prepare", "evaluate", "", "stage_jump"),
        ("prepare", "closed", "renew", "stage_jump"),
        ("accompany", "prepare", "", "stage_jump"),
        ("prepare", "prepare", "", "stage_jump"),
        ("prepare", "nowhere", "", "stage_jump"),
        ("prepare", "ended", "", "end_needs_reason"),
        ("closed", "prepare", "", "finished"),
        ("ended", "accompany", "", "finished"),
        ("evaluate", "closed", "", "decision_missing"),
        ("evaluate", "closed", "marry", "decision_missing"),
        ("prepare", "accompany", "renew", "decision_early"),
    ],
)
def test_a_step_that_is_refused_names_its_rule(stage, to, decision, rule):
    assert rules.refusal_to_move(stage, to, decision) == rules.Refused(rule)


@pytest.mark.parametrize(
    ("stage", "to", "decision"),
    [("prepare", "accompany", ""), ("accompany", "evaluate", ""), ("evaluate", "closed", "deepen")],
)
def test_a_step_of_the_path_is_allowed(stage, to, decision):
    assert rules.refusal_to_move(stage, to, decision) is None


def test_what_is_missing_before_the_next_stage_is_named():
    done = {"PR10": PointState.DONE}
    assert rules.refusal_to_leave("prepare", done) == rules.Refused("points_missing", ("PR15",))
    assert rules.refusal_to_leave("prepare", done | {"PR15": "done"}) is None
    assert rules.refusal_to_leave("prepare", done | {"PR15": "done"}, waiting=1).rule == (
        "partners_waiting"
    )


def test_a_mid_term_review_may_be_left_out_but_not_the_agreement():
    assert rules.is_settled("AC12", PointState.NOT_RELEVANT)
    assert not rules.is_settled("PR15", PointState.NOT_RELEVANT)
    refused = rules.refusal_to_set(
        "prepare", "PR15", "prepare", state="not_relevant", evidence="because"
    )
    assert refused == rules.Refused("point_never_skipped", ("PR15",))


@pytest.mark.parametrize(
    ("stage", "code", "of_stage", "state", "evidence", "rule"),
    [
        ("closed", "EV01", "evaluate", "done", "x", "finished"),
        ("accompany", "PR15", "prepare", "todo", "", "point_passed"),
        ("evaluate", "EV06", "evaluate", "done", "x", "point_automatic"),
        ("prepare", "PR01", "prepare", "perhaps", "x", "state_unknown"),
        ("prepare", "PR01", "prepare", "done", "  ", "evidence_missing"),
        ("prepare", "PR01", "prepare", "not_relevant", "", "evidence_missing"),
        ("prepare", "PR01", "prepare", "todo", "", None),
        ("prepare", "AC01", "accompany", "done", "x", None),
        ("prepare", "PR01", "prepare", "not_relevant", "why", None),
    ],
)
def test_a_point_is_set_by_the_rules(stage, code, of_stage, state, evidence, rule):
    refused = rules.refusal_to_set(stage, code, of_stage, state=state, evidence=evidence)
    assert (refused.rule if refused else None) == rule


def test_the_needed_points_are_key_points_of_their_stage():
    for stage, codes in rules.NEEDED_TO_LEAVE.items():
        assert set(codes) <= set(rules.KEY_POINTS[stage])


def test_the_next_point_follows_the_checklist():
    assert rules.next_point("prepare", {}) == "PR01"
    assert rules.next_point("prepare", {"PR01": "done", "PR03": "not_relevant"}) == "PR07"
    assert rules.next_point("prepare", dict.fromkeys(rules.KEY_POINTS["prepare"], "done")) is None
    assert rules.settled_count("prepare", {"PR01": "done", "PR02": "done"}) == (1, 6)


@pytest.mark.parametrize(
    ("stage", "days", "silent", "late"),
    [
        ("prepare", 183, None, 0),
        ("prepare", 184, None, 1),
        ("prepare", 200, 1, 17),
        ("evaluate", 93, 0, 1),
        ("accompany", 400, 10, 0),
        ("accompany", 400, 100, 8),
        ("accompany", 10, 100, 0),
        ("closed", 900, None, 0),
    ],
)
def test_lateness_follows_the_rhythm(stage, days, silent, late):
    last = None if silent is None else NOW - timedelta(days=silent)
    since = NOW - timedelta(days=days)
    assert rules.days_late(stage, since=since, last_event_at=last, now=NOW) == late


@settings(deadline=None)
@given(seconds=st.integers(1, 10**8))
def test_a_started_day_counts_as_late(seconds):
    since = NOW - rules.PATIENCE["prepare"] - timedelta(seconds=seconds)
    late = rules.days_late("prepare", since=since, last_event_at=None, now=NOW)
    assert (late - 1) * 86400 < seconds <= late * 86400
