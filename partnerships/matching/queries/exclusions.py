"""Pairs of organisations that must not be suggested to each other."""

from collections import defaultdict
from collections.abc import Collection
from itertools import combinations

from django.db.models import Q

from partnerships.lifecycle.models import Partner, Partnership
from partnerships.matching.enums import AnswerKind, IntroductionState
from partnerships.matching.models import Introduction, SuggestionAnswer

Pair = tuple[int, int]


def exclusions(pks: Collection[int] | None = None) -> set[Pair]:
    """Pairs of ids, the smaller first; of everyone, or only those that touch one of `pks`.

    Excluded are partners in a partnership that is running, pairs of which one side declined the
    other, and pairs that are being introduced or whose introduction was accepted. Three queries.
    """
    return _partners(pks) | _declined(pks) | _introduced(pks)


def _partners(pks: Collection[int] | None) -> set[Pair]:
    present = Partner.objects.filter(left_at=None, partnership__in=Partnership.objects.running())
    if pks is not None:
        theirs = present.filter(organisation__in=pks)
        present = present.filter(partnership__in=theirs.values("partnership"))
    members: dict[int, list[int]] = defaultdict(list)
    for partnership, organisation in present.values_list("partnership_id", "organisation_id"):
        members[partnership].append(organisation)
    return {pair for together in members.values() for pair in combinations(sorted(together), 2)}


def _declined(pks: Collection[int] | None) -> set[Pair]:
    answers = SuggestionAnswer.objects.filter(kind=AnswerKind.DECLINED)
    if pks is not None:
        answers = answers.filter(Q(organisation__in=pks) | Q(other__in=pks))
    rows = answers.values_list("organisation_id", "other_id")
    return {(min(pair), max(pair)) for pair in rows}


def _introduced(pks: Collection[int] | None) -> set[Pair]:
    states = [IntroductionState.OPEN, IntroductionState.ACCEPTED]
    introductions = Introduction.objects.filter(state__in=states)
    if pks is not None:
        introductions = introductions.filter(Q(first__in=pks) | Q(second__in=pks))
    return set(introductions.values_list("first_id", "second_id"))
