"""Who may read and write a conversation: the members of its two organisations, and nobody else.

Neither facilitators nor the platform team read what two organisations write to each other. Members
read; owners and editors write. A link in a mail lets its reader reply once, signed-out.
"""

import hashlib
from dataclasses import dataclass

from partnerships.conversations.rules import LINK_DAYS
from partnerships.matching.models import Introduction
from partnerships.organisations.access import can_edit
from partnerships.organisations.models import Organisation
from phare_platform.accounts.models import User
from phare_platform.lib.signing import LinkInvalid, make_token, read_token

REPLY_LINK = "conversation-reply"  # purpose of the signed link


@dataclass(frozen=True)
class ReplyLink:
    """What a link in a mail lets its bearer do: read what came after `after`, and reply once."""

    introduction: Introduction
    organisation: Organisation
    user: User
    after: int

    @property
    def other(self) -> Organisation:
        """The side that wrote."""
        sides = (self.introduction.first, self.introduction.second)
        return sides[0] if sides[1].pk == self.organisation.pk else sides[1]

    @property
    def mail_key(self) -> str:
        """The key of the mail that carries this link: one for each time they had read all."""
        return mail_key(self.introduction, self.organisation, self.user, after=self.after)

    @property
    def key(self) -> str:
        """The key of the one message that may be written with this link."""
        return hashlib.sha256(self.mail_key.encode()).hexdigest()


def mail_key(
    introduction: Introduction, organisation: Organisation, user: User, *, after: int
) -> str:
    """The key of the mail that tells this person of what came after the message `after`."""
    return f"conversation:{introduction.pk}:{organisation.pk}:{after}:{user.pk}"


def make_reply_token(link: ReplyLink) -> str:
    """The signed token of a link; it says who, where and since when, nothing secret."""
    payload = {
        "introduction": link.introduction.pk,
        "organisation": link.organisation.pk,
        "user": link.user.pk,
        "after": link.after,
    }
    return make_token(REPLY_LINK, payload)


def read_reply_token(token: str) -> ReplyLink:
    """The link behind a token, if the person may still write for the organisation.

    Raises LinkExpired when it is too old; LinkInvalid when it was not made by us, was altered, or
    when the person has left the organisation since, may no longer write in its name, or is gone.
    """
    payload = read_token(REPLY_LINK, token, days=LINK_DAYS)
    user = User.objects.filter(pk=payload["user"], is_active=True).first()
    introduction = (
        Introduction.objects.filter(pk=payload["introduction"])
        .select_related("first", "second", "partnership")
        .first()
    )
    if user is None or introduction is None:
        raise LinkInvalid
    sides = {side.pk: side for side in (introduction.first, introduction.second)}
    organisation = sides.get(payload["organisation"])
    if organisation is None or not can_edit(user, organisation):
        raise LinkInvalid
    return ReplyLink(introduction, organisation, user, payload["after"])
