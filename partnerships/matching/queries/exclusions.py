"""Pairs of organisations that must not be suggested to each other."""

from collections.abc import Collection

import numpy as np
from django.db.models import F, QuerySet

from partnerships.lifecycle.enums import Stage
from partnerships.lifecycle.models import Partner, Partnership
from partnerships.matching.enums import AnswerKind, IntroductionState
from partnerships.matching.models import Introduction, SuggestionAnswer
from partnerships.matching.queries.blocks import Array, asked, pairs_of

Pair = tuple[int, int]
INTRODUCED = [IntroductionState.OPEN, IntroductionState.ACCEPTED]
OVER = [Stage.CLOSED, Stage.ENDED]
# Whom each of some organisations must not be suggested to; the same as the querysets below say.
OF_SOME = """
SELECT organisation_id, other_id FROM partnerships_suggestionanswer
WHERE kind = %(declined)s::text AND organisation_id = ANY(%(pks)s::bigint[])
UNION ALL
SELECT other_id, organisation_id FROM partnerships_suggestionanswer
WHERE kind = %(declined)s::text AND other_id = ANY(%(pks)s::bigint[])
UNION ALL
SELECT first_id, second_id FROM partnerships_introduction
WHERE state = ANY(%(introduced)s::text[]) AND first_id = ANY(%(pks)s::bigint[])
UNION ALL
SELECT second_id, first_id FROM partnerships_introduction
WHERE state = ANY(%(introduced)s::text[]) AND second_id = ANY(%(pks)s::bigint[])
UNION ALL
SELECT one.organisation_id, other.organisation_id
FROM partnerships_partner one
JOIN partnerships_partner other USING (partnership_id)
JOIN partnerships_partnership together ON together.id = partnership_id
WHERE one.organisation_id = ANY(%(pks)s::bigint[]) AND one.left_at IS NULL AND other.left_at IS NULL
  AND one.id <> other.id AND stage <> ALL(%(over)s::text[])
"""


def excluded_with(pks: Collection[int]) -> dict[int, set[int]]:
    """Whom each of these organisations must not be suggested to. One query.

    These are partners in a partnership that is running, those of whom one side declined the
    other, and those that are being introduced or whose introduction was accepted.
    """
    values = {
        "pks": list(pks),
        "declined": AnswerKind.DECLINED.value,
        "introduced": [state.value for state in INTRODUCED],
        "over": [stage.value for stage in OVER],
    }
    excluded: dict[int, set[int]] = {pk: set() for pk in pks}
    for one, other in asked(OF_SOME, values):
        excluded[one].add(other)
    return excluded


def exclusions() -> set[Pair]:
    """All pairs of ids that must not be suggested to each other, the smaller first."""
    return {(min(pair), max(pair)) for pair in excluded_pairs().tolist()}


def excluded_pairs() -> Array:
    """The same as a table of two columns of ids, in any order, some pairs several times."""
    present, fellow = _present(), "partnership__partners"
    partners = present.filter(
        **{f"{fellow}__left_at": None, f"{fellow}__organisation__gt": F("organisation")}
    ).values_list("organisation_id", f"{fellow}__organisation_id")
    answered = _answers().values_list("organisation_id", "other_id")
    introduced = _introductions().values_list("first_id", "second_id")
    return np.concatenate([pairs_of(some) for some in (partners, answered, introduced)])


def _present() -> QuerySet[Partner]:
    return Partner.objects.filter(left_at=None, partnership__in=Partnership.objects.running())


def _answers() -> QuerySet[SuggestionAnswer]:
    return SuggestionAnswer.objects.filter(kind=AnswerKind.DECLINED)


def _introductions() -> QuerySet[Introduction]:
    return Introduction.objects.filter(state__in=INTRODUCED)
