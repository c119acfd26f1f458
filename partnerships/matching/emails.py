"""One function per message: digests of suggestions, and what happens to introductions."""

from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse

from partnerships.matching.access import AnswerLink, make_answer_token
from partnerships.matching.enums import AnswerKind
from partnerships.matching.models import Digest, Introduction
from partnerships.matching.queries.explained import Suggestion
from partnerships.matching.queries.introductions import contact_of
from partnerships.organisations.access import members_to_tell
from partnerships.organisations.models import Organisation
from phare_platform.accounts.models import User
from phare_platform.lib.signing import ANSWER_DAYS
from phare_platform.outbox.enums import MessageKind
from phare_platform.outbox.services import queue_message

FOLDER = "partnerships/matching/emails"


class Entry(NamedTuple):
    """A suggestion in a message, with the three links that answer it."""

    suggestion: Suggestion
    interested: str
    later: str
    declined: str


def send_digest(digest: Digest, *, suggestions: Sequence[Suggestion], to: Sequence[User]) -> int:
    """Tell these people of their organisation's new suggestions; returns how many messages.

    Each gets links of their own: what is answered through them is answered in their name. Every
    sentence is made while the message is rendered, so it is in the reader's language.
    """
    queued = 0
    for person in to:
        message = queue_message(
            key=f"digest:{digest.organisation_id}:{digest.slot}:{person.pk}",
            kind=MessageKind.DIGEST,
            template=f"{FOLDER}/digest",
            context={
                "organisation": digest.organisation,
                "entries": [_entry(suggestion, person) for suggestion in suggestions],
                "first": suggestions[0],
                "others_count": len(suggestions) - 1,
                "days": ANSWER_DAYS,
                "all_url": _absolute("partnerships:suggestions"),
                "settings_url": _absolute("partnerships:organisation_edit", digest.organisation_id),
            },
            to=person,
            unsubscribe=True,
        )
        queued += message is not None
    return queued


def answer_url(link: AnswerLink) -> str:
    """The absolute, signed address that offers this answer."""
    return _absolute("partnerships:suggestion_link", make_answer_token(link))


def send_introduction(introduction: Introduction) -> None:
    """Tell both sides that they are introduced; contacts come once both have said yes."""
    for us, them in _both_ways(introduction):
        _tell(introduction, "introduction", us=us, them=them)


def send_introduction_accepted(introduction: Introduction) -> None:
    """Tell both sides that their partnership is open, each with the other's contacts."""
    for us, them in _both_ways(introduction):
        _tell(
            introduction,
            "introduction_accepted",
            us=us,
            them=them,
            contact=contact_of(them),
            partnership=introduction.partnership,
        )


def send_introduction_half_accepted(
    introduction: Introduction, *, waiting_for: Organisation
) -> None:
    """Tell a side that the other has said yes and waits for it."""
    us = waiting_for
    _tell(introduction, "introduction_half_accepted", us=us, them=_opposite(introduction, us))


def send_introduction_declined(introduction: Introduction, *, to: Organisation) -> None:
    """Tell a side that the other has declined; the reason stays private."""
    _tell(introduction, "introduction_declined", us=to, them=_opposite(introduction, to))


def send_introduction_expired(introduction: Introduction) -> None:
    """Tell a side that had said yes that the other never answered."""
    for us, them in _both_ways(introduction):
        accepted = introduction.first_accepted_at
        if us == introduction.second:
            accepted = introduction.second_accepted_at
        if accepted:
            _tell(introduction, "introduction_expired", us=us, them=them)


def _entry(suggestion: Suggestion, person: User) -> Entry:
    urls = {
        kind: answer_url(AnswerLink(suggestion.organisation, suggestion.other, person, kind))
        for kind in AnswerKind
    }
    return Entry(
        suggestion,
        interested=urls[AnswerKind.INTERESTED],
        later=urls[AnswerKind.LATER],
        declined=urls[AnswerKind.DECLINED],
    )


def _both_ways(introduction: Introduction) -> list[tuple[Organisation, Organisation]]:
    first, second = introduction.first, introduction.second
    return [(first, second), (second, first)]


def _opposite(introduction: Introduction, organisation: Organisation) -> Organisation:
    return introduction.second if organisation == introduction.first else introduction.first


def _tell(
    introduction: Introduction,
    name: str,
    *,
    us: Organisation,
    them: Organisation,
    **more: object,
) -> None:
    context = {
        "introduction": introduction,
        "us": us,
        "them": them,
        **more,
        "url": _absolute("partnerships:introduction", introduction.pk),
        "talk_url": _absolute("partnerships:conversation", introduction.pk),
        "suggestions_url": _absolute("partnerships:suggestions"),
    }
    for person in members_to_tell(us):
        queue_message(
            key=f"{name}:{introduction.pk}:{us.pk}:{person.pk}",
            kind=MessageKind.INTRODUCTION,
            template=f"{FOLDER}/{name}",
            context=context,
            to=person,
            campaign=name,
        )


def _absolute(name: str, *args: object) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=args)}"
