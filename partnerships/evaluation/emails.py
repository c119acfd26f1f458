"""The messages of this room; templates under `partnerships/evaluation/emails/`."""

from django.urls import reverse

from partnerships.evaluation.models import Evaluation
from partnerships.lifecycle.emails import people_to_tell
from partnerships.lifecycle.models import Partner
from partnerships.organisations.access import members_to_tell
from phare_platform.accounts.models import User
from phare_platform.outbox.enums import MessageKind
from phare_platform.outbox.services import queue_message


def send_opened(evaluation: Evaluation) -> None:
    """Ask those who answer for each partner to fill in the questionnaire, with the link."""
    partners = Partner.objects.filter(partnership=evaluation.partnership, left_at=None)
    told = {
        user.pk: user
        for partner in partners.select_related("organisation").order_by("pk")
        for user in members_to_tell(partner.organisation)
    }
    for user in told.values():
        _send(evaluation, "opened", "partnerships:evaluation_answer", user)


def send_complete(evaluation: Evaluation, *, by: User | None) -> None:
    """Tell the partners and the facilitator that the scores can be read together."""
    for user in people_to_tell(evaluation.partnership):
        if by is None or user.pk != by.pk:
            _send(evaluation, "complete", "partnerships:evaluation", user)


def _send(evaluation: Evaluation, name: str, page: str, user: User) -> None:
    queue_message(
        key=f"evaluation-{name}:{evaluation.pk}:{user.pk}",
        kind=MessageKind.EVALUATION,
        template=f"partnerships/evaluation/emails/{name}",
        context={
            "partnership": evaluation.partnership,
            "path": reverse(page, args=[evaluation.partnership_id]),
        },
        to=user,
        unsubscribe=True,
    )
