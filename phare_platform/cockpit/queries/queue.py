"""What waits, for how long, and what to do about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Min, Q
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
    """How the queues stand now. Four queries, each on an index of its own states."""
    mail = _mail_queues(now)
    waits_badly = any(queue.state != "good" for queue in mail)
    return Standing(
        queues=[*mail, _jobs(now)],
        last_words=_last_words() if waits_badly else "",
        trouble=dict(
            Message.objects.filter(status__in=IN_TROUBLE)
            .values_list("status")
            .annotate(n=Count("pk"))
            .order_by()
        ),
    )


def _mail_queues(now: datetime) -> list[Queue]:
    due = Q(not_before=None) | Q(not_before__lte=now)
    security = Q(kind=MessageKind.SECURITY)
    found = Message.objects.pending().aggregate(
        **{
            f"{name}_{figure}": value
            for name, of_it in (("security", security), ("other", ~security))
            for figure, value in (
                ("depth", Count("pk", filter=of_it & due)),
                ("later", Count("pk", filter=of_it & ~due)),
                (
                    "since",
                    Min(Greatest("created_at", F("not_before")), filter=of_it & due),
                ),
            )
        }
    )
    return [
        Queue(
            name,
            found[f"{name}_depth"],
            _age(found[f"{name}_since"], now),
            found[f"{name}_later"],
        )
        for name in ("security", "other")
    ]


def _jobs(now: datetime) -> Queue:
    found = Job.objects.aggregate(depth=Count("pk"), since=Min("created_at"))
    return Queue("jobs", found["depth"], _age(found["since"], now))


def _age(since: datetime | None, now: datetime) -> timedelta | None:
    return max(now - since, timedelta()) if since else None


def _last_words() -> str:
    """Why the mail server refused for now, as told by the message tried last."""
    tried = Message.objects.pending().exclude(last_error="").order_by("-pk")
    return tried.values_list("last_error", flat=True).first() or ""
