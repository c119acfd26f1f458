"""One organisation's list after it changed, and the lists of others that it enters or leaves."""

from collections.abc import Mapping, Sequence

import numpy as np
from django.db import connection, transaction

from partnerships.matching.engine import Engine
from partnerships.matching.models import Policy, SuggestionList
from partnerships.matching.queries import load_columns, weights_of
from partnerships.matching.rules import Match
from partnerships.matching.rules.keeping import kept_list
from partnerships.matching.services.obstacles import note_changed_lists, note_obstacles_of
from partnerships.matching.services.policies import ensure_policy
from partnerships.matching.services.sharing import ask_to_share_places
from partnerships.matching.services.storing import (
    Written,
    alone,
    database_time,
    matches_in,
    shown_in,
    write_lists,
)
from partnerships.organisations.enums import Status
from partnerships.organisations.models import Organisation
from phare_platform.trace.services import leave_trace

# Lists that name or show it, and lists with room for it or whose last entry it may overtake.
TOUCHED = """
SELECT list.* FROM partnerships_suggestionlist list
LEFT JOIN unnest(%(others)s::bigint[], %(points)s::int[]) AS match(other, points)
       ON match.other = list.organisation_id
WHERE list.policy_id = %(policy)s AND list.organisation_id <> %(organisation)s
  AND (%(organisation)s = ANY(list.partners) OR %(organisation)s = ANY(list.shown)
       OR cardinality(list.partners) < %(length)s AND match.other IS NOT NULL
       OR list.points[cardinality(list.points)] <= match.points)
ORDER BY list.organisation_id FOR UPDATE OF list
"""


@transaction.atomic
def refresh_organisation(organisation: Organisation) -> int:
    """Compute one organisation's list anew, and correct every list that it enters or leaves.

    Afterwards all lists are as a refresh of everyone would make them, as far as this organisation
    goes. One that is no longer active loses its list and its place in those of others. Lists made
    with another policy are left to the next refresh of everyone. Changes of several organisations
    are worked out one after the other. What is shown is provisional until a job has shared the
    places anew (`share_places`). Returns how many lists of others were written.
    """
    with connection.cursor() as cursor:
        alone(cursor)
    at = database_time()
    policy = ensure_policy()
    organisation = Organisation.objects.get(pk=organisation.pk)
    matches: list[Match] = []
    if organisation.status == Status.ACTIVE:
        matches = _matches_of(organisation, policy)
        own = {organisation.pk: _own_list(organisation, matches, policy)}
        write_lists(own, policy=policy, at=at)
    else:
        SuggestionList.objects.filter(organisation=organisation).delete()
    touched = _correct_others(organisation, matches, policy)
    note_obstacles_of([organisation.pk])
    ask_to_share_places()
    leave_trace(
        "matching.refresh_organisation",
        organisation,
        by=None,
        suggestions=len(matches[: policy.list_length]),
        others=touched,
    )
    return touched


def _matches_of(organisation: Organisation, policy: Policy) -> list[Match]:
    columns = load_columns([organisation.pk])
    return Engine(columns, weights_of(policy)).one(organisation.pk)


def _correct_others(organisation: Organisation, matches: list[Match], policy: Policy) -> int:
    """Correct the lists of others; returns how many changed."""
    found = {match.other: Match(organisation.pk, match.points) for match in matches}
    changed: dict[int, Written] = {}
    unsure: list[SuggestionList] = []
    for stored in _touched_lists(organisation, matches, policy):
        pk, current = stored.pk, matches_in(stored)
        kept = kept_list(current, organisation.pk, found.get(pk), policy.list_length)
        if kept is None:
            unsure.append(stored)
            continue
        written = _still_shown(stored, kept, organisation, found.get(pk))
        if kept != current or written.shown != shown_in(stored):
            changed[pk] = written
    anew = _computed_anew([stored.pk for stored in unsure], policy)
    for stored in unsure:
        found_anew = anew.get(stored.pk, [])  # none: it has just left, and its list goes with it
        changed[stored.pk] = _still_shown(stored, found_anew, organisation, found.get(stored.pk))
    write_lists(changed, policy=policy)
    note_changed_lists({pk: written.matches for pk, written in changed.items()})
    return len(changed)


def _own_list(organisation: Organisation, matches: list[Match], policy: Policy) -> Written:
    """The new list, still showing whoever it showed that fits; where nobody does, its head."""
    entries = matches[: policy.list_length]
    stored = SuggestionList.objects.filter(pk=organisation.pk).first()
    points = {match.other: match.points for match in matches}
    before = stored.shown if stored else []
    kept = [pk for pk in before if pk in points]
    if stored is None or not kept:
        return Written(entries, entries[: policy.places])
    reserved = set(before[len(before) - stored.reserved_count :])
    return Written(
        entries, [Match(pk, points[pk]) for pk in kept], len(reserved.intersection(kept))
    )


def _still_shown(
    stored: SuggestionList,
    matches: Sequence[Match],
    organisation: Organisation,
    found: Match | None,
) -> Written:
    """Another's new list, showing whom it showed, but `organisation` only if it still fits."""
    shown, reserved = shown_in(stored), stored.reserved_count
    if organisation.pk not in stored.shown:
        return Written(matches, shown, reserved)
    place = stored.shown.index(organisation.pk)
    if found:
        return Written(matches, [*shown[:place], found, *shown[place + 1 :]], reserved)
    reserved -= place >= len(shown) - reserved
    return Written(matches, shown[:place] + shown[place + 1 :], reserved)


def _touched_lists(
    organisation: Organisation, matches: list[Match], policy: Policy
) -> list[SuggestionList]:
    values = {
        "organisation": organisation.pk,
        "policy": policy.pk,
        "length": policy.list_length,
        "others": [match.other for match in matches],
        "points": [match.points for match in matches],
    }
    return list(SuggestionList.objects.raw(TOUCHED, values))


def _computed_anew(pks: Sequence[int], policy: Policy) -> Mapping[int, Sequence[Match]]:
    """The lists of these organisations from all of their candidates."""
    if not pks:
        return {}
    columns = load_columns(pks)
    rows = np.flatnonzero(np.isin(columns.ids, pks))
    lists = Engine(columns, weights_of(policy)).lists(policy.list_length, rows=rows)
    return {int(pk): lists.row(k) for k, pk in enumerate(lists.organisations)}
