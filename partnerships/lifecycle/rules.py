"""How a partnership moves: the table of transitions, and what must be settled before each step.

Points are those of the register's facilitator checklists; which of them are the key ones, which
must be settled and how long a stage may last are proposals of this project, built on its
suggested rhythm: prepare 2 to 6 months, a pulse each quarter, evaluate within 3 months.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from partnerships.lifecycle.enums import ClosingDecision, EndReason, PointState, Stage

FEWEST_PARTNERS = 2
TITLE_LENGTH = 150

TRANSITIONS: Mapping[str, frozenset[str]] = {
    Stage.PREPARE: frozenset({Stage.ACCOMPANY, Stage.ENDED}),
    Stage.ACCOMPANY: frozenset({Stage.EVALUATE, Stage.ENDED}),
    Stage.EVALUATE: frozenset({Stage.CLOSED, Stage.ENDED}),
    Stage.CLOSED: frozenset(),
    Stage.ENDED: frozenset(),
}
PATH = (Stage.PREPARE, Stage.ACCOMPANY, Stage.EVALUATE, Stage.CLOSED)
RUNNING = PATH[:-1]
OPEN_TO_PARTNERS = (Stage.PREPARE, Stage.ACCOMPANY)

KEY_POINTS: Mapping[str, tuple[str, ...]] = {
    Stage.PREPARE: ("PR01", "PR03", "PR07", "PR10", "PR14", "PR15"),
    Stage.ACCOMPANY: ("AC01", "AC03", "AC05", "AC06", "AC12"),
    Stage.EVALUATE: ("EV01", "EV06", "EV09", "EV12"),
}
NEEDED_TO_LEAVE: Mapping[str, tuple[str, ...]] = {
    Stage.PREPARE: ("PR10", "PR15"),
    Stage.ACCOMPANY: ("AC12",),
    Stage.EVALUATE: ("EV06", "EV12"),
}
# A short partnership may do without a mid-term review (AC12); the others carry the agreement
# itself and the evaluation itself.
NEVER_SKIPPED = frozenset({"PR10", "PR15", "EV06", "EV12"})
# The questionnaire settles these when every partner has answered; nobody ticks them by hand.
SETTLED_BY_EVALUATION = ("EV06", "EV07")
BY_EVALUATION = "evaluation"

PATIENCE: Mapping[str, timedelta] = {
    Stage.PREPARE: timedelta(days=183),
    Stage.ACCOMPANY: timedelta(days=92),  # without a word on the timeline
    Stage.EVALUATE: timedelta(days=92),
}


@dataclass(frozen=True)
class Refused:
    """Why a deed is refused: the `rule` broken and, where it helps, the points at fault."""

    rule: str
    points: tuple[str, ...] = ()


def may_become(stage: str, to: str) -> bool:
    """True when the table leads from `stage` to `to` in one step."""
    return to in TRANSITIONS.get(stage, frozenset())


def next_stage(stage: str) -> str | None:
    """The stage that follows on the path, or None when the partnership is finished."""
    return PATH[PATH.index(Stage(stage)) + 1] if stage in RUNNING else None


def refusal_to_move(stage: str, to: str, decision: str = "") -> Refused | None:
    """Why a partnership at `stage` may not move on to `to`, or None when the table allows it.

    Rules: `finished`, `end_needs_reason` (ending is another deed), `stage_jump`,
    `decision_missing` (closing says what comes next), `decision_early` (only closing does).
    """
    if stage not in RUNNING:
        return Refused("finished")
    if to == Stage.ENDED:
        return Refused("end_needs_reason")
    if not may_become(stage, to):
        return Refused("stage_jump")
    if to == Stage.CLOSED and decision not in ClosingDecision.values:
        return Refused("decision_missing")
    if to != Stage.CLOSED and decision:
        return Refused("decision_early")
    return None


def refusal_to_leave(stage: str, points: Mapping[str, str], *, waiting: int = 0) -> Refused | None:
    """What is still missing at `stage` before the next one, or None when it is ready.

    `points` tells the state of each point by code, `waiting` how many partners have not agreed.
    Rules: `partners_waiting`, `points_missing` (with the codes).
    """
    if waiting:
        return Refused("partners_waiting")
    missing = tuple(
        code for code in NEEDED_TO_LEAVE.get(stage, ()) if not is_settled(code, points.get(code))
    )
    return Refused("points_missing", missing) if missing else None


def refusal_to_end(stage: str, reason: str) -> Refused | None:
    """Why a partnership may not be ended, or None. Rules: `finished`, `reason_missing`."""
    if not may_become(stage, Stage.ENDED):
        return Refused("finished")
    return None if reason in EndReason.values else Refused("reason_missing")


def refusal_to_set(
    stage: str, code: str, of_stage: str, *, state: str, evidence: str
) -> Refused | None:
    """Why point `code` (of the checklist of `of_stage`) may not be set to `state`, or None.

    Rules: `finished`, `point_passed` (its stage is behind: what led there stays as it was),
    `point_automatic`, `state_unknown`, `point_never_skipped`, `evidence_missing` (what is done
    shows its evidence, what is left out says why).
    """
    if stage not in RUNNING:
        return Refused("finished")
    broken = {
        "point_passed": PATH.index(Stage(of_stage)) < PATH.index(Stage(stage)),
        "point_automatic": code in SETTLED_BY_EVALUATION,
        "state_unknown": state not in PointState.values,
        "point_never_skipped": state == PointState.NOT_RELEVANT and code in NEVER_SKIPPED,
        "evidence_missing": state != PointState.TODO and not evidence.strip(),
    }
    return next((Refused(rule, (code,)) for rule, breaks in broken.items() if breaks), None)


def is_settled(code: str, state: str | None) -> bool:
    """True when the point is done, or left out where that is allowed."""
    if state == PointState.NOT_RELEVANT:
        return code not in NEVER_SKIPPED
    return state == PointState.DONE


def settled_count(stage: str, points: Mapping[str, str]) -> tuple[int, int]:
    """How many key points of the stage are settled, and how many there are."""
    keys = KEY_POINTS.get(stage, ())
    return sum(is_settled(code, points.get(code)) for code in keys), len(keys)


def next_point(stage: str, points: Mapping[str, str]) -> str | None:
    """The key point to settle next, in the order of the checklist; None when all are."""
    for code in KEY_POINTS.get(stage, ()):
        if not is_settled(code, points.get(code)):
            return code
    return None


def days_late(stage: str, *, since: datetime, last_event_at: datetime | None, now: datetime) -> int:
    """By how many days (started ones count) a stage outlasts the rhythm; 0 when it does not.

    Accompanying has no term of its own: there, silence on the timeline is what is late.
    """
    if stage not in PATIENCE:
        return 0
    start = since
    if stage == Stage.ACCOMPANY and last_event_at is not None:
        start = max(since, last_event_at)
    over = now - start - PATIENCE[stage]
    return max(0, -(-over // timedelta(days=1)))


ANSWER_PATIENCE = timedelta(days=14)  # before the desk recalls an invitation or a questionnaire
