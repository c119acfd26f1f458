"""What waits, for how long, and what to do about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Aggregate, Count, F, Max, Min, Q
from django.db.models.functions import Greatest
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from phare_platform.lib.models import Job
from phare_platform.outbox.enums import TROUBLED, MessageKind, MessageStatus
from phare_platform.outbox.models import Message

IN_TROUBLE = [*TROUBLED, MessageStatus.HELD]
# How long the oldest one may wait before it is worth a look, and before something is broken.
# Codes are typed within minutes; digests of a whole country leave at the pace of the provider.
PATIENCE = {
    "security": (timedelta(minutes=2), timedelta(minutes=10)),
    "other": (timedelta(minutes=30), timedelta(hours=3)),
    "jobs": (timedelta(minutes=1), timedelta(minutes=10)),
}


@dataclass(frozen=True)
class Queue:
    """One queue: how many are due, since when the oldest, how many only later."""

    name: str
    depth: int
    oldest: timedelta | None
    later: int = 0

    @property
    def state(self) -> str:
        """`good`, `warn` or `bad`, by the time the oldest one has waited."""
        soon, broken = PATIENCE[self.name]
        if self.oldest is None or self.oldest < soon:
            return "good"
        return "warn" if self.oldest < broken else "bad"

    @property
    def sentence(self) -> str:
        """How it stands, in words."""
        if self.oldest is None:
            return _("Nothing waits.")
        if self.oldest < timedelta(minutes=1):
            return _("The oldest has waited for less than a minute.")
        start = datetime(2026, 1, 1)  # noqa: DTZ001  # only the difference is told
        waited = timesince(start, start + self.oldest)
        return _("The oldest has waited for %(time)s.") % {"time": waited}

    @property
    def advice(self) -> str:
        """What to do; nothing when all is well."""
        if self.state == "good":
            return ""
        if self.name == "jobs":
            return _(
                "Check that the beat and a worker of the queue “default” run, and that Redis"
                " answers. Nothing is lost: jobs are done as soon as they can."
            )
        if self.name == "security" or self.state == "bad":
            return _(
                "Check that the beat and a worker of the queue “mail” run, that Redis answers, and"
                " that the mail server (EMAIL_URL) takes messages. Nothing is lost: messages"
                " leave as soon as they can."
            )
        return _(
            "A large sending may take this long. If the number does not fall within the hour,"
            " check the workers of the queue “mail” and the mail server (EMAIL_URL)."
        )


@dataclass(frozen=True)
class Standing:
    """All queues, what the mail server said last, and how many messages need a person."""

    queues: list[Queue]
    last_words: str
    trouble: dict[str, int]

    @property
    def trouble_count(self) -> int:
        """How many messages the team must look at."""
        return sum(self.trouble.values())


def standing(*, now: datetime) -> Standing:
    """How the queues stand now. Three queries, each on an index of its own states."""
    mail, words = _mail_queues(now)
    return Standing(
        queues=[*mail, _jobs(now)],
        last_words=words if any(queue.state != "good" for queue in mail) else "",
        trouble=dict(
            Message.objects.filter(status__in=IN_TROUBLE)
            .values_list("status")
            .annotate(n=Count("*"))
            .order_by()
        ),
    )


def _mail_queues(now: datetime) -> tuple[list[Queue], str]:
    """The queues of messages, and what the mail server said to one of those that wait."""
    due = Q(not_before=None) | Q(not_before__lte=now)
    since = Greatest("created_at", F("not_before"))
    classes = {
        "security": Q(kind=MessageKind.SECURITY),
        "other": ~Q(kind=MessageKind.SECURITY),
    }
    figures: dict[str, Aggregate] = {"words": Max("last_error")}
    for name, of_it in classes.items():
        figures |= {
            f"{name}_depth": Count("created_at", filter=of_it & due),
            f"{name}_later": Count("created_at", filter=of_it & ~due),
            f"{name}_since": Min(since, filter=of_it & due),
        }
    found = Message.objects.pending().aggregate(**figures)
    queues = [
        Queue(
            name,
            found[f"{name}_depth"],
            _age(found[f"{name}_since"], now),
            found[f"{name}_later"],
        )
        for name in classes
    ]
    return queues, found["words"] or ""


def _jobs(now: datetime) -> Queue:
    found = Job.objects.aggregate(depth=Count("*"), since=Min("created_at"))
    return Queue("jobs", found["depth"], _age(found["since"], now))


def _age(since: datetime | None, now: datetime) -> timedelta | None:
    return max(now - since, timedelta()) if since else None
