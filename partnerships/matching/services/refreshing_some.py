"""The lists of some organisations after they changed, and those of others they enter or leave."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from django.db import connection, transaction

from partnerships.matching.engine.columns import Array
from partnerships.matching.models import Policy, SuggestionList
from partnerships.matching.queries.blocks import asked
from partnerships.matching.queries.everyone import Everyone
from partnerships.matching.queries.exclusions import excluded_with
from partnerships.matching.rules import Match
from partnerships.matching.rules.keeping import kept_list
from partnerships.matching.services.obstacles import note_after
from partnerships.matching.services.policies import ensure_policy
from partnerships.matching.services.remembering import everyone_now, policy_remembered
from partnerships.matching.services.sharing import ask_to_share_places
from partnerships.matching.services.storing import Written, alone, matches_in, write_lists
from partnerships.organisations.enums import Status
from partnerships.organisations.models import Organisation
from phare_platform.trace.services import leave_traces

CHOSEN = f"""
SELECT id, status, (SELECT id FROM {Policy._meta.db_table} WHERE is_active) AS policy
FROM {Organisation._meta.db_table} WHERE id = ANY(%s::bigint[]) ORDER BY 1
"""  # noqa: S608  # our own names
STORED = f"""
SELECT organisation_id, partners, points, shown, shown_points, reserved_count
FROM {SuggestionList._meta.db_table} WHERE organisation_id = ANY(%s::bigint[])
  AND (policy_id = %s::bigint OR organisation_id = ANY(%s::bigint[])) ORDER BY organisation_id
"""  # noqa: S608  # our own names


class Seen(NamedTuple):
    """An organisation's match with every row, -1 for none; the owners of lists it may concern."""

    points: Array
    owners: set[int]


def refresh_organisation(organisation: Organisation) -> int:
    """Compute one organisation's list anew; see `refresh_organisations`."""
    return refresh_organisations([organisation.pk])


@transaction.atomic
def refresh_organisations(pks: Collection[int], *, remember: bool = False) -> int:
    """Compute the lists of some organisations anew, and correct every list they enter or leave.

    Afterwards all lists are as a refresh of everyone would make them, as far as these go. One that
    is no longer active loses its list and its place in those of others; one that is gone is passed
    over. Lists made with another policy are left to the next refresh of everyone. Whoever else
    changes lists waits. What is shown is provisional until a job has shared the places anew
    (`share_places`). A worker that will be asked again soon had better `remember` everyone.
    Returns how many lists of others were written.
    """
    with connection.cursor() as cursor:
        alone(cursor)
    chosen = asked(CHOSEN, [list(pks)])
    if not chosen:
        return 0
    policy = policy_remembered(chosen[0][2]) or ensure_policy()
    everyone = everyone_now(policy, remember=remember)
    is_active = {pk: status == Status.ACTIVE for pk, status, _policy in chosen}
    seen = _see(everyone, is_active)
    stored = _stored(seen, policy)
    own = {
        pk: _own_list(everyone, one.points, stored.get(pk), policy)
        for pk, one in seen.items()
        if is_active[pk]
    }
    others = _corrected(everyone, seen, stored, policy)
    _write(everyone, own, others, policy)
    if gone := [pk for pk in seen if pk not in own]:
        SuggestionList.objects.filter(pk__in=gone).delete()
    note_after(own=list(seen), written={**own, **others})
    ask_to_share_places()
    leave_traces(
        "matching.refresh_organisation",
        Organisation,
        {pk: {"suggestions": len(own[pk].matches) if pk in own else 0} for pk in seen},
        by=None,
        others=len(others),
    )
    return len(others)


def _see(everyone: Everyone, chosen: Mapping[int, bool]) -> Mapping[int, Seen]:
    """Hold each that is active against everyone."""
    excluded, seen = excluded_with(chosen), {}
    for pk, is_active in chosen.items():
        if is_active:
            points = _points(everyone, pk, excluded[pk])
        else:
            points = np.full(everyone.rows.count, -1, np.int16)
        entered = np.flatnonzero(points >= everyone.last[: len(points)])
        owners = everyone.naming.owners_of(pk).union(everyone.rows.ids[entered].tolist())
        seen[pk] = Seen(points, owners.difference(chosen))
    return seen


def _points(everyone: Everyone, pk: int, excluded: Iterable[int]) -> Array:
    rows = everyone.rows
    if not rows.is_here(pk):
        return np.full(rows.count, -1, np.int16)
    return rows.points_of(rows.row_of(pk), excluded)


def _stored(seen: Mapping[int, Seen], policy: Policy) -> dict[int, Written]:
    """The stored lists of the organisations that changed, and those they may concern."""
    chosen = list(seen)
    pks = set(chosen).union(*(one.owners for one in seen.values()))
    return {
        pk: Written(matches_in(partners, points), matches_in(shown, shown_points), reserved)
        for pk, partners, points, shown, shown_points, reserved in asked(
            STORED, [list(pks), policy.pk, chosen]
        )
    }


def _own_list(everyone: Everyone, points: Array, stored: Written | None, policy: Policy) -> Written:
    """The new list, still showing whoever it showed that fits; where nobody does, its head."""
    entries = everyone.rows.best(points, policy.list_length)
    before = [entry.other for entry in stored.shown] if stored else []
    kept = [match for match in (_match(everyone, points, pk) for pk in before) if match]
    if stored is None or not kept:
        return Written(entries, entries[: policy.places])
    reserved = set(before[len(before) - stored.reserved :])
    return Written(entries, kept, len(reserved.intersection(match.other for match in kept)))


def _match(everyone: Everyone, points: Array, other: int) -> Match | None:
    row = everyone.rows.row_of(other)
    return Match(other, int(points[row])) if row >= 0 and points[row] >= 0 else None


def _corrected(
    everyone: Everyone, seen: Mapping[int, Seen], stored: Mapping[int, Written], policy: Policy
) -> dict[int, Written]:
    """The lists of others that change."""
    meeting: dict[int, list[int]] = defaultdict(list)
    for pk, one in seen.items():
        for owner in one.owners & stored.keys():
            meeting[owner].append(pk)
    changed: dict[int, Written] = {}
    unsure = []
    for owner, changing in meeting.items():
        written: Written | None = stored[owner]
        matches: Sequence[Match] | None = stored[owner].matches
        for pk in changing:
            row = everyone.rows.row_of(owner)
            points = int(seen[pk].points[row]) if row >= 0 else -1
            found = Match(pk, points) if points >= 0 else None
            if matches is not None:
                matches = kept_list(matches, pk, found, policy.list_length)
            written = _still_shown(written, pk, found)
        if matches is None:
            unsure.append(owner)
        written = written._replace(matches=matches or [])
        if matches is None or written != stored[owner]:
            changed[owner] = written
    excluded = excluded_with(unsure) if unsure else {}
    for owner in unsure:  # one that has just left finds nobody, and its list goes with it
        found_anew = everyone.rows.best(
            _points(everyone, owner, excluded[owner]), policy.list_length
        )
        changed[owner] = changed[owner]._replace(matches=found_anew)
    return changed


def _still_shown(written: Written, pk: int, found: Match | None) -> Written:
    """Another's list, showing whom it showed, but `pk` only if it still fits."""
    place = next((k for k, match in enumerate(written.shown) if match.other == pk), None)
    if place is None:
        return written
    shown, reserved = list(written.shown), written.reserved
    if found:
        shown[place] = found
    else:
        reserved -= place >= len(shown) - reserved
        del shown[place]
    return Written(written.matches, shown, reserved)


def _write(
    everyone: Everyone, own: Mapping[int, Written], others: Mapping[int, Written], policy: Policy
) -> None:
    """Store lists, and remember them as stored."""
    for lists, anew in ((own, True), (others, False)):
        note = write_lists(lists, policy=policy, anew=anew)
        if note:
            everyone.applied.add(note)
        for pk, written in lists.items():
            is_full = len(written.matches) == policy.list_length
            named = {match.other for match in [*written.matches, *written.shown]}
            everyone.set_list(pk, named, written.matches[-1].points if is_full else 0)
