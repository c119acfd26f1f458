"""Answers given by the links of a digest: each link once, and what it said may be undone."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.matching import emails
from partnerships.matching.access import AnswerLink
from partnerships.matching.enums import DeclineReason
from partnerships.matching.queries.suggestions import answer_about
from partnerships.matching.services.answers import Answered, answer_suggestion, undo_answer
from phare_platform.lib.errors import Conflict
from phare_platform.lib.signing import LinkUsed, use_once, was_used
from phare_platform.outbox.services import note_answer


@transaction.atomic
def answer_by_link(
    link: AnswerLink, *, token: str, reason: DeclineReason | str = "", at: datetime | None = None
) -> Answered:
    """Say what the link says, in the name of whom it was made for; the message counts as answered.

    Raises Conflict when it was used before (`link_used`), and all that `answer_suggestion` raises:
    then the link is not used up.
    """
    at = at or timezone.now()
    try:
        use_once(token)
    except LinkUsed as used:
        raise Conflict(_("This link has been used already."), code="link_used") from used
    answered = answer_suggestion(
        link.organisation,
        other=link.other,
        kind=link.kind,
        reason=reason,
        by=link.user,
        via="mail",
        at=at,
    )
    note_answer(emails.digest_key(link.organisation, link.user, link.slot), at=at)
    return answered


@transaction.atomic
def undo_by_link(link: AnswerLink, *, token: str, at: datetime | None = None) -> None:
    """Take back what this very link said; it stays used. Raises Conflict for anything else."""
    answer = answer_about(link.organisation, link.other)
    if answer is None or not link.may_have_said(answer) or not was_used(token):
        raise Conflict(_("There is no answer left to undo."), code="nothing_to_undo")
    undo_answer(link.organisation, other=link.other, by=link.user, via="mail", at=at)
