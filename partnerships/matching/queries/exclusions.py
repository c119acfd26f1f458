"""Pairs of organisations that must not be suggested to each other."""

from collections import defaultdict
from collections.abc import Collection
from itertools import combinations

import numpy as np
from django.db.models import F, Q, QuerySet

from partnerships.lifecycle.models import Partner, Partnership
from partnerships.matching.enums import AnswerKind, IntroductionState
from partnerships.matching.models import Introduction, SuggestionAnswer
from partnerships.matching.queries.blocks import Array, pairs_of

Pair = tuple[int, int]


def exclusions(pks: Collection[int] | None = None) -> set[Pair]:
    """Pairs of ids, the smaller first; of everyone, or only those that touch one of `pks`.

    Excluded are partners in a partnership that is running, pairs of which one side declined the
    other, and pairs that are being introduced or whose introduction was accepted. Three queries.
    """
    return _partners(pks) | _declined(pks) | _introduced(pks)


def excluded_pairs(pks: Collection[int] | None = None) -> Array:
    """`exclusions` as a table of two columns of ids, in any order, some pairs several times."""
    if pks is not None:
        return np.array(sorted(exclusions(pks)), np.int64).reshape(-1, 2)
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
    states = [IntroductionState.OPEN, IntroductionState.ACCEPTED]
    return Introduction.objects.filter(state__in=states)


def _partners(pks: Collection[int] | None) -> set[Pair]:
    present = _present()
    if pks is not None:
        theirs = present.filter(organisation__in=pks)
        present = present.filter(partnership__in=theirs.values("partnership"))
    members: dict[int, list[int]] = defaultdict(list)
    for partnership, organisation in present.values_list("partnership_id", "organisation_id"):
        members[partnership].append(organisation)
    return {pair for together in members.values() for pair in combinations(sorted(together), 2)}


def _declined(pks: Collection[int] | None) -> set[Pair]:
    answers = _answers()
    if pks is not None:
        answers = answers.filter(Q(organisation__in=pks) | Q(other__in=pks))
    rows = answers.values_list("organisation_id", "other_id")
    return {(min(pair), max(pair)) for pair in rows}


def _introduced(pks: Collection[int] | None) -> set[Pair]:
    introductions = _introductions()
    if pks is not None:
        introductions = introductions.filter(Q(first__in=pks) | Q(second__in=pks))
    return set(introductions.values_list("first_id", "second_id"))
