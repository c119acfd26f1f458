"""Steps that several services of this room take: lock, tell, refuse in words."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.lifecycle.access import voice_of
from partnerships.lifecycle.enums import EventKind, Stage
from partnerships.lifecycle.models import CheckPoint, Partnership, PartnershipEvent
from partnerships.lifecycle.rules import Refused
from partnerships.organisations.models import Organisation
from phare_platform.accounts.models import User
from phare_platform.lib.errors import Conflict, Refusal

SENTENCES: dict[str, Promise] = {
    "finished": gettext_lazy("This partnership is finished: it can no longer be changed."),
    "end_needs_reason": gettext_lazy("Ending a partnership needs a reason."),
    "reason_missing": gettext_lazy("Say why the partnership ends: choose one of the reasons."),
    "stage_jump": gettext_lazy(
        "A partnership goes from one stage to the next: prepare, accompany, evaluate, close."
    ),
    "decision_missing": gettext_lazy("Closing a partnership needs a decision on what comes next."),
    "decision_early": gettext_lazy("The decision is taken when the partnership is closed."),
    "partners_waiting": gettext_lazy(
        "Every partner must have agreed first: wait for their answer or withdraw the invitation."
    ),
    "point_passed": gettext_lazy("The stage of this point is behind: it stays as it was."),
    "point_automatic": gettext_lazy(
        "This point settles itself when every partner has filled in the questionnaire."
    ),
    "state_unknown": gettext_lazy("Choose one of the states: to do, done or not relevant."),
    "point_never_skipped": gettext_lazy("This point cannot be left out."),
    "evidence_missing": gettext_lazy(
        "Say what shows that it is done, or why it is not relevant: a point is never ticked bare."
    ),
    "too_few_partners": gettext_lazy("A partnership needs two organisations at least."),
    "no_title": gettext_lazy("Give the partnership a title."),
    "organisation_closed": gettext_lazy("This organisation is closed on the platform."),
    "not_a_facilitator": gettext_lazy("This person is not a facilitator."),
    "partners_closed": gettext_lazy("Partners join before the evaluation, not during it."),
    "note_empty": gettext_lazy("Write something before saving the note."),
    "unknown_point": gettext_lazy("This point is not in the checklists."),
    "not_a_partner": gettext_lazy("This organisation is not a partner."),
}


def refuse(rule: str) -> Refusal:
    """The refusal that names a broken rule, in the person's language."""
    return Refusal(str(SENTENCES[rule]), code=rule)


def raise_if(refused: Refused | None) -> None:
    """Raise what a rule refuses; points at fault are named in the sentence."""
    if refused is None:
        return
    if refused.rule == "points_missing":
        text = _("Still to settle before the next stage: %(points)s")
        labels = [p.label for p in CheckPoint.objects.filter(pk__in=refused.points).order_by("pk")]
        raise Refusal(text % {"points": " ".join(labels)}, code=refused.rule)
    raise refuse(refused.rule)


def moved_meanwhile(pk: int) -> Conflict:
    """What the slower of two people is told, with the stage the partnership is at now."""
    stage = Stage(Partnership.objects.values_list("stage", flat=True).get(pk=pk))
    text = _(
        "Somebody changed this partnership meanwhile; its stage is now “%(stage)s”. "
        "Look at it again before deciding."
    )
    return Conflict(text % {"stage": stage.label}, code="changed_meanwhile")


def locked(partnership: Partnership) -> Partnership:
    """The partnership as it is now, kept from other writers until the transaction ends."""
    return Partnership.objects.select_for_update(of=("self",)).get(pk=partnership.pk)


def locked_running(partnership: Partnership) -> Partnership:
    """The same, refusing (`finished`) one that is closed or ended."""
    present = locked(partnership)
    if not present.is_running:
        raise refuse("finished")
    return present


def tell(
    partnership: Partnership,
    *,
    kind: EventKind,
    by: User | None,
    on_behalf_of: Organisation | None = None,
    **data: Any,
) -> PartnershipEvent:
    """Write a line of the timeline.

    `on_behalf_of` defaults to the partner in whose name the person writes.
    """
    return PartnershipEvent.objects.create(
        partnership=partnership,
        kind=kind,
        actor=by,
        on_behalf_of=on_behalf_of or voice_of(by, partnership),
        data=data,
    )


def named(organisation: Organisation) -> dict[str, Any]:
    """How an event remembers an organisation: its key, and its name on that day."""
    return {"organisation": organisation.pk, "name": organisation.name}
