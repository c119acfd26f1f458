"""What keeps an organisation from being suggested anybody, and what would help."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from partnerships.matching.enums import ObstacleKind
from partnerships.matching.rules.shares import domain_weight


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """How an organisation stands. `around`, `fitting` and `left` are about everyone else.

    `around`: somebody's area of action meets one of its own; `fitting`: somebody's among these
    fits on a domain; `left`: somebody's among these is not known to it already.
    """

    is_paused: bool = False
    has_declared: bool = True
    has_area: bool = True
    waiting: int = 0
    capacity: int = 1
    is_computed: bool = True
    suggestions: int = 0
    around: bool = True
    fitting: bool = True
    left: bool = True


def obstacle_of(situation: Situation) -> ObstacleKind | None:
    """The first thing that stands in the way, in the order in which they can be put right.

    None for an organisation that is suggested partners and can be suggested to others.
    """
    here = situation
    checks = (
        (here.is_paused, ObstacleKind.PAUSED),
        (not here.has_declared, ObstacleKind.NOTHING_DECLARED),
        (not here.has_area, ObstacleKind.NO_AREA),
        (here.waiting >= here.capacity, ObstacleKind.FULL),
        (not here.is_computed, ObstacleKind.NOT_COMPUTED),
    )
    for stands, kind in checks:
        if stands:
            return kind
    return None if here.suggestions else _why_empty(here)


class Help(StrEnum):
    """Something that would bring suggestions; who reads it sees the numbers that go with it."""

    RESUME = "resume"
    DECLARE = "declare"
    ADD_AREA = "add_area"
    ANSWER = "answer"
    WAIT = "wait"
    WIDEN = "widen"
    FIND = "find"
    OTHER_DOMAINS = "other_domains"
    COMPLETE = "complete"
    INVITE = "invite"


ONE_STEP = {
    ObstacleKind.PAUSED: Help.RESUME,
    ObstacleKind.NOTHING_DECLARED: Help.DECLARE,
    ObstacleKind.NO_AREA: Help.ADD_AREA,
    ObstacleKind.FULL: Help.ANSWER,
    ObstacleKind.NOT_COMPUTED: Help.WAIT,
}


def what_helps(
    kind: ObstacleKind,
    *,
    acting_count: int,
    can_widen: bool,
    lacks_answers: bool,
    has_members: bool,
) -> list[Help]:
    """What would help, the surest first.

    `acting_count` others at home in its department act on the domain it lacks; `can_widen` says
    that its areas do not cover the department yet, `lacks_answers` that its profile leaves
    questions open that would bring points, `has_members` that somebody can do anything about it.
    """
    if kind in ONE_STEP:
        steps = [ONE_STEP[kind]]
    else:
        steps = [Help.COMPLETE] if kind == ObstacleKind.BELOW_FLOOR and lacks_answers else []
        steps.append(Help.WIDEN if acting_count and can_widen else Help.FIND)
        if kind == ObstacleKind.ALL_KNOWN:
            steps.append(Help.OTHER_DOMAINS)
    return steps if has_members else [*steps, Help.INVITE]


def _why_empty(here: Situation) -> ObstacleKind:
    if not here.around:
        return ObstacleKind.NOBODY_AROUND
    if not here.fitting:
        return ObstacleKind.NO_DOMAIN
    return ObstacleKind.BELOW_FLOOR if here.left else ObstacleKind.ALL_KNOWN


def domain_to_name(
    acts: Mapping[int, int],
    seeks: Mapping[int, int],
    priorities: Mapping[int, int],
    acting: Mapping[int, int],
) -> int | None:
    """The domain on which somebody else would help most, None where nothing is declared.

    Of those it looks for help on (else of those it acts on): one that others act on (`acting`,
    how many by domain) before one that nobody does, then the weightiest, then the first.
    """
    declared = seeks or acts
    if not declared:
        return None
    return min(
        declared,
        key=lambda number: (
            not acting.get(number),
            -domain_weight(declared[number], priorities.get(number)),
            number,
        ),
    )
