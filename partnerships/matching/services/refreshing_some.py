"""The lists of some organisations after they changed, and those of others they enter or leave."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import NamedTuple

import numpy as np
from django.db import transaction

from partnerships.matching.engine.columns import Array
from partnerships.matching.engine.resident import NOBODY
from partnerships.matching.models import Policy, SuggestionList
from partnerships.matching.queries.blocks import asked
from partnerships.matching.queries.everyone import Everyone
from partnerships.matching.queries.exclusions import excluded_with
from partnerships.matching.rules.keeping import Entries, kept_list
from partnerships.matching.services.obstacles import note_after
from partnerships.matching.services.policies import ensure_policy
from partnerships.matching.services.remembering import everyone_now, policy_remembered
from partnerships.matching.services.sharing import ask_to_share_places
from partnerships.matching.services.storing import Written, alone, write_lists
from partnerships.organisations.enums import Status
from partnerships.organisations.models import Organisation
from phare_platform.trace.services import leave_traces

AT_A_TIME = 25
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
    """An organisation's points with every row, -1 for no match; and with the owners of those lists
    of others that it may concern.
    """

    points: Array
    owners: dict[int, int]


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
    alone()
    chosen = asked(CHOSEN, [list(pks)])
    if not chosen:
        return 0
    policy = policy_remembered(chosen[0][2]) or ensure_policy()
    everyone = everyone_now(policy, remember=remember)
    is_active = {pk: status == Status.ACTIVE for pk, status, _policy in chosen}
    written = [_refresh(everyone, dict(part), policy) for part in _parts([*is_active.items()])]
    ask_to_share_places()
    return sum(written)


def _parts(pairs: list[tuple[int, bool]]) -> list[list[tuple[int, bool]]]:
    return [pairs[start : start + AT_A_TIME] for start in range(0, len(pairs), AT_A_TIME)]


def _refresh(everyone: Everyone, is_active: Mapping[int, bool], policy: Policy) -> int:
    """Some at a time, for each takes a number for everybody while it is dealt with."""
    seen = _see(everyone, is_active)
    stored = _stored(seen, policy)
    own = {
        pk: _own_list(everyone, one.points, stored.get(pk), policy)
        for pk, one in seen.items()
        if is_active[pk]
    }
    others = _corrected(everyone, seen, stored, policy)
    _write(everyone, own, others, stored, policy)
    if gone := [pk for pk in seen if pk not in own]:
        SuggestionList.objects.filter(pk__in=gone).delete()
    note_after(own=list(seen), written={**own, **others})
    leave_traces(
        "matching.refresh_organisation",
        Organisation,
        {pk: {"suggestions": len(own[pk].partners) if pk in own else 0} for pk in seen},
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
        owners = everyone.owners(pk, points).difference(chosen)
        rows = everyone.rows.rows_of(owners)
        met = np.where(rows != NOBODY, points[rows], -1).tolist()
        seen[pk] = Seen(points, dict(zip(owners, met, strict=True)))
    return seen


def _points(everyone: Everyone, pk: int, excluded: Collection[int]) -> Array:
    rows = everyone.rows
    if not rows.is_here(pk):
        return np.full(rows.count, -1, np.int16)
    return rows.points_of(rows.row_of(pk), excluded)


def _anew(everyone: Everyone, pk: int, excluded: Collection[int], policy: Policy) -> Entries:
    rows = everyone.rows
    if not rows.is_here(pk):
        return [], []
    return rows.best(rows.row_of(pk), excluded, policy.list_length)


def _stored(seen: Mapping[int, Seen], policy: Policy) -> dict[int, Written]:
    """The stored lists of the organisations that changed, and those they may concern."""
    chosen = list(seen)
    pks = set(chosen).union(*(one.owners for one in seen.values()))
    return {pk: Written(*row) for pk, *row in asked(STORED, [list(pks), policy.pk, chosen])}


def _own_list(everyone: Everyone, points: Array, stored: Written | None, policy: Policy) -> Written:
    """The new list, still showing whoever it showed that fits; where nobody does, its head."""
    partners, best = everyone.rows.best_of(points, policy.list_length)
    before = stored.shown if stored else []
    rows = everyone.rows.rows_of(before)
    met = np.where(rows != NOBODY, points[rows], -1).tolist()
    kept = {pk: found for pk, found in zip(before, met, strict=True) if found >= 0}
    if stored is None or not kept:
        return Written(partners, best, partners[: policy.places], best[: policy.places], 0)
    reserved = kept.keys() & before[len(before) - stored.reserved :]
    return Written(partners, best, [*kept], [*kept.values()], len(reserved))


def _corrected(
    everyone: Everyone, seen: Mapping[int, Seen], stored: Mapping[int, Written], policy: Policy
) -> dict[int, Written]:
    """The lists of others that change."""
    meeting: dict[int, list[tuple[int, int | None]]] = defaultdict(list)
    for pk, one in seen.items():
        for owner, points in one.owners.items():
            if owner in stored:
                meeting[owner].append((pk, points if points >= 0 else None))
    changed: dict[int, Written] = {}
    unsure = []
    for owner, changing in meeting.items():
        before = stored[owner]
        entries: Entries | None = ([*before.partners], [*before.points])
        shown = before
        for pk, found in changing:
            if entries is not None:
                entries = kept_list(*entries, pk, found, policy.list_length)
            shown = _still_shown(shown, pk, found)
        if entries is None:
            unsure.append(owner)
        after = shown._replace(partners=entries[0], points=entries[1]) if entries else shown
        if entries is None or after != before:
            changed[owner] = after
    excluded = excluded_with(unsure) if unsure else {}
    for owner in unsure:  # one that has just left finds nobody, and its list goes with it
        partners, best = _anew(everyone, owner, excluded[owner], policy)
        changed[owner] = changed[owner]._replace(partners=partners, points=best)
    return changed


def _still_shown(stored: Written, pk: int, found: int | None) -> Written:
    """Another's list, showing whom it showed, but `pk` only if it still fits."""
    if pk not in stored.shown:
        return stored
    place = stored.shown.index(pk)
    shown, points, reserved = [*stored.shown], [*stored.shown_points], stored.reserved
    if found is None:
        reserved -= place >= len(shown) - reserved
        del shown[place], points[place]
    else:
        points[place] = found
    return Written(stored.partners, stored.points, shown, points, reserved)


def _write(
    everyone: Everyone,
    own: Mapping[int, Written],
    others: Mapping[int, Written],
    stored: Mapping[int, Written],
    policy: Policy,
) -> None:
    """Store lists, and remember them as stored."""
    for lists, anew in ((own, True), (others, False)):
        note = write_lists(lists, policy=policy, anew=anew)
        if note is not None:
            everyone.applied.add(note)
        for pk, written in lists.items():
            is_full = len(written.partners) == policy.list_length
            named = {*written.partners, *written.shown}
            if pk in stored:
                named.difference_update(stored[pk].partners, stored[pk].shown)
            everyone.set_list(pk, named, written.points[-1] if is_full else 0)
