"""The message of a reminder."""

from django.conf import settings

from partnerships.organisations.access import members_to_tell
from partnerships.reminders.enums import Step
from partnerships.reminders.queries import Line
from phare_platform.accounts.models import User
from phare_platform.outbox.enums import MessageKind
from phare_platform.outbox.services import queue_message

KINDS = {
    Step.PROFILE_UNFINISHED: MessageKind.DIGEST,  # it is about being suggested partners
    Step.INTRODUCTION_UNANSWERED: MessageKind.INTRODUCTION,
    Step.POINT_DUE: MessageKind.PARTNERSHIP,
    Step.EVALUATION_DUE: MessageKind.EVALUATION,
    Step.PROFILE_TO_CONFIRM: MessageKind.DIGEST,
}


def send_reminder(line: Line) -> int:
    """Remind those who answer for the organisation, or the person; returns how many people."""
    reminder = line.reminder
    people: list[User] = []
    if reminder.organisation is not None:
        people = members_to_tell(reminder.organisation)
    elif reminder.person is not None and reminder.person.is_active:
        people = [reminder.person]
    for person in people:
        queue_message(
            key=f"reminder:{reminder.pk}:{person.pk}",
            kind=KINDS[Step(reminder.step)],
            template="partnerships/reminders/emails/reminder",
            context={"line": line, "url": f"{settings.SITE_URL}{line.path}"},
            to=person,
            unsubscribe=True,
            optional=True,
            campaign=f"reminder:{reminder.step}",
        )
    return len(people)
