"""The story of a partnership, each line told in the reader's language."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from partnerships.lifecycle.enums import ClosingDecision, EndReason, EventKind, PointState, Stage
from partnerships.lifecycle.models import CheckPoint, Partnership, PartnershipEvent
from phare_platform.accounts.models import User

ICONS = {
    EventKind.OPENED: "star",
    EventKind.STAGE_CHANGED: "arrow-right",
    EventKind.EDITED: "edit",
    EventKind.POINT_CHANGED: "check",
    EventKind.PARTNER_INVITED: "mail",
    EventKind.PARTNER_JOINED: "add",
    EventKind.PARTNER_LEFT: "sign-out",
    EventKind.FACILITATOR_NAMED: "account",
    EventKind.NOTE: "document",
    EventKind.EVALUATION: "evaluate",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the timeline: what, who, in whose name, when; `text` is what a person wrote."""

    icon: str
    title: str
    text: str
    who: str
    on_behalf_of: str
    at: datetime


def timeline_of(partnership: Partnership, *, limit: int | None = None) -> list[Line]:
    """The story, the latest first; `limit` keeps that many lines."""
    events = (
        PartnershipEvent.objects.filter(partnership=partnership)
        .select_related("actor", "on_behalf_of")
        .order_by("-happened_at", "-pk")
    )
    points = CheckPoint.objects.in_bulk()
    people = _facilitators(partnership)
    return [_line(event, points, people) for event in (events[:limit] if limit else events)]


def _facilitators(partnership: Partnership) -> dict[int, str]:
    named = PartnershipEvent.objects.filter(
        partnership=partnership, kind=EventKind.FACILITATOR_NAMED
    )
    keys = [key for key in named.values_list("data__facilitator", flat=True) if key]
    return {user.pk: str(user) for user in User.objects.filter(pk__in=keys)} if keys else {}


def _line(event: PartnershipEvent, points: dict[str, CheckPoint], people: dict[int, str]) -> Line:
    kind = EventKind(event.kind)
    told = {
        EventKind.OPENED: _opened,
        EventKind.STAGE_CHANGED: _stage_changed,
        EventKind.EVALUATION: _evaluation,
    }
    if kind in told:
        title, text = told[kind](event.data)
    elif kind == EventKind.POINT_CHANGED:
        title, text = _point_changed(event.data, points)
    elif kind == EventKind.FACILITATOR_NAMED:
        title, text = _facilitator_named(event.data, people)
    else:
        title, text = _plain(kind, event.data)
    return Line(
        icon=ICONS[kind],
        title=title,
        text=text,
        who=str(event.actor) if event.actor else "",
        on_behalf_of=event.on_behalf_of.name if event.on_behalf_of else "",
        at=event.happened_at,
    )


def _opened(data: dict[str, Any]) -> tuple[str, str]:
    names = ", ".join(o["name"] for o in data.get("organisations", []))
    return _("Partnership opened: %(names)s") % {"names": names}, ""


def _stage_changed(data: dict[str, Any]) -> tuple[str, str]:
    to = data["to"]
    if to == Stage.ENDED:
        reason = EndReason(data["reason"]).label
        return _("Partnership ended: %(reason)s") % {"reason": reason}, data.get("note", "")
    if to == Stage.CLOSED:
        decision = ClosingDecision(data["decision"]).label
        return _("Partnership closed; decision: %(decision)s") % {"decision": decision}, ""
    return _("Stage “%(stage)s” begins") % {"stage": Stage(to).label}, ""


def _point_changed(data: dict[str, Any], points: dict[str, CheckPoint]) -> tuple[str, str]:
    point = points.get(data["point"])
    state = PointState(data["state"]).label
    words = {"state": state, "point": point.label if point else data["point"]}
    return _("Checklist, %(state)s: %(point)s") % words, ""


def _facilitator_named(data: dict[str, Any], people: dict[int, str]) -> tuple[str, str]:
    if data.get("facilitator") is None:
        return _("The partnership has no facilitator any more"), ""
    who = people.get(data["facilitator"], _("somebody who left"))
    return _("Facilitator: %(who)s") % {"who": who}, ""


def _evaluation(data: dict[str, Any]) -> tuple[str, str]:
    if data["what"] == "opened":
        return _("Evaluation opened: each partner answers alone"), ""
    if data["what"] == "answered":
        return _("Questionnaire filled in by %(name)s") % {"name": data["name"]}, ""
    return _("Evaluation complete: the scores can be read together"), ""


def _plain(kind: EventKind, data: dict[str, Any]) -> tuple[str, str]:
    name = {"name": data.get("name", "")}
    return {
        EventKind.EDITED: (_("Description changed"), ""),
        EventKind.PARTNER_INVITED: (_("Partner invited: %(name)s") % name, ""),
        EventKind.PARTNER_JOINED: (_("%(name)s has agreed to take part") % name, ""),
        EventKind.PARTNER_LEFT: (_("%(name)s takes no more part") % name, ""),
        EventKind.NOTE: (_("Note"), data.get("text", "")),
    }[kind]
