"""What became of messages: counted by campaign, by department or by kind, over some days.

Whether a message was opened is not known and not asked: only answers are counted, because people
mean them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Max
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from phare_platform.lib.formats import month
from phare_platform.outbox.enums import DeliveryKind, MessageKind, MessageStatus
from phare_platform.outbox.models import DeliveryEvent, Message
from territories.places.enums import Level
from territories.places.models import Place

COLUMNS = {
    "written": pgettext_lazy("messages", "written"),
    "sent": pgettext_lazy("messages", "sent"),
    "answered": pgettext_lazy("messages", "answered"),
    "bounced": pgettext_lazy("messages", "bounced"),
    "failed": pgettext_lazy("messages", "failed"),
    "in_doubt": pgettext_lazy("messages", "in doubt"),
    "waiting": pgettext_lazy("messages", "waiting"),
    "let_go": pgettext_lazy("messages", "let go"),
}
OUTCOMES = {
    MessageStatus.PENDING: "waiting",
    MessageStatus.SENDING: "waiting",
    MessageStatus.HELD: "waiting",
    MessageStatus.SENT: "sent",
    MessageStatus.IN_DOUBT: "in_doubt",
    MessageStatus.FAILED: "failed",
    MessageStatus.QUARANTINED: "failed",
    MessageStatus.CANCELLED: "let_go",
}
CAMPAIGNS = {
    "digest": gettext_lazy("suggestions"),
    "introduction": gettext_lazy("introductions"),
    "conversation": gettext_lazy("conversations"),
    "reminder": gettext_lazy("reminders"),
    "test": gettext_lazy("tests of the team"),
}


@dataclass(frozen=True)
class Choice:
    """Which messages are counted: written from `since` to `until`, both included."""

    since: date
    until: date
    kind: str = ""
    territory: str = ""

    @property
    def messages(self) -> Any:
        """The messages of this choice."""
        found = Message.objects.filter(
            created_at__gte=_midnight(self.since),
            created_at__lt=_midnight(self.until + timedelta(days=1)),
        )
        if self.kind:
            found = found.filter(kind=self.kind)
        return found.filter(territory=self.territory) if self.territory else found


class Group(NamedTuple):
    """Messages of one campaign, department or kind that share their fate."""

    key: str
    outcome: str
    n: int
    answered: int
    newest: datetime


@dataclass
class Line:
    """A line of a table: what it counts, and how many of each fate."""

    key: str
    label: str
    newest: datetime | None = None
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def cells(self) -> list[tuple[str, int, float | None]]:
        """(column, how many, share of what was sent, only for the answers), in order."""
        sent = self.counts["sent"]
        share = self.counts["answered"] / sent if sent else None
        return [
            (name, self.counts[name], share if name == "answered" else None) for name in COLUMNS
        ]


def groups(choice: Choice, *, by: str) -> list[Group]:
    """The messages of the choice by campaign, territory or kind, and fate: one scan of an index."""
    rows = choice.messages.values_list(by, "status").annotate(
        n=Count("*"), replies=Count("answered_at"), newest=Max("created_at")
    )
    fates = [
        Group(key, OUTCOMES.get(status, "failed"), n, replies, newest)
        for key, status, n, replies, newest in rows.order_by()
    ]
    return [*fates, *bounces(choice, by=by)]


def bounces(choice: Choice, *, by: str) -> list[Group]:
    """Those that came back or were complained of after they were sent, as groups of `bounced`.

    What providers tell later is not kept with the messages: it joins the counts here, and only
    here. Such a message keeps its fate, so it is not counted as written a second time.
    """
    told = (
        DeliveryEvent.objects.filter(
            kind__in=[DeliveryKind.BOUNCED, DeliveryKind.COMPLAINED], message__in=choice.messages
        )
        .values_list(f"message__{by}")
        .annotate(n=Count("message", distinct=True), newest=Max("message__created_at"))
    )
    return [Group(key, "bounced", n, 0, newest) for key, n, newest in told]


def table(found: Iterable[Group], *, by: str) -> list[Line]:
    """One line for each campaign, territory or kind, the newest first."""
    lines: dict[str, Line] = {}
    for group in found:
        _add(lines.setdefault(group.key, Line(group.key, group.key)), group)
    names = _names(by, lines)
    for line in lines.values():
        line.label = names(line.key)
    return sorted(lines.values(), key=lambda line: (line.newest, line.key), reverse=True)


def total(found: Iterable[Group]) -> Line:
    """Everything together."""
    line = Line("", "")
    for group in found:
        _add(line, group)
    return line


def ordered(lines: Sequence[Line], sort: str) -> list[Line]:
    """The lines by a column, `name` or `date`; `-` before it: the other way round."""
    key = sort.removeprefix("-")
    if key not in {*COLUMNS, "name", "date"}:
        return list(lines)

    def value(line: Line) -> Any:
        if key == "name":
            return line.label.casefold()
        return line.newest if key == "date" else line.counts[key]

    return sorted(lines, key=value, reverse=sort.startswith("-"))


def export_rows(lines: Iterable[Line]) -> Iterator[list[object]]:
    """The same lines for a file."""
    for line in lines:
        newest = timezone.localtime(line.newest).date().isoformat() if line.newest else ""
        yield [line.label, line.key, newest, *(line.counts[name] for name in COLUMNS)]


def campaign_name(campaign: str) -> str:
    """A campaign in words: `digest:2026-W47` is the suggestions of week 47."""
    head, _colon, rest = campaign.partition(":")
    known = {**dict(MessageKind.choices), **CAMPAIGNS}
    words = capfirst(str(known.get(head, head)))
    return f"{words}, {_occasion(rest)}" if rest else words


def _occasion(rest: str) -> str:
    """A slot in words, as far as it is one; any other occasion as it is."""
    year, _dash, part = rest.partition("-")
    if len(year) != 4 or not year.isdecimal():
        return rest
    if part.startswith("W") and part[1:].isdecimal():
        return _("week %(week)s of %(year)s") % {"week": int(part[1:]), "year": year}
    if part.isdecimal() and 1 <= int(part) <= 12:
        return month(date(int(year), int(part), 1), language=get_language() or "fr")
    return rest


def _names(by: str, keys: Iterable[str]) -> Any:
    if by == "campaign":
        return campaign_name
    if by == "kind":
        kinds = dict(MessageKind.choices)
        return lambda key: capfirst(str(kinds.get(key, key)))
    known = dict(
        Place.objects.filter(level=Level.DEPARTMENT, code__in=list(keys)).values_list(
            "code", "name"
        )
    )
    return lambda key: f"{known[key]} ({key})" if key in known else key or _("No department")


def _add(line: Line, group: Group) -> None:
    if group.outcome != "bounced":
        line.counts["written"] += group.n
    line.counts[group.outcome] += group.n
    line.counts["answered"] += group.answered
    line.newest = max(group.newest, line.newest) if line.newest else group.newest


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
