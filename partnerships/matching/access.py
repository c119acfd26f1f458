"""Who may see and answer suggestions and introductions.

Policies are the platform team's. Which organisations are suggested nobody is for the facilitators
and the team, who can do something about it.
Suggestions belong to an organisation: its members see them, its owners and editors answer them.
An introduction belongs to its two organisations and to nobody else; contacts show when both accept;
the platform team reads its state in the admin, never the contacts.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest

from partnerships.matching.enums import AnswerKind
from partnerships.matching.models import Introduction, SuggestionAnswer
from partnerships.organisations.access import (
    can_edit,
    current_organisation,
    organisations_of,
    visible_to,
)
from partnerships.organisations.enums import Status
from partnerships.organisations.models import Organisation, OrganisationQuerySet
from phare_platform.accounts.models import User
from phare_platform.lib.signing import LinkInvalid, make_token, read_token

ANSWER_LINK = "suggestion-answer"  # purpose of the signed link


def can_manage_policies(user: Any) -> bool:
    """True for the platform team, who create, compare and activate policies."""
    return bool(user.is_authenticated and user.is_active and user.is_staff)


def can_see_obstacles(user: Any) -> bool:
    """True for facilitators and the team, who help organisations that are suggested nobody."""
    return bool(user.is_authenticated and (user.is_facilitator or user.is_staff))


def unmatched_visible_to(user: Any) -> OrganisationQuerySet:
    """The organisations whose obstacles this person may see; none for most.

    Facilitators have no territory of their own: they may look through all organisations whose
    profile they may read. Closed ones are nobody's business any more.
    """
    if not can_see_obstacles(user):
        return Organisation.objects.none()
    return visible_to(user).exclude(status=Status.CLOSED)


def introductions_visible_to(user: Any, *, to: str = "read") -> QuerySet[Introduction]:
    """The introductions of the organisations for which this person may `read` or `edit`."""
    mine = organisations_of(user, to=to).values("pk")
    return Introduction.objects.filter(Q(first__in=mine) | Q(second__in=mine))


def get_introduction(user: Any, pk: int, *, to: str = "read") -> Introduction:
    """The introduction that this person may `read` or answer (`edit`); raises Http404 otherwise."""
    found = introductions_visible_to(user, to=to).filter(pk=pk)
    introduction = found.select_related("first__home", "second__home", "partnership").first()
    if introduction is None:
        raise Http404
    return introduction


def sides_of(
    user: Any, introduction: Introduction, *, to: str = "read"
) -> tuple[Organisation, ...]:
    """The sides of an introduction for which this person may `read` or `edit`: one, or both."""
    pair = (introduction.first, introduction.second)
    mine = set(
        organisations_of(user, to=to)
        .filter(pk__in=[organisation.pk for organisation in pair])
        .values_list("pk", flat=True)
    )
    return tuple(organisation for organisation in pair if organisation.pk in mine)


def reading_side(request: HttpRequest, introduction: Introduction) -> Organisation:
    """The side from which the person reads: the current organisation, else the first of theirs."""
    sides = sides_of(request.user, introduction)
    current = current_organisation(request)
    return current if current in sides and current is not None else sides[0]


@dataclass(frozen=True)
class AnswerLink:
    """What a link in a message lets its bearer do: one answer, for one organisation, as one person.

    `slot` is that of the digest that carries it. It may be used once, and undone; nothing else.
    """

    organisation: Organisation
    other: Organisation
    user: User
    kind: AnswerKind
    slot: str = ""

    def may_have_said(self, answer: SuggestionAnswer) -> bool:
        """True when this person gave this answer with this link, if the link was used.

        A no is kept as `later` where its reason passes with time; it alone has a reason.
        """
        said = AnswerKind.DECLINED if answer.reason else answer.kind
        return said == self.kind and answer.answered_by_id == self.user.pk


def make_answer_token(link: AnswerLink) -> str:
    """The signed token of a link; it says who, about whom and what, never anything secret."""
    who = [link.organisation.pk, link.other.pk, link.user.pk]
    return make_token(ANSWER_LINK, [*who, link.kind.value, link.slot])


def read_answer_token(token: str) -> AnswerLink:
    """The link behind a token, if the person may still answer for the organisation.

    Raises LinkExpired when it is too old; LinkInvalid when it was not made by us, was altered, or
    when the person has left the organisation since, may no longer write in its name, or is gone.
    """
    ours, theirs, person, kind, slot = read_token(ANSWER_LINK, token)
    user = User.objects.filter(pk=person, is_active=True).first()
    sides = Organisation.objects.select_related("home").in_bulk([ours, theirs])
    organisation, other = sides.get(ours), sides.get(theirs)
    if user is None or organisation is None or other is None or not can_edit(user, organisation):
        raise LinkInvalid
    return AnswerLink(organisation, other, user, AnswerKind(kind), slot)
