"""Reminders in words: what waits, why it matters, and where to do it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from partnerships.lifecycle import rules as lifecycle
from partnerships.lifecycle.models import CheckPoint, Partnership, PointAnswer
from partnerships.matching.models import Introduction
from partnerships.organisations.models import Organisation
from partnerships.organisations.rules import CONFIRM_AFTER
from partnerships.reminders.enums import WAITING, Step
from partnerships.reminders.models import Reminder
from partnerships.reminders.queries.due import settled
from partnerships.reminders.rules import EVALUATION_AFTER
from phare_platform.lib.formats import day

MOST_SHOWN = 10


@dataclass(frozen=True)
class Line:
    """A reminder as it is read; every sentence is made in the reader's language when asked for."""

    reminder: Reminder
    name: str  # of the other side, of the partnership, or of the organisation itself
    until: datetime | None = None
    point: CheckPoint | None = None

    @property
    def title(self) -> str:
        """What waits, short enough for a subject."""
        texts = {
            Step.PROFILE_UNFINISHED: _("The profile of %(name)s is not finished"),
            Step.INTRODUCTION_UNANSWERED: _("%(name)s waits for your answer"),
            Step.POINT_DUE: _("“%(name)s” waits for its next step"),
            Step.EVALUATION_DUE: _("Your evaluation of “%(name)s” is awaited"),
            Step.PROFILE_TO_CONFIRM: _("Is the profile of %(name)s still right?"),
        }
        return texts[Step(self.reminder.step)] % {"name": self.name}

    @property
    def text(self) -> str:
        """Why it matters, in a sentence or two."""
        due = self.reminder.due_at
        step = Step(self.reminder.step)
        if step == Step.PROFILE_UNFINISHED:
            return _("Say which fragilities you act on: without it nobody can be suggested to you.")
        if step == Step.INTRODUCTION_UNANSWERED:
            text = _(
                "You were introduced to %(name)s. Say before %(day)s whether you open a "
                "partnership; a no is an answer too."
            )
            return text % {"name": self.name, "day": _day(self.until)}
        if step == Step.POINT_DUE:
            text = _("A step is overdue since %(day)s.") % {"day": _day(due)}
            if self.point:
                text += " " + _("Next: %(point)s.") % {"point": self.point.label.rstrip(".")}
            return text
        if step == Step.EVALUATION_DUE:
            text = _("Asked on %(day)s. All read the scores together once everybody has answered.")
            return text % {"day": _day(due - EVALUATION_AFTER)}
        text = _(
            "Nobody has confirmed it since %(day)s: it is shown after those that are up to date. "
            "If nothing has changed, one click is enough."
        )
        return text % {"day": _day(due - CONFIRM_AFTER)}

    @property
    def label(self) -> str:
        """The words of the button."""
        labels = {
            Step.PROFILE_UNFINISHED: _("Say what you do"),
            Step.INTRODUCTION_UNANSWERED: _("See the introduction"),
            Step.POINT_DUE: _("See the partnership"),
            Step.EVALUATION_DUE: _("Fill in the questionnaire"),
            Step.PROFILE_TO_CONFIRM: _("Look at the profile"),
        }
        return labels[Step(self.reminder.step)]

    @property
    def path(self) -> str:
        """Where to do it."""
        pages = {
            Step.PROFILE_UNFINISHED: "organisation_declare",
            Step.INTRODUCTION_UNANSWERED: "introduction",
            Step.POINT_DUE: "partnership",
            Step.EVALUATION_DUE: "evaluation_answer",
            Step.PROFILE_TO_CONFIRM: "organisation",
        }
        page = pages[Step(self.reminder.step)]
        return reverse(f"partnerships:{page}", args=[self.reminder.target])


def _day(moment: datetime | None) -> str:
    local = timezone.localtime(moment) if moment else None
    return day(local, language=get_language() or "fr")


def lines_of(reminders: Sequence[Reminder]) -> list[Line]:
    """These reminders in words, in the same order; as many queries as there are kinds of thing."""
    introductions = Introduction.objects.select_related("first", "second").in_bulk(
        _targets(reminders, Step.INTRODUCTION_UNANSWERED)
    )
    late = _targets(reminders, Step.POINT_DUE)
    partnerships = Partnership.objects.in_bulk(late | _targets(reminders, Step.EVALUATION_DUE))
    profiles = Organisation.objects.in_bulk(
        _targets(reminders, Step.PROFILE_UNFINISHED) | _targets(reminders, Step.PROFILE_TO_CONFIRM)
    )
    points = _next_points([partnerships[pk] for pk in late if pk in partnerships])
    lines = []
    for reminder in reminders:
        if reminder.target in introductions and reminder.step == Step.INTRODUCTION_UNANSWERED:
            one = introductions[reminder.target]
            them = one.second if reminder.organisation_id == one.first_id else one.first
            lines.append(Line(reminder, them.name, until=one.expires_at))
        elif reminder.target in partnerships and reminder.step in (
            Step.POINT_DUE,
            Step.EVALUATION_DUE,
        ):
            partnership = partnerships[reminder.target]
            point = points.get(reminder.target) if reminder.step == Step.POINT_DUE else None
            lines.append(Line(reminder, partnership.title, point=point))
        elif reminder.target in profiles:
            lines.append(Line(reminder, profiles[reminder.target].name))
    return lines


def waiting_for(organisation: Organisation, *, now: datetime) -> list[Line]:
    """What waits for an organisation, the oldest first; one query where nothing does."""
    waiting = Reminder.objects.filter(organisation=organisation, state__in=WAITING, due_at__lte=now)
    found = list(waiting.order_by("due_at", "pk")[:MOST_SHOWN])
    over = settled(found, now=now)  # since the task last passed
    return lines_of([reminder for reminder in found if reminder.pk not in over])


def _targets(reminders: Sequence[Reminder], step: Step) -> set[int]:
    return {reminder.target for reminder in reminders if reminder.step == step}


def _next_points(partnerships: list[Partnership]) -> dict[int, CheckPoint]:
    """The next point of each partnership's checklist."""
    if not partnerships:
        return {}
    states: dict[int, dict[str, str]] = {partnership.pk: {} for partnership in partnerships}
    answers = PointAnswer.objects.filter(partnership__in=partnerships)
    for pk, code, state in answers.values_list("partnership", "point", "state"):
        states[pk][code] = state
    points = CheckPoint.objects.in_bulk()
    codes = {p.pk: lifecycle.next_point(p.stage, states[p.pk]) for p in partnerships}
    return {pk: points[code] for pk, code in codes.items() if code in points}
