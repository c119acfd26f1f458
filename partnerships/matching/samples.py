"""What the mails of this room look like, one line each.

A digest tells of the organisation's own suggestions, as far as there are any.
"""

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from partnerships.lifecycle.samples import partnership_of
from partnerships.matching import emails
from partnerships.matching.models import Digest, Introduction, Policy
from partnerships.matching.queries.board import policy_of
from partnerships.matching.queries.digests import untold_suggestions
from partnerships.matching.queries.explained import Suggestion, explained
from partnerships.matching.queries.suggestions import shortlist_of, suggested_to
from partnerships.matching.rules.introductions import LASTS, ordered_pair
from partnerships.organisations.models import Organisation
from partnerships.organisations.samples import AID, MOBILITY, Stage, invent_organisation
from phare_platform.outbox.composing import Sample
from phare_platform.outbox.enums import MessageKind
from phare_platform.outbox.services import queue_many

FOLDER = "partnerships/matching/emails"
SHOWN = 3  # suggestions in a sample


def suggestions_for(stage: Stage) -> list[Suggestion]:
    """What the next digest would tell; else the head of the list; else an invented partner."""
    now = timezone.now()
    if fresh := untold_suggestions([stage.us], most={stage.us.pk: SHOWN}, now=now):
        return fresh[stage.us.pk]
    shortlist = shortlist_of(stage.us)
    others = list(suggested_to(stage.us, shortlist, now=now)[:SHOWN]) or _invented(stage)
    policy = policy_of(shortlist) or Policy.objects.create(name="sample")
    return explained(stage.us, others, policy=policy, rarely_shown=shortlist.rarely_shown)


def _invented(stage: Stage) -> list[Organisation]:
    other = invent_organisation(
        "Atelier Roue Libre (exemple)", type="sme", acts=MOBILITY, seeks=AID
    )
    return [stage.them, other]


def _digest(stage: Stage) -> None:
    suggestions = suggestions_for(stage)
    stage.person.language = (get_language() or stage.person.language)[:2]
    draft = emails.digest_draft(
        Digest(organisation=stage.us, slot="sample", told_count=len(suggestions)),
        organisation=stage.us,
        person=stage.person,
        suggestions=suggestions,
        not_before=timezone.now(),
    )
    queue_many([draft], kind=MessageKind.DIGEST, campaign="sample")


def introduction_of(stage: Stage) -> Introduction:
    """An introduction of the two sides, to which ours has said yes."""
    sides = {stage.us.pk: stage.us, stage.them.pk: stage.them}
    first, second = ordered_pair(*sides)
    now = timezone.now()
    ours = "first" if first == stage.us.pk else "second"
    return Introduction.objects.create(
        first=sides[first],
        second=sides[second],
        expires_at=now + LASTS,
        **{f"{ours}_accepted_at": now},
    )


def _accepted(stage: Stage) -> None:
    introduction = introduction_of(stage)
    introduction.partnership = partnership_of(stage)
    emails.send_introduction_accepted(introduction)


SAMPLES = [
    Sample(f"{FOLDER}/digest", _("new suggestions"), _digest),
    Sample(f"{FOLDER}/introduction", _("introduction: both are interested"),
           lambda stage: emails.send_introduction(introduction_of(stage))),
    Sample(f"{FOLDER}/introduction_accepted", _("introduction: both sides say yes"), _accepted),
    Sample(f"{FOLDER}/introduction_half_accepted", _("introduction: the other side says yes"),
           lambda stage: emails.send_introduction_half_accepted(
               introduction_of(stage), waiting_for=stage.us)),
    Sample(f"{FOLDER}/introduction_declined", _("introduction: the other side declines"),
           lambda stage: emails.send_introduction_declined(introduction_of(stage), to=stage.us)),
    Sample(f"{FOLDER}/introduction_expired", _("introduction: no answer in time"),
           lambda stage: emails.send_introduction_expired(introduction_of(stage))),
]  # fmt: skip
