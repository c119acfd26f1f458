"""What waits at an instant, step by step; and what has become of what waited before.

For each step two questions: which things wait (all, or among some), and which of them were done.
A reminder whose thing no longer waits is closed if it was done, and without object otherwise.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, datetime, time
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from partnerships.evaluation.enums import EvaluationState
from partnerships.evaluation.models import AnswerSheet, Evaluation
from partnerships.lifecycle import rules as lifecycle
from partnerships.lifecycle.enums import Stage
from partnerships.lifecycle.models import Partner, Partnership
from partnerships.matching.enums import IntroductionState
from partnerships.matching.models import Introduction
from partnerships.matching.rules.introductions import REMIND_AFTER, remind_on
from partnerships.organisations.access import ROLES_TO
from partnerships.organisations.enums import Status
from partnerships.organisations.models import Membership, Organisation, OrganisationQuerySet
from partnerships.organisations.rules import CONFIRM_AFTER
from partnerships.reminders.enums import ReminderState, Step
from partnerships.reminders.models import Reminder
from partnerships.reminders.rules import EVALUATION_AFTER, PROFILE_AFTER
from phare_platform.lib.working_days import after_working_days, working_days_before

Targets = Collection[int] | None
Key = tuple[str, str, int | None, int | None]


class Due(NamedTuple):
    """Something that waits: for whom, and since when a reminder is due."""

    step: str
    thing: str
    target: int
    due_at: datetime
    organisation: int | None = None
    person: int | None = None

    @property
    def key(self) -> Key:
        """What makes it one: a second reminder under the same key is not written."""
        return (self.step, self.thing, self.organisation, self.person)


def key_of(reminder: Reminder) -> Key:
    """The same of a reminder."""
    return (reminder.step, reminder.thing, reminder.organisation_id, reminder.person_id)


def due(*, now: datetime) -> Iterator[Due]:
    """Everything that waits at this instant, whether a reminder was written or not."""
    for step in Step:
        yield from _WAITING[step](now, None)


def settled(reminders: Iterable[Reminder], *, now: datetime) -> dict[int, ReminderState]:
    """What has become of those of these reminders whose thing no longer waits, by their ids."""
    by_step: dict[str, list[Reminder]] = defaultdict(list)
    for reminder in reminders:
        by_step[reminder.step].append(reminder)
    ends: dict[int, ReminderState] = {}
    for step, some in by_step.items():
        waiting = {one.key for one in _WAITING[step](now, {r.target for r in some})}
        over = [reminder for reminder in some if key_of(reminder) not in waiting]
        done = _DONE[step](over) if over else set()
        for reminder in over:
            was_done = reminder.pk in done
            ends[reminder.pk] = ReminderState.CLOSED if was_done else ReminderState.OBSOLETE
    return ends


def _among(things: Any, targets: Targets, field: str = "pk") -> Any:
    return things if targets is None else things.filter(**{f"{field}__in": targets})


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _answered_for(organisations: OrganisationQuerySet) -> OrganisationQuerySet:
    """Those that take part and have somebody to write to."""
    people = Membership.objects.filter(
        organisation=OuterRef("pk"), role__in=ROLES_TO["edit"], user__is_active=True
    )
    return organisations.active().filter(Exists(people))


def _unfinished(now: datetime, targets: Targets) -> Iterator[Due]:
    """Organisations that have declared no fragility, three working days after they were created."""
    latest = working_days_before(timezone.localdate(now), PROFILE_AFTER)
    found: QuerySet[Organisation] = _among(_answered_for(Organisation.objects.all()), targets)
    silent = found.filter(created_at__date__lte=latest, declarations=None)
    for pk, created_at in silent.values_list("pk", "created_at").iterator():
        day = after_working_days(timezone.localdate(created_at), PROFILE_AFTER)
        yield Due(Step.PROFILE_UNFINISHED, f"profile:{pk}", pk, _morning(day), pk)


def _unanswered(now: datetime, targets: Targets) -> Iterator[Due]:
    """Sides of an introduction that have not answered by the third working day."""
    latest = working_days_before(timezone.localdate(now), REMIND_AFTER)
    found: QuerySet[Introduction] = _among(Introduction.objects.all(), targets)
    open_ones = found.filter(
        state=IntroductionState.OPEN, expires_at__gt=now, opened_at__date__lte=latest
    ).exclude(Q(first__status=Status.CLOSED) | Q(second__status=Status.CLOSED))
    for one in open_ones.iterator():
        day = remind_on(timezone.localdate(one.opened_at))
        for side, accepted_at in (
            (one.first_id, one.first_accepted_at),
            (one.second_id, one.second_accepted_at),
        ):
            if accepted_at is None:
                yield Due(
                    Step.INTRODUCTION_UNANSWERED,
                    f"introduction:{one.pk}",
                    one.pk,
                    _morning(day),
                    side,
                )


def _late(now: datetime, targets: Targets) -> Iterator[Due]:
    """Partnerships longer at their stage, or longer silent, than the rhythm foresees.

    Whoever accompanies one is reminded, else each of its partners.
    """
    found: Any = _among(Partnership.objects.all(), targets)
    late = list(found.late(now).with_last_event().select_related("facilitator").order_by("pk"))
    partners: dict[int, list[int]] = defaultdict(list)
    today = _present().filter(partnership__in=[one.pk for one in late])
    for pk, organisation in today.values_list("partnership", "organisation"):
        partners[pk].append(organisation)
    for one in late:
        since = one.stage_since
        if one.stage == Stage.ACCOMPANY and one.last_event_at:
            since = max(since, one.last_event_at)
        thing = f"partnership:{one.pk}:{one.stage}:{timezone.localdate(since)}"
        due_at = since + lifecycle.PATIENCE[one.stage]
        if one.facilitator and one.facilitator.is_active:
            yield Due(Step.POINT_DUE, thing, one.pk, due_at, person=one.facilitator_id)
        else:
            for organisation in partners[one.pk]:
                yield Due(Step.POINT_DUE, thing, one.pk, due_at, organisation)


def _unevaluated(now: datetime, targets: Targets) -> Iterator[Due]:
    """Partners that have not sent their answers two weeks after the questionnaire was opened."""
    found: QuerySet[Evaluation] = _among(Evaluation.objects.all(), targets, "partnership")
    asked = found.filter(
        state=EvaluationState.OPEN,
        opened_at__lte=now - EVALUATION_AFTER,
        partnership__stage=Stage.EVALUATE,
    )
    evaluations = {evaluation.partnership_id: evaluation for evaluation in asked}
    sent = AnswerSheet.objects.filter(evaluation__in=asked, submitted_at__isnull=False)
    answered = set(sent.values_list("evaluation", "organisation"))
    partners = _present().filter(partnership__in=evaluations.keys())
    for pk, organisation in partners.values_list("partnership", "organisation"):
        evaluation = evaluations[pk]
        if (evaluation.pk, organisation) not in answered:
            due_at = evaluation.opened_at + EVALUATION_AFTER
            thing = f"evaluation:{evaluation.pk}"
            yield Due(Step.EVALUATION_DUE, thing, pk, due_at, organisation)


def _present() -> QuerySet[Partner]:
    """Those that have agreed and have not left."""
    return Partner.objects.filter(left_at=None, agreed_at__isnull=False).order_by("pk")


def _unconfirmed(now: datetime, targets: Targets) -> Iterator[Due]:
    """Profiles that nobody has confirmed for six months."""
    found: QuerySet[Organisation] = _among(_answered_for(Organisation.objects.all()), targets)
    old = found.filter(confirmed_at__lte=now - CONFIRM_AFTER, declarations__isnull=False)
    for pk, at in old.distinct().values_list("pk", "confirmed_at").iterator():
        thing = f"profile:{pk}:{timezone.localdate(at)}"
        yield Due(Step.PROFILE_TO_CONFIRM, thing, pk, at + CONFIRM_AFTER, pk)


def _declared(reminders: list[Reminder]) -> set[int]:
    targets = [reminder.target for reminder in reminders]
    said = Organisation.objects.filter(pk__in=targets, declarations__isnull=False)
    return _of(reminders, set(said.values_list("pk", flat=True)))


def _answered(reminders: list[Reminder]) -> set[int]:
    rows = Introduction.objects.in_bulk([reminder.target for reminder in reminders])
    done = set()
    for reminder in reminders:
        one = rows.get(reminder.target)
        if one is None:
            continue
        ours = reminder.organisation_id
        accepted_at = one.first_accepted_at if ours == one.first_id else one.second_accepted_at
        if accepted_at is not None or one.declined_by_id == ours:
            done.add(reminder.pk)
    return done


def _moved_on(reminders: list[Reminder]) -> set[int]:
    """Something was noted or the stage is another; not those that ended for want of it."""
    gone = Partnership.objects.filter(pk__in=[r.target for r in reminders], stage=Stage.ENDED)
    ended = set(gone.values_list("pk", flat=True))
    alive = set(
        Partnership.objects.filter(pk__in=[r.target for r in reminders])
        .exclude(pk__in=ended)
        .values_list("pk", flat=True)
    )
    return _of(reminders, alive)


def _evaluated(reminders: list[Reminder]) -> set[int]:
    evaluations = {int(reminder.thing.split(":")[1]) for reminder in reminders}
    sent = AnswerSheet.objects.filter(evaluation__in=evaluations, submitted_at__isnull=False)
    answered = set(sent.values_list("evaluation", "organisation"))
    return {
        reminder.pk
        for reminder in reminders
        if (int(reminder.thing.split(":")[1]), reminder.organisation_id) in answered
    }


def _confirmed(reminders: list[Reminder]) -> set[int]:
    confirmed = dict(
        Organisation.objects.filter(pk__in=[r.target for r in reminders]).values_list(
            "pk", "confirmed_at"
        )
    )
    return {
        reminder.pk
        for reminder in reminders
        if reminder.target in confirmed
        and confirmed[reminder.target] > reminder.due_at - CONFIRM_AFTER
    }


def _of(reminders: list[Reminder], targets: set[int]) -> set[int]:
    return {reminder.pk for reminder in reminders if reminder.target in targets}


_WAITING: dict[str, Callable[[datetime, Targets], Iterator[Due]]] = {
    Step.PROFILE_UNFINISHED: _unfinished,
    Step.INTRODUCTION_UNANSWERED: _unanswered,
    Step.POINT_DUE: _late,
    Step.EVALUATION_DUE: _unevaluated,
    Step.PROFILE_TO_CONFIRM: _unconfirmed,
}
_DONE: dict[str, Callable[[list[Reminder]], set[int]]] = {
    Step.PROFILE_UNFINISHED: _declared,
    Step.INTRODUCTION_UNANSWERED: _answered,
    Step.POINT_DUE: _moved_on,
    Step.EVALUATION_DUE: _evaluated,
    Step.PROFILE_TO_CONFIRM: _confirmed,
}
