"""One function per message: digests of suggestions, and what happens to introductions."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from partnerships.matching.access import AnswerLink, make_answer_token
from partnerships.matching.enums import AnswerKind
from partnerships.matching.models import Digest, Introduction
from partnerships.matching.queries import phrases
from partnerships.matching.queries.digests import department_of
from partnerships.matching.queries.explained import Suggestion
from partnerships.matching.queries.introductions import contact_of
from partnerships.organisations.access import members_to_introduce
from partnerships.organisations.models import Organisation
from phare_platform.accounts.models import User
from phare_platform.lib.rose.pixels import picture_name
from phare_platform.lib.signing import ANSWER_DAYS
from phare_platform.outbox.enums import MessageKind
from phare_platform.outbox.services import Draft, preferences_url, queue_message, unsubscribe_url
from phare_platform.outbox.stencils import render_often

FOLDER = "partnerships/matching/emails"
MOST_DOMAINS = 3  # in the words for a picture


def digest_draft(
    digest: Digest,
    *,
    organisation: Organisation,
    person: User,
    suggestions: Sequence[Suggestion],
    not_before: datetime,
) -> Draft:
    """The message that tells this person of these suggestions, not written anywhere yet.

    Its links are the person's own: what is answered through them is answered in his or her name.
    """
    unsubscribe = unsubscribe_url(person.email, MessageKind.DIGEST)
    with translation.override(person.language):
        context = {
            **digest_context(organisation, suggestions, person=person, slot=digest.slot),
            "unsubscribe_url": unsubscribe,
        }
    return Draft(
        key=digest_key(organisation, person, digest.slot),
        to=person.email,
        recipient=person,
        rendered=render_often(f"{FOLDER}/digest", context, language=person.language),
        language=person.language,
        unsubscribe_link=unsubscribe,
        not_before=not_before,
        territory=department_of(organisation),
    )


def digest_key(organisation: Organisation, person: User, slot: str) -> str:
    """What names the digest of an organisation and week to one person."""
    return f"digest:{organisation.pk}:{person.pk}:{slot}"


def digest_context(
    organisation: Organisation, suggestions: Sequence[Suggestion], *, person: User, slot: str
) -> dict[str, Any]:
    """What the templates of the digest say, in plain strings of the language in force."""
    preferences = preferences_url(person)
    entries = [_entry(suggestion, person, slot) for suggestion in suggestions]
    return {
        "person": person.display_name,
        "organisation": organisation.name,
        "headline": suggestions[0].headline,
        "first_reason": entries[0]["reason"],
        "others_count": len(suggestions) - 1,
        "entries": entries,
        "days": ANSWER_DAYS,
        "all_url": _absolute("partnerships:suggestions"),
        "preferences_url": preferences,
        "pause_url": f"{preferences}?pause={organisation.pk}",
    }


def answer_url(link: AnswerLink) -> str:
    """The absolute, signed address that offers this answer."""
    return _pattern_of_links(settings.SITE_URL).format(make_answer_token(link))


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


def _entry(suggestion: Suggestion, person: User, slot: str) -> dict[str, Any]:
    other, meeting, reason = suggestion.other, suggestion.meeting, suggestion.reason
    urls = {
        kind.value: answer_url(AnswerLink(suggestion.organisation, other, person, kind, slot))
        for kind in AnswerKind
    }
    return {
        "name": other.name,
        "kind": str(other.get_type_display()),
        "home": other.home.name,
        "nearness": suggestion.nearness,
        "score": str(suggestion.score),
        "rose": f"cid:{picture_name(suggestion.their_rays, suggestion.our_strokes, meeting)}",
        "rose_alt": _alt(suggestion, meeting),
        "reason": reason.text,
        "reason_html": reason.html,
        **urls,
    }


def _alt(suggestion: Suggestion, meeting: Sequence[int]) -> str:
    """What the two roses show, for who does not see them."""
    if not meeting:
        return _("The rose of %(name)s and yours") % {"name": suggestion.other.name}
    domains = phrases.listed([phrases.domain(number) for number in meeting[:MOST_DOMAINS]])
    text = _("The rose of %(name)s and yours: you meet on %(domains)s")
    return text % {"name": suggestion.other.name, "domains": domains}


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
    for person in members_to_introduce(us):
        queue_message(
            key=f"{name}:{introduction.pk}:{us.pk}:{person.pk}",
            kind=MessageKind.INTRODUCTION,
            template=f"{FOLDER}/{name}",
            context=context,
            to=person,
            campaign=name,
        )


@cache
def _pattern_of_links(site: str) -> str:
    """The address of an answer with `{}` for its token; asking for each would take a while."""
    return site + reverse("partnerships:suggestion_link", args=["TOKEN"]).replace("TOKEN", "{}")


def _absolute(name: str, *args: object) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=args)}"
