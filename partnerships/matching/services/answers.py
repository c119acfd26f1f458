"""What an organisation says to a suggestion: the last word counts, two yeses introduce."""

from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.matching.enums import AnswerKind, DeclineReason
from partnerships.matching.models import Introduction, SuggestionAnswer, SuggestionList
from partnerships.matching.queries.introductions import between
from partnerships.matching.queries.suggestions import may_answer_about, points_between
from partnerships.matching.rules.introductions import UNDO_WITHIN, after_a_no, hidden_until
from partnerships.matching.services.introductions import open_introduction
from partnerships.matching.services.sharing import ask_to_share_places
from partnerships.organisations.enums import Status
from partnerships.organisations.models import Organisation
from phare_platform.accounts.models import User
from phare_platform.lib.errors import Conflict, Refusal
from phare_platform.lib.jobs import later
from phare_platform.trace.services import leave_trace


class Answered(NamedTuple):
    """The answer as it now stands, and the introduction that it opened, if it did."""

    answer: SuggestionAnswer
    introduction: Introduction | None


@transaction.atomic
def answer_suggestion(
    organisation: Organisation,
    *,
    other: Organisation,
    kind: AnswerKind,
    reason: DeclineReason | str = "",
    note: str = "",
    by: User | None,
    via: str = "page",
    at: datetime | None = None,
) -> Answered:
    """Say `interested`, `later` (hidden for a month) or `declined` (why, kept private).

    A no whose reason passes with time is kept as `later` (`rules.introductions.BACK_AFTER`).

    Nobody learns of one side's interest; when both are interested they are introduced, in this
    same deed. `via` ("page", "mail", "api") goes into the trace. Raises Conflict when the other
    left the platform, was never suggested, or is being introduced or a partner already, and
    Refusal when the organisation itself takes no part at present.
    """
    at = at or timezone.now()
    organisation, other = _lock_pair(organisation, other)
    _must_be_possible(organisation, other)
    answer, is_first = _write(
        organisation, other, kind=kind, reason=reason, note=note, by=by, at=at
    )
    leave_trace("matching.answer_suggestion", answer, by=by, kind=answer.kind, via=via)
    introduction = None
    if answer.kind == AnswerKind.INTERESTED and _is_interested(other, organisation):
        introduction = open_introduction(
            organisation, other=other, points=answer.points, by=by, at=at
        )
    _tell_lists(organisation, changed=not is_first or answer.kind == AnswerKind.DECLINED)
    return Answered(answer, introduction)


@transaction.atomic
def undo_answer(
    organisation: Organisation,
    *,
    other: Organisation,
    by: User | None,
    via: str = "page",
    at: datetime | None = None,
) -> None:
    """Take an answer of the last seven days back: the suggestion is shown again.

    Raises Conflict when there is nothing to take back, when it is too old, or when the two have
    been introduced since: the way out is then to decline the introduction.
    """
    at = at or timezone.now()
    organisation, other = _lock_pair(organisation, other)
    answer = SuggestionAnswer.objects.filter(organisation=organisation, other=other).first()
    if answer is None:
        raise Conflict(_("There is no answer left to undo."), code="nothing_to_undo")
    _must_not_be_introduced(organisation, other)
    if answer.answered_at < at - UNDO_WITHIN:
        raise Conflict(_("This answer is more than a week old: it stays."), code="too_old_to_undo")
    leave_trace("matching.undo_answer", answer, by=by, kind=answer.kind, via=via)
    answer.delete()
    _tell_lists(organisation, changed=answer.kind == AnswerKind.DECLINED)


def _tell_lists(organisation: Organisation, *, changed: bool) -> None:
    """Have the places shared anew; and first the lists, where a no is given or taken back."""
    if changed:
        later("partnerships.matching.refresh_organisations", together=[organisation.pk])
    else:
        ask_to_share_places()


def _lock_pair(
    organisation: Organisation, other: Organisation
) -> tuple[Organisation, Organisation]:
    """Both organisations as they are now, locked in one order.

    Without it, two interests said at the same instant would not see each other, and nobody would
    ever be introduced. NO KEY: rows that merely point at the two are not held up.
    """
    if organisation.pk == other.pk:
        raise Refusal(_("An organisation cannot answer about itself."), code="itself")
    locked = (
        Organisation.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk__in=[organisation.pk, other.pk])
        .order_by("pk")
    )
    found = {row.pk: row for row in locked}
    return found[organisation.pk], found[other.pk]


def _must_be_possible(organisation: Organisation, other: Organisation) -> None:
    if organisation.status != Status.ACTIVE:
        message = _("Your organisation does not take part in matching at present.")
        raise Refusal(message, code="not_active")
    if other.status != Status.ACTIVE:
        message = _("%(name)s does not take part in matching any more.") % {"name": other.name}
        raise Conflict(message, code="other_not_active")
    _must_not_be_introduced(organisation, other)
    if not may_answer_about(organisation, other):
        message = _("%(name)s is not among your suggestions any more.") % {"name": other.name}
        raise Conflict(message, code="not_suggested")


def _must_not_be_introduced(organisation: Organisation, other: Organisation) -> None:
    if between(organisation, other):
        message = _("You and %(name)s have been introduced: answer on the introduction’s page.")
        raise Conflict(message % {"name": other.name}, code="introduced")


def _write(
    organisation: Organisation,
    other: Organisation,
    *,
    kind: AnswerKind,
    reason: DeclineReason | str,
    note: str,
    by: User | None,
    at: datetime,
) -> tuple[SuggestionAnswer, bool]:
    declined, until = kind == AnswerKind.DECLINED, hidden_until(kind, now=at)
    if declined:
        kind, until = after_a_no(reason, now=at)
    lists = SuggestionList.objects.filter(pk=organisation.pk)
    answer, is_first = SuggestionAnswer.objects.update_or_create(
        organisation=organisation,
        other=other,
        defaults={
            "kind": kind,
            "reason": reason if declined else "",
            "note": note if declined else "",
            "hidden_until": until,
            "answered_by": by,
            "answered_at": at,
            "points": points_between(organisation, other),
            "policy_id": lists.values_list("policy", flat=True).first(),
        },
    )
    return answer, is_first


def _is_interested(organisation: Organisation, other: Organisation) -> bool:
    return SuggestionAnswer.objects.filter(
        organisation=organisation, other=other, kind=AnswerKind.INTERESTED
    ).exists()
