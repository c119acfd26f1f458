"""What the page of one partnership shows: checklist, partners and their people, roses."""

from dataclasses import dataclass

from django.db.models import Prefetch

from partnerships.lifecycle import rules
from partnerships.lifecycle.enums import PointState, Stage
from partnerships.lifecycle.models import CheckPoint, Partner, Partnership, PointAnswer
from partnerships.organisations.enums import Side
from partnerships.organisations.models import Declaration, Membership

MOST_LEVEL = 3


@dataclass(frozen=True, kw_only=True)
class Point:
    """A checklist point with where it stands in one partnership."""

    point: CheckPoint
    answer: PointAnswer | None
    is_needed: bool
    is_automatic: bool

    @property
    def state(self) -> str:
        """The state, “to do” when nobody has said anything."""
        return self.answer.state if self.answer else PointState.TODO

    @property
    def is_settled(self) -> bool:
        """True when done, or left out where that is allowed."""
        return rules.is_settled(self.point.code, self.state)


@dataclass(frozen=True, kw_only=True)
class Checklist:
    """The points of one stage: the key ones first, the rest of the register's list apart."""

    label: str
    key: list[Point]
    others: list[Point]
    missing: list[Point]

    @property
    def settled(self) -> int:
        """How many key points are settled."""
        return sum(point.is_settled for point in self.key)


@dataclass(frozen=True, kw_only=True)
class PartnerLine:
    """A partner with its people; none are shown before it has agreed to take part."""

    partner: Partner
    people: list[Membership]


def checklists_of(partnership: Partnership) -> dict[str, Checklist]:
    """The checklists of the three stages, by stage."""
    told = PointAnswer.objects.filter(partnership=partnership).select_related("changed_by")
    answers = {answer.point_id: answer for answer in told}
    points: dict[str, list[Point]] = {stage: [] for stage in rules.RUNNING}
    for point in CheckPoint.objects.order_by("order"):
        points[point.stage].append(
            Point(
                point=point,
                answer=answers.get(point.code),
                is_needed=point.code in rules.NEEDED_TO_LEAVE[point.stage],
                is_automatic=point.code in rules.SETTLED_BY_EVALUATION,
            )
        )
    return {stage: _checklist(stage, here) for stage, here in points.items()}


def passed(partnership: Partnership, checklists: dict[str, Checklist]) -> list[Checklist]:
    """The checklists of the stages behind, where what was written stays to be read."""
    reached = rules.PATH.index(Stage(partnership.reached))
    behind = [stage for stage in rules.PATH[: reached + 1] if stage != partnership.stage]
    return [checklists[stage] for stage in behind]


def _checklist(stage: str, points: list[Point]) -> Checklist:
    keys = rules.KEY_POINTS[stage]
    return Checklist(
        label=str(Stage(stage).label),
        key=[p for p in points if p.point.code in keys],
        others=[p for p in points if p.point.code not in keys],
        missing=[p for p in points if p.is_needed and not p.is_settled],
    )


def partners_of(partnership: Partnership) -> list[PartnerLine]:
    """Today's partners with their active people; the people of those who agreed only."""
    people = Prefetch(
        "organisation__memberships",
        queryset=Membership.objects.filter(user__is_active=True)
        .select_related("user")
        .order_by("pk"),
        to_attr="people",
    )
    partners = (
        Partner.objects.filter(partnership=partnership, left_at=None)
        .select_related("organisation", "organisation__home")
        .prefetch_related(people)
        .order_by("pk")
    )
    return [
        PartnerLine(
            partner=partner,
            people=getattr(partner.organisation, "people", []) if partner.agreed_at else [],
        )
        for partner in partners
    ]


def roses_of(partnership: Partnership) -> tuple[dict[int, float], dict[int, float]]:
    """What the partners act on and what they seek, as shares of the highest level by domain."""
    partners = Partner.objects.filter(partnership=partnership, left_at=None)
    declared = Declaration.objects.filter(organisation__in=partners.values("organisation"))
    acts: dict[int, float] = {}
    seeks: dict[int, float] = {}
    for domain, side, level in declared.values_list("domain", "side", "level"):
        series = acts if side == Side.ACTS else seeks
        series[domain] = max(series.get(domain, 0), level / MOST_LEVEL)
    return acts, seeks
