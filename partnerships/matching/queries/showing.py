"""What is read to decide who is shown to whom: everyone's candidates, loads and answers, as arrays.

No object per organisation: a million lists are read in a few seconds.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

import numpy as np
from django.db.models import Max

from partnerships.matching.engine import Lists
from partnerships.matching.engine.columns import Array, rows_in
from partnerships.matching.engine.places import NOBODY, Candidates
from partnerships.matching.enums import IntroductionState
from partnerships.matching.models import Introduction, Policy, SuggestionAnswer, SuggestionList
from partnerships.matching.queries.blocks import ROWS_IN_A_BLOCK, pairs_of, rows_of
from partnerships.matching.queries.columns import homes_of
from partnerships.matching.rules.places import Sharing
from partnerships.matching.rules.worlds import KINDS
from partnerships.organisations.enums import Status
from partnerships.organisations.models import Organisation

IDS_AT_A_TIME = 1 << 17
# The first number in what is stated as staff, "48 salariés" or "10 à 19"; -1 where there is none.
STAFF = r"coalesce(substring(regexp_replace(staff_size, '(\d)\s(\d{3})', '\1\2', 'g')"
ORGANISATIONS = rf"""
SELECT id / {ROWS_IN_A_BLOCK}, int8send(id) || int4send(home_id::int) || int4send(capacity::int)
       || int2send(array_position(%(kinds)s::text[], kind::text)::int2)
       || int4send({STAFF} from '\d{{1,8}}')::int, -1))
FROM partnerships_organisation WHERE status = %(active)s
"""  # noqa: S608  # our own words
SIZES = {"under_10": (0, 9), "10_to_49": (10, 49), "50_to_249": (50, 249), "from_250": (250, 10**9)}
UNSTATED = "not_stated"


class Crowd(NamedTuple):
    """Everyone's candidates, and who belongs to which kind and which size (masks by name)."""

    candidates: Candidates
    kinds: Mapping[str, Array]
    sizes: Mapping[str, Array]


class Stored(NamedTuple):
    """Stored lists, ids ascending: partners and what is shown, 0 where there is nobody."""

    ids: Array
    partners: Array
    points: Array
    shown: Array
    shown_points: Array
    reserved: Array


def sharing_of(policy: Policy) -> Sharing:
    """The numbers of a policy that say how places are shared."""
    return Sharing(
        places=policy.places,
        reserved=policy.reserved_places,
        cap=policy.exposure_cap,
        load_penalty=policy.load_penalty,
    )


def crowd_of(ids: Array, partners: Array, points: Array, *, now: datetime) -> Crowd:
    """What decides who is shown among these organisations, ids ascending, with their lists.

    `partners` are ids, 0 beyond the end of a list. Whoever is no longer active counts as full.
    About ten queries.
    """
    ids = ids.astype(np.int64)
    found = rows_of(
        ORGANISATIONS,
        [("id", ">i8"), ("home", ">i4"), ("capacity", ">i4"), ("kind", ">i2"), ("staff", ">i4")],
        {"kinds": [kind.value for kind in KINDS], "active": Status.ACTIVE.value},
    )
    row, known = rows_in(ids, found["id"].astype(np.int64))
    row, found = row[known], found[known]
    keys, home = np.unique(found["home"].astype(np.int32), return_inverse=True)
    homes = homes_of(keys, Organisation.objects.active().values("home"))
    waiting = _waiting(ids)
    candidates = Candidates(
        ids=ids,
        rows=_rows(ids, partners),
        points=points.astype(np.int16, copy=False),
        open_counts=waiting,
        is_full=waiting >= _put(row, found["capacity"], len(ids)),
        home=_put(row, homes.keys[home], len(ids)),
        position=_put(row, homes.position[home], len(ids)),
        located=_put(row, homes.located[home], len(ids)),
        answered=_answered(ids, now=now),
    )
    kind = _put(row, found["kind"].astype(np.int32), len(ids))
    staff = _put(row, found["staff"].astype(np.int32) + 1, len(ids)) - 1
    sizes = {name: (staff >= low) & (staff <= high) for name, (low, high) in SIZES.items()}
    return Crowd(
        candidates,
        {name.value: kind == place for place, name in enumerate(KINDS, start=1)},
        {**sizes, UNSTATED: staff < 0},
    )


def stored_lists(policy: Policy) -> Stored:
    """All stored lists."""
    length, places = policy.list_length, policy.places
    widths = {"partners": length, "points": length, "shown": places, "shown_points": places}
    parts = list(_stored(widths))
    return Stored(**{name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def earlier_lists(policy: Policy) -> Iterator[Lists]:
    """The stored lists of whichever policy, as far as this one's reach, some at a time.

    For the engine to begin with: it scores them anew, so they come without their points.
    """
    for part in _stored({"partners": policy.list_length}):
        partners = part["partners"]
        points = np.broadcast_to(np.int16(0), partners.shape)
        yield Lists(part["ids"], partners, points, (partners > 0).sum(axis=1))


def _stored(widths: Mapping[str, int]) -> Iterator[dict[str, Array]]:
    """These arrays of the stored lists, so many places of each, ids ascending, some at a time.

    At least once, with nothing if there is nothing.
    """
    layout = [("id", ">i8"), ("reserved", ">i2")]
    body = "int8send(organisation_id) || int2send(reserved_count)"
    for name, width in widths.items():
        kind = "i2" if "points" in name else "i4"
        filled = f"{name}[1:{width}] || array_fill(0, ARRAY[greatest(0, {width} - cardinality({name}))])::int{kind[1]}[]"  # noqa: E501
        body += f" || array_send({filled})"
        value = np.dtype([("size", ">i4"), ("value", f">{kind}")])
        layout += [(f"{name}_head", "V20"), (name, value, (width,))]  # type: ignore[list-item]  # a field of many
    sql = (
        f"SELECT organisation_id / {ROWS_IN_A_BLOCK}, {body} FROM partnerships_suggestionlist"  # noqa: S608  # our own names
        " WHERE organisation_id BETWEEN %(first)s AND %(last)s"
    )
    highest = SuggestionList.objects.aggregate(highest=Max("pk"))["highest"] or 0
    yield _native(np.zeros(0, np.dtype(layout)), widths)
    for first in range(0, highest + 1, IDS_AT_A_TIME):
        rows = rows_of(sql, layout, {"first": first, "last": first + IDS_AT_A_TIME - 1})
        yield _native(rows[np.argsort(rows["id"], kind="stable")], widths)


def _native(rows: Array, names: Iterable[str]) -> dict[str, Array]:
    """The columns of these rows in the machine's own order of bytes."""
    found: dict[str, Array] = {
        "ids": rows["id"].astype(np.int64),
        "reserved": rows["reserved"].astype(np.int16),
    }
    for name in names:
        values = rows[name]["value"]
        found[name] = values.astype(values.dtype.newbyteorder("="))
    return found


def _rows(ids: Array, partners: Array) -> Array:
    """The row of each partner, some lists at a time."""
    rows = np.empty(partners.shape, np.int32)
    for start in range(0, len(partners), ROWS_IN_A_BLOCK):
        wanted = partners[start : start + ROWS_IN_A_BLOCK]
        row, known = rows_in(ids, wanted)
        rows[start : start + ROWS_IN_A_BLOCK] = np.where(known, row, NOBODY)
    return rows


def _put(rows: Array, values: Array, size: int) -> Array:
    """Values at their rows, zeros elsewhere, in the machine's own order of bytes."""
    table = np.zeros((size, *values.shape[1:]), values.dtype.newbyteorder("="))
    table[rows] = values
    return table


def _waiting(ids: Array) -> Array:
    """How many introductions of each organisation wait for an answer."""
    waiting = Introduction.objects.filter(state=IntroductionState.OPEN)
    sides = pairs_of(waiting.values_list("first_id", "second_id")).reshape(-1)
    row, known = rows_in(ids, sides)
    return np.bincount(row[known], minlength=len(ids)).astype(np.int32)


def _answered(ids: Array, *, now: datetime) -> tuple[Array, Array]:
    """Who has answered about whom; what was put off is open again once its month is over."""
    answers = SuggestionAnswer.objects.in_force(now=now)
    pairs = pairs_of(answers.values_list("organisation_id", "other_id"))
    by, by_known = rows_in(ids, pairs[:, 0])
    about, about_known = rows_in(ids, pairs[:, 1])
    both = by_known & about_known
    return by[both], about[both]
