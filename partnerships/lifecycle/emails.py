"""The messages of this room, one function each; templates under `partnerships/lifecycle/emails/`.

Each tells the people who answer for the partners (owners and editors) and the facilitator, except
whoever did the deed. The keys name the occasion, so that a deed told twice is mailed once.
"""

from typing import Any

from partnerships.lifecycle.enums import Stage
from partnerships.lifecycle.models import Partner, Partnership
from partnerships.organisations.access import members_to_tell
from partnerships.organisations.models import Organisation
from phare_platform.accounts.models import User
from phare_platform.outbox.enums import MessageKind
from phare_platform.outbox.services import queue_message


def send_opened(partnership: Partnership, *, by: User | None) -> None:
    """Tell the partners who had agreed, and the facilitator, that their partnership is open."""
    _send(partnership, "opened", people_to_tell(partnership), by=by)


def send_invited(
    partnership: Partnership, *, by: User | None, organisation: Organisation | None = None
) -> None:
    """Ask invited organisations (or the one given) whether they agree."""
    waiting = Partner.objects.filter(partnership=partnership, left_at=None, agreed_at=None)
    if organisation:
        waiting = waiting.filter(organisation=organisation)
    for partner in waiting.select_related("organisation").order_by("pk"):
        _send(
            partnership,
            "invited",
            members_to_tell(partner.organisation),
            by=by,
            occasion=f"{partner.pk}-{partner.joined_at:%Y%m%d%H%M%S}",
            organisation=partner.organisation,
        )


def send_joined(partnership: Partnership, *, organisation: Organisation, by: User | None) -> None:
    """Tell the others that an invited organisation has agreed."""
    mine = {user.pk for user in members_to_tell(organisation)}
    others = [user for user in people_to_tell(partnership) if user.pk not in mine]
    _send(
        partnership,
        "joined",
        others,
        by=by,
        occasion=str(organisation.pk),
        organisation=organisation,
    )


def send_moved(partnership: Partnership, *, by: User | None) -> None:
    """Tell everyone the stage the partnership has come to, or that it is over and why.

    Of the stage “evaluate” only the facilitator is told here: the partners are asked to answer
    the questionnaire in a message of its own.
    """
    people = people_to_tell(partnership, invited=True)
    if partnership.stage == Stage.EVALUATE:
        people = [user for user in people if user.pk == partnership.facilitator_id]
    _send(
        partnership,
        "moved" if partnership.is_running else "finished",
        people,
        by=by,
        occasion=str(partnership.version),
    )


def people_to_tell(partnership: Partnership, *, invited: bool = False) -> list[User]:
    """Who answers for today's partners, and the facilitator; with `invited`, those asked too."""
    partners = Partner.objects.filter(partnership=partnership, left_at=None)
    if not invited:
        partners = partners.exclude(agreed_at=None)
    people = {
        user.pk: user
        for partner in partners.select_related("organisation").order_by("pk")
        for user in members_to_tell(partner.organisation)
    }
    facilitator = partnership.facilitator
    if facilitator and facilitator.is_active:
        people.setdefault(facilitator.pk, facilitator)
    return list(people.values())


def _send(
    partnership: Partnership,
    name: str,
    people: list[User],
    *,
    by: User | None,
    occasion: str = "",
    **context: Any,
) -> None:
    for user in people:
        if by is None or user.pk != by.pk:
            queue_message(
                key=f"partnership-{name}:{partnership.pk}:{occasion}:{user.pk}",
                kind=MessageKind.PARTNERSHIP,
                template=f"partnerships/lifecycle/emails/{name}",
                context={
                    "partnership": partnership,
                    "path": partnership.get_absolute_url(),
                    "by": by,
                    **context,
                },
                to=user,
                unsubscribe=True,
            )
