"""From a suggestion to a partnership: what may follow what, how long each side has."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta

from partnerships.matching.enums import Advice, AnswerKind, DeclineReason, IntroductionState
from phare_platform.lib.working_days import after_working_days

HIDDEN = timedelta(days=30)  # a suggestion put off comes back after a month
LASTS = timedelta(days=10)  # the response contract: answered within ten days, or it expires
REMIND_AFTER = 3  # working days
UNDO_WITHIN = timedelta(days=7)

# What the reason of a no does to matching: exclusions only, never points. A pair of which one side
# said no is excluded for good, whatever the reason, but for these, which come back after a time.
BACK_AFTER: Mapping[str, timedelta] = {DeclineReason.NO_TIME: timedelta(days=90)}
# What the side that said no may change about itself; told to nobody else.
ADVICE: Mapping[str, Advice] = {
    DeclineReason.TOO_FAR: Advice.AREAS,
    DeclineReason.SUBJECT: Advice.FRAGILITIES,
    DeclineReason.NO_TIME: Advice.CAPACITY,
}

TRANSITIONS: dict[IntroductionState, frozenset[IntroductionState]] = {
    IntroductionState.OPEN: frozenset(
        {IntroductionState.ACCEPTED, IntroductionState.DECLINED, IntroductionState.EXPIRED}
    ),
    IntroductionState.ACCEPTED: frozenset(),
    IntroductionState.DECLINED: frozenset(),
    IntroductionState.EXPIRED: frozenset(),
}
NESTED_ORDER = ("municipality", "intermunicipality", "department", "region", "country")


def may_become(current: IntroductionState, target: IntroductionState) -> bool:
    """True when an introduction in state `current` may move to `target`."""
    return target in TRANSITIONS[current]


def sources_of(target: IntroductionState) -> list[IntroductionState]:
    """The states from which `target` may be reached, for a conditional update."""
    return [state for state, targets in TRANSITIONS.items() if target in targets]


def hidden_until(kind: AnswerKind, *, now: datetime) -> datetime | None:
    """Until when a suggestion put off stays hidden; None for the other answers."""
    return now + HIDDEN if kind == AnswerKind.LATER else None


def after_a_no(reason: str, *, now: datetime) -> tuple[AnswerKind, datetime | None]:
    """How a no of this reason is kept: as a no for good, or as put off, and until when."""
    if reason in BACK_AFTER:
        return AnswerKind.LATER, now + BACK_AFTER[reason]
    return AnswerKind.DECLINED, None


def advice_after(reason: str) -> Advice | None:
    """What an organisation that said no for this reason may change about itself, if anything."""
    return ADVICE.get(reason)


def remind_on(opened: date) -> date:
    """The day on which a side that is still silent is reminded of an introduction."""
    return after_working_days(opened, REMIND_AFTER)


def ordered_pair(one: int, other: int) -> tuple[int, int]:
    """Two organisations' ids, smaller first: a pair has one name whoever speaks."""
    return (one, other) if one < other else (other, one)


def common_domains(
    ours: Mapping[int, Collection[str]], theirs: Mapping[int, Collection[str]]
) -> list[int]:
    """The domains a partnership of the two would be about, by number.

    Both map a domain to the sides declared on it ("acts", "seeks"). A domain counts when both
    declared it and at least one acts on it; when none does, those that either acts on, and as a
    last resort all that either declared.
    """
    both = {
        domain
        for domain in ours.keys() & theirs.keys()
        if "acts" in ours[domain] or "acts" in theirs[domain]
    }
    if not both:
        both = {d for side in (ours, theirs) for d, declared in side.items() if "acts" in declared}
    return sorted(both or ours.keys() | theirs.keys())


def smallest_common_area(
    ours: Iterable[int],
    theirs: Iterable[int],
    *,
    levels: Mapping[int, str],
    around: Mapping[int, Collection[int]],
) -> int | None:
    """The smallest place in which both work: of two nested areas, the inner one.

    `levels` gives each place's level, `around` the places each one lies in. None when no area of
    one lies in (or is) an area of the other. Ties go to the smaller id.
    """
    inner = {
        small
        for one in ours
        for two in theirs
        for small, large in ((one, two), (two, one))
        if small == large or large in around.get(small, ())
    }
    return min(inner, key=lambda place: (NESTED_ORDER.index(levels[place]), place), default=None)
